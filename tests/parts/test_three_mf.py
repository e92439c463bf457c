"""Reading 3MF: what it builds, exactly; and every way it can be meant to do harm."""

from __future__ import annotations

import io
import math
import struct
import time
import zipfile
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.parts.domain.three_mf import archive, instances, reading

from .checking import codes, only, refusal, report
from .solids import CORE, RELATIONS, binary, box, cube, inverted, mesh_xml, model_xml, simple_three_mf, three_mf

LEAF = f'<object id="1" name="leaf">{mesh_xml(box((30, 20, 10)))}</object>'
PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"


def built(resources: str, build: str, **options: str) -> bytes:
    return three_mf(model_xml(resources, build, **options))


def parts_of(content: bytes) -> list[tuple[str, int, tuple[int, int, int]]]:
    found: list[dict[str, Any]] = report(content)["parts"]
    return [(one["name"], one["count"], tuple(one["metrics"][f"size_{axis}_um"] for axis in "xyz")) for one in found]


def component(number: int, of: str) -> str:
    return f'<object id="{number}"><components>{of}</components></object>'


class TestWhatIsBuilt:
    def test_is_each_mesh_once_with_how_often_it_is_placed(self) -> None:
        other = f'<object id="2" name="other">{mesh_xml(cube(5))}</object>'
        build = '<item objectid="1"/><item objectid="2"/><item objectid="1" transform="1 0 0 0 1 0 0 0 1 90 0 0"/>'

        assert parts_of(built(LEAF + other, build)) == [("leaf", 2, (30_000, 20_000, 10_000)), ("other", 1, (5_000, 5_000, 5_000))]

    def test_is_the_shape_itself(self) -> None:
        assert only(simple_three_mf(box((30, 20, 10), at=(5, 5, 5))))["mesh"] == only(binary(box((30, 20, 10))))["mesh"]

    @pytest.mark.parametrize(
        ("transform", "size"),
        [
            ("0 1 0 -1 0 0 0 0 1 0 0 0", (20_000, 30_000, 10_000)),
            ("0 0 1 1 0 0 0 1 0 7 8 9", (20_000, 10_000, 30_000)),
            ("2 0 0 0 1 0 0 0 .5 0 0 0", (60_000, 20_000, 5_000)),
            ("-1 0 0 0 1 0 0 0 1 0 0 0", (30_000, 20_000, 10_000)),
        ],
    )
    def test_is_turned_scaled_and_mirrored(self, transform: str, size: tuple[int, int, int]) -> None:
        part = only(built(LEAF, f'<item objectid="1" transform="{transform}"/>'))

        assert tuple(part["metrics"][f"size_{axis}_um"] for axis in "xyz") == size
        assert codes(part) == []  # a mirrored part is not inside out

    def test_in_two_attitudes_is_two_parts(self) -> None:
        build = '<item objectid="1"/><item objectid="1" transform="0 1 0 -1 0 0 0 0 1 0 0 0"/><item objectid="1"/>'

        assert [(count, size) for _name, count, size in parts_of(built(LEAF, build))] == [
            (2, (30_000, 20_000, 10_000)),
            (1, (20_000, 30_000, 10_000)),
        ]

    def test_multiplies_along_components(self) -> None:
        """A 90° turn inside a doubling inside a 90° turn: the walk of the transforms is exact and in the right order."""
        turned = '<component objectid="1" transform="0 1 0 -1 0 0 0 0 1 0 0 0"/>'
        doubled = '<component objectid="2" transform="2 0 0 0 1 0 0 0 1 0 0 0"/>' * 3
        resources = LEAF + component(2, turned) + component(3, doubled)
        build = '<item objectid="3" transform="0 1 0 -1 0 0 0 0 1 0 0 0"/>' * 2

        ((name, count, size),) = parts_of(built(resources, build))

        assert (name, count) == ("leaf", 6)
        assert size == (30_000, 40_000, 10_000)  # 30 by 20 turned: 20 by 30; doubled along x: 40 by 30; turned: 30 by 40

    def test_of_one_mesh_that_stands_for_itself_is_no_assembly(self) -> None:
        resources = LEAF + component(2, '<component objectid="1"/>')

        assert "ASSEMBLY" not in codes(only(built(resources, '<item objectid="2"/>')))

    def test_of_bodies_put_together_is_said_to_be_taken_apart(self) -> None:
        resources = LEAF + component(2, '<component objectid="1"/><component objectid="1" transform="1 0 0 0 1 0 0 0 1 0 0 10"/>')
        part = only(built(resources, '<item objectid="2"/>'))

        assert part["count"] == 2
        assert "ASSEMBLY" in codes(part)

    def test_leaves_out_supports(self) -> None:
        support = f'<object id="2" type="support">{mesh_xml(cube(5))}</object>'

        assert [name for name, _count, _size in parts_of(built(LEAF + support, '<item objectid="1"/><item objectid="2"/>'))] == ["leaf"]

    @pytest.mark.parametrize(
        ("unit", "size"),
        [("micron", 30), ("millimeter", 30_000), ("centimeter", 300_000), ("inch", 762_000), ("foot", 9_144_000), ("meter", 30_000_000)],
    )
    def test_is_as_large_as_the_unit_says(self, unit: str, size: int) -> None:
        found = report(built(LEAF, '<item objectid="1"/>', attributes=f'unit="{unit}"'), unit="inch")

        assert (found["unit"], found["parts"][0]["metrics"]["size_x_um"]) == (unit, size)

    def test_without_a_unit_is_in_millimetres(self) -> None:
        assert report(built(LEAF, '<item objectid="1"/>', attributes=""))["unit"] == "millimeter"

    def test_is_found_where_the_relations_say(self) -> None:
        model = model_xml(LEAF, '<item objectid="1"/>')
        elsewhere = three_mf("<nothing/>", relations=RELATIONS.replace("3D/3dmodel", "3D/other"), more={"3D/other.model": model.encode()})

        assert only(elsewhere)["name"] == "leaf"
        assert only(three_mf(model, relations=None))["name"] == "leaf"

    def test_inside_out_is_put_right(self) -> None:
        assert codes(only(simple_three_mf(inverted(cube())))) == ["INSIDE_OUT"]

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.integers(1, 5))
    def test_counts_any_nesting(self, fans: list[int], items: int) -> None:
        resources, below = LEAF, 1
        for number, fan in enumerate(fans, start=2):
            resources += component(number, f'<component objectid="{below}"/>' * fan)
            below = number

        assert only(built(resources, f'<item objectid="{below}"/>' * items))["count"] == math.prod(fans) * items


class TestAHostileArchive:
    def test_that_unpacks_to_far_too_much_is_refused_unread(self) -> None:
        bomb = three_mf(model_xml(LEAF, '<item objectid="1"/>') + " " * 50_000_000)
        started = time.process_time()

        assert refusal(bomb) == "archive-is-bomb"
        assert time.process_time() - started < 0.5

    def test_that_is_too_large_in_all_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archive, "MOST_UNPACKED", 1_000)

        assert refusal(simple_three_mf(cube())) == "archive-too-large"

    def test_that_lies_about_what_it_unpacks_to_gives_no_more_than_it_promised(self) -> None:
        """The directory says 4 kB; the contents would be 5 MB."""
        raw = zlib.compressobj(9, zlib.DEFLATED, -15)
        content = model_xml(LEAF, '<item objectid="1"/>').encode() + b" " * 5_000_000
        packed = raw.compress(content) + raw.flush()
        name, small = b"3D/3dmodel.model", 4_000
        local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, zlib.crc32(content), len(packed), small, len(name), 0)
        entry = struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, zlib.crc32(content), len(packed), small, len(name), 0, 0, 0, 0, 0, 0
        )
        body = local + name + packed
        directory = entry + name
        end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(directory), len(body), 0)

        assert refusal(body + directory + end) in {"archive-broken", "xml-broken"}

    def test_with_too_many_entries_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archive, "MOST_ENTRIES", 3)
        many = three_mf(model_xml(LEAF, '<item objectid="1"/>'), more={f"{number}.png": b"" for number in range(5)})

        assert refusal(many) == "archive-too-many-entries"

    def test_whose_directory_claims_to_be_enormous_is_refused_unread(self) -> None:
        good = bytearray(simple_three_mf(cube()))
        at = good.rfind(b"PK\x05\x06")
        good[at + 12 : at + 16] = (0xFFFFFFFF).to_bytes(4, "little")

        assert refusal(bytes(good)) == "archive-too-many-entries"

    @pytest.mark.parametrize("wrong_place", [False, True])
    def test_that_hides_the_size_of_its_directory_in_a_second_end_is_refused_unread(
        self, monkeypatch: pytest.MonkeyPatch, wrong_place: bool
    ) -> None:
        """The plain end says one entry, the ZIP64 end, which readers believe, a hundred thousand."""
        good = simple_three_mf(cube())
        large = struct.pack("<IQ2H2L4Q", 0x06064B50, 44, 45, 45, 0, 0, 100_000, 100_000, 100, 0)
        between = b"-" * 30 if wrong_place else b""
        body = good[: good.rfind(b"PK\x05\x06")]
        locator = struct.pack("<ILQL", 0x07064B50, 0, len(body), 1)
        end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, 100, 0, 0)

        def read(_file: Any) -> None:
            raise AssertionError("the directory was read")

        monkeypatch.setattr(zipfile, "ZipFile", read)
        assert refusal(body + large + between + locator + end) == "archive-too-many-entries"

    def test_with_two_ends_that_agree_is_read(self) -> None:
        good = simple_three_mf(cube())
        at = good.rfind(b"PK\x05\x06")
        count, size, start = struct.unpack("<HII", good[at + 10 : at + 20])
        large = struct.pack("<IQ2H2L4Q", 0x06064B50, 44, 45, 45, 0, 0, count, count, size, start)
        locator = struct.pack("<ILQL", 0x07064B50, 0, at, 1)
        end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)

        assert parts_of(good[:at] + large + locator + end) == parts_of(good)

    @pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\boot.ini", "C:/boot.ini", "a/../../b"])
    def test_with_names_that_lead_outside_is_refused(self, name: str) -> None:
        assert refusal(three_mf(model_xml(LEAF, '<item objectid="1"/>'), more={name: b"x"})) == "archive-unsafe-name"

    def test_that_is_locked_is_refused(self) -> None:
        good = bytearray(simple_three_mf(cube()))
        directory = good.find(b"PK\x01\x02")
        good[directory + 8] |= 1

        assert refusal(bytes(good)) == "archive-encrypted"

    def test_that_holds_no_model_is_no_model(self) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as holiday:
            holiday.writestr("photo.jpg", b"x")

        assert refusal(file.getvalue()) == "upload-not-a-model"

    @pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.999])
    def test_that_is_cut_off_is_broken(self, keep: float) -> None:
        whole = simple_three_mf(cube())

        assert refusal(whole[: int(len(whole) * keep)]) == "archive-broken"

    def test_whose_contents_rotted_is_broken(self) -> None:
        rotten = bytearray(simple_three_mf(cube()))
        at = rotten.find(b"3D/3dmodel.model") + 60
        rotten[at : at + 8] = b"\xff" * 8

        assert refusal(bytes(rotten)) in {"archive-broken", "xml-broken"}


class TestHostileXml:
    @pytest.mark.parametrize(
        "head",
        [
            '<!DOCTYPE model SYSTEM "file:///etc/passwd">',
            '<!DOCTYPE model [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
            "<!DOCTYPE model>",
        ],
    )
    def test_with_a_document_type_is_refused(self, head: str) -> None:
        assert refusal(built(LEAF, '<item objectid="1"/>', head=head)) == "xml-unsafe"

    def test_in_the_relations_too(self) -> None:
        assert refusal(three_mf(model_xml(LEAF, ""), relations='<!DOCTYPE r [<!ENTITY a "b">]><r/>')) == "xml-unsafe"

    @pytest.mark.parametrize("model", ["", "<model", "no xml", "<model></object>", "<?xml version='1.0' encoding='klingon'?><model/>"])
    def test_that_is_none_is_broken(self, model: str) -> None:
        assert refusal(three_mf(model)) == "xml-broken"

    def test_of_something_else_is_malformed(self) -> None:
        assert refusal(three_mf("<svg/>")) == "three-mf-malformed"


class TestHostileNesting:
    def test_that_stands_for_ten_million_objects_is_refused_at_once(self) -> None:
        resources, below = LEAF, 1
        for number in range(2, 9):
            resources += component(number, f'<component objectid="{below}"/>' * 10)
            below = number
        started = time.process_time()

        assert refusal(built(resources, f'<item objectid="{below}"/>')) == "three-mf-too-many-objects"
        assert time.process_time() - started < 0.5

    def test_of_empty_objects_is_refused_at_once(self) -> None:
        resources, below = '<object id="1"/>', 1
        for number in range(2, 30):
            resources += component(number, f'<component objectid="{below}"/>' * 10)
            below = number

        assert refusal(built(resources, f'<item objectid="{below}"/>')) == "three-mf-too-many-objects"

    def test_exactly_as_many_as_allowed_are_taken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(instances, "MOST_INSTANCES", 12)
        four = LEAF + component(2, '<component objectid="1"/>' * 4)

        assert only(built(four, '<item objectid="2"/>' * 3))["count"] == 12
        assert refusal(built(four, '<item objectid="2"/>' * 3 + '<item objectid="1"/>')) == "three-mf-too-many-objects"

    @pytest.mark.parametrize(
        "resources",
        [
            component(1, '<component objectid="1"/>'),
            component(1, '<component objectid="2"/>') + component(2, '<component objectid="1"/>'),
            component(1, '<component objectid="2"/><component objectid="3"/>')
            + component(2, '<component objectid="3"/>')
            + component(3, '<component objectid="2"/>'),
        ],
    )
    def test_in_a_circle_is_refused(self, resources: str) -> None:
        assert refusal(built(resources, '<item objectid="1"/>')) == "three-mf-cycle"

    def test_that_meets_again_without_a_circle_is_fine(self) -> None:
        resources = LEAF + component(2, '<component objectid="1"/>') + component(3, '<component objectid="1"/><component objectid="2"/>')

        assert only(built(resources, '<item objectid="3"/>'))["count"] == 2

    def test_deeper_than_any_model_is_refused(self) -> None:
        resources = LEAF + "".join(component(number, f'<component objectid="{number - 1}"/>') for number in range(2, 5_000))

        assert refusal(built(resources, '<item objectid="4999"/>')) == "three-mf-too-many-objects"

    def test_of_more_different_parts_than_we_take_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "MOST_PARTS", 2)
        build = "".join(f'<item objectid="1" transform="{scale} 0 0 0 1 0 0 0 1 0 0 0"/>' for scale in (1, 2, 3))

        assert refusal(built(LEAF, build)) == "three-mf-too-many-parts"


def broken_mesh(vertex: str = 'x="0" y="0" z="0"', triangle: str = 'v1="0" v2="0" v3="0"') -> str:
    return f"<mesh><vertices><vertex {vertex}/></vertices><triangles><triangle {triangle}/></triangles></mesh>"


class TestWhatDoesNotFitTogether:
    @pytest.mark.parametrize("number", ["1", "-1", "99999999999999999999", "one", "4294967296"])
    def test_a_face_of_corners_that_are_not_there(self, number: str) -> None:
        mesh = broken_mesh(triangle=f'v1="0" v2="0" v3="{number}"')

        assert refusal(built(f'<object id="1">{mesh}</object>', '<item objectid="1"/>')) == "three-mf-malformed"

    @pytest.mark.parametrize("vertex", ['x="0" y="0"', 'x="a" y="0" z="0"', 'x="" y="0" z="0"'])
    def test_a_corner_without_a_place(self, vertex: str) -> None:
        assert refusal(built(f'<object id="1">{broken_mesh(vertex)}</object>', '<item objectid="1"/>')) == "three-mf-malformed"

    @pytest.mark.parametrize(
        ("number", "code"), [("NaN", "model-not-finite"), ("1e999", "model-not-finite"), ("1e308", "model-absurdly-large")]
    )
    def test_a_corner_at_no_place(self, number: str, code: str) -> None:
        mesh = mesh_xml(cube()).replace('x="20.0"', f'x="{number}"', 1)

        assert refusal(built(f'<object id="1">{mesh}</object>', '<item objectid="1"/>')) == code

    @pytest.mark.parametrize(
        ("resources", "build", "code"),
        [
            (LEAF, '<item objectid="7"/>', "three-mf-malformed"),
            (LEAF + component(2, '<component objectid="7"/>'), '<item objectid="2"/>', "three-mf-malformed"),
            (LEAF + LEAF, '<item objectid="1"/>', "three-mf-malformed"),
            (LEAF, "<item/>", "three-mf-malformed"),
            (LEAF, '<item objectid="1" transform="1 0 0"/>', "three-mf-malformed"),
            (LEAF, '<item objectid="1" transform="a b c d e f g h i j k l"/>', "three-mf-malformed"),
            (LEAF, '<item objectid="1" transform="0 0 0 0 0 0 0 0 0 1 1 1"/>', "three-mf-transform-unusable"),
            (LEAF, '<item objectid="1" transform="nan 0 0 0 1 0 0 0 1 0 0 0"/>', "three-mf-transform-unusable"),
            (LEAF, '<item objectid="1" transform="1e200 0 0 0 1e200 0 0 0 1 0 0 0"/>', "three-mf-transform-unusable"),
            (LEAF, "", "three-mf-builds-nothing"),
            ('<object id="1"><mesh/></object>', '<item objectid="1"/>', "model-without-faces"),
            ("", '<vertex x="1" y="1" z="1"/>', "three-mf-malformed"),
        ],
    )
    def test_is_refused(self, resources: str, build: str, code: str) -> None:
        assert refusal(built(resources, build)) == code

    def test_a_unit_nobody_has(self) -> None:
        assert refusal(built(LEAF, '<item objectid="1"/>', attributes='unit="parsec"')) == "three-mf-unit-unknown"

    def test_objects_in_further_files(self) -> None:
        attributes = f'xmlns:p="{PRODUCTION}" requiredextensions="p"'
        resources = component(2, '<component objectid="1" p:path="/3D/Objects/other.model"/>')

        assert refusal(built(resources, '<item objectid="2"/>', attributes=attributes)) == "three-mf-external-parts"

    def test_the_production_extension_alone_is_harmless(self) -> None:
        attributes = f'xmlns:p="{PRODUCTION}" requiredextensions="p"'

        assert only(built(LEAF, '<item objectid="1" p:UUID="x"/>', attributes=attributes))["count"] == 1

    def test_an_extension_we_do_not_read(self) -> None:
        attributes = 'xmlns:b="http://schemas.microsoft.com/3dmanufacturing/beamlattice/2017/02" requiredextensions="b"'

        assert refusal(built(LEAF, '<item objectid="1"/>', attributes=attributes)) == "three-mf-extension"

    def test_elements_of_other_worlds_are_passed_over(self) -> None:
        model = model_xml(f'<x:object xmlns:x="urn:x" id="1"/>{LEAF}', '<item objectid="1"/>')

        assert CORE in model
        assert only(three_mf(model))["name"] == "leaf"


class TestAnyDamage:
    @settings(max_examples=150, deadline=None)
    @given(st.integers(0, 5_000), st.binary(max_size=8), st.integers(0, 8))
    def test_is_read_or_refused(self, at: int, junk: bytes, dropped: int) -> None:
        good = simple_three_mf(cube())
        at %= len(good)

        found = report(good[:at] + junk + good[at + dropped :])

        assert ("refused" in found) != ("parts" in found)

    @settings(max_examples=150, deadline=None)
    @given(st.integers(0, 5_000), st.text(max_size=6), st.integers(0, 6))
    def test_of_the_model_is_read_or_refused(self, at: int, junk: str, dropped: int) -> None:
        good = model_xml(LEAF, '<item objectid="1"/>')
        at %= len(good)
        found = report(three_mf((good[:at] + junk + good[at + dropped :]).encode("utf-8", "surrogatepass").decode("utf-8", "replace")))

        assert ("refused" in found) != ("parts" in found)
