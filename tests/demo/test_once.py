"""``./farm demo --once``: from a file to shipped parts, through all real processes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from farmos.demo.shapes import SAMPLES, Triangle, bracket, knob, stl

from .running import SPEED, Demo

pytestmark = [pytest.mark.processes, pytest.mark.slow]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo of the samples, played to its end once for the tests that look at it."""
    run = Demo(tmp_path_factory.mktemp("samples") / "demo", "--speed", SPEED)
    try:
        run.start()
        assert run.wait() == 0, run.last_words()
        yield run
    finally:
        run.destroy()


class TestTheSamples:
    def test_are_shipped_and_everything_agrees(self, samples: Demo) -> None:
        summary = samples.summary()

        assert summary["ok"], summary["problems"]
        assert [order["state"] for order in summary["orders"]] == ["fulfilled"] * 3
        assert sum(order["pieces"]["shipped"] for order in summary["orders"]) == 9
        assert summary["chain"] == {"verified": True, "events": summary["events"]}
        assert {plan["state"] for plan in summary["plans"]} == {"approved"}

    def test_share_plates_and_name_their_origin(self, samples: Demo) -> None:
        summary = samples.summary()

        plates: dict[str, set[str]] = {entry["plate"]: set() for entry in summary["lineage"]}
        for entry in summary["lineage"]:
            plates[entry["plate"]].add(entry["order"])
            assert {"layout", "mesh", "original"} <= {link["role"] for link in entry["made_from"]}
        assert max(len(orders) for orders in plates.values()) >= 2
        assert summary["printers"]["objects_printed"] == 9

    def test_a_spool_ends_and_one_part_is_left_out_and_made_again(self, samples: Demo) -> None:
        summary = samples.summary()

        ended = [
            change["run"] for change in summary["spool_changes"]
        ]  # on two printers, where the second print began before the first stood still
        (out,) = summary["left_out"]
        assert out["run"] in ended
        assert out["piece"] == "shipped"
        assert summary["printers"]["objects_left_out"] == 1

    def test_are_not_ordered_again_when_it_is_started_again(self, samples: Demo) -> None:
        first = samples.summary()

        samples.start()
        assert samples.wait() == 0, samples.last_words()

        assert samples.summary()["orders"] == first["orders"]
        assert samples.summary()["runs"] == first["runs"]


class TestOwnFiles:
    def test_an_stl_in_several_pieces(self, demo: Callable[..., Demo], tmp_path: Path) -> None:
        model = tmp_path / "halter.stl"
        model.write_bytes(stl(bracket()))
        run = demo("--model", str(model), "--quantity", "3", "--material", "PETG", "--printers", "1")
        run.start()

        assert run.wait() == 0, run.last_words()

        assert [order["pieces"] for order in run.summary()["orders"]] == [{"shipped": 3}]

    def test_a_3mf_with_several_objects(self, demo: Callable[..., Demo], tmp_path: Path) -> None:
        model = tmp_path / "two.3mf"
        model.write_bytes(three_mf({"bracket": bracket(), "knob": knob()}))
        run = demo("--model", str(model))
        run.start()

        assert run.wait() == 0, run.last_words()

        assert [order["pieces"] for order in run.summary()["orders"]] == [{"shipped": 2}]

    def test_ready_made_gcode(self, demo: Callable[..., Demo], samples: Demo, tmp_path: Path) -> None:
        kept = samples.place.data / "artifacts" / "sha256"
        made = samples.summary()["runs"][0]["gcode_sha256"]
        gcode = tmp_path / "own.gcode"
        gcode.write_bytes(next(kept.rglob(f"{made}*")).read_bytes())
        run = demo("--gcode", str(gcode), "--printers", "1")
        run.start()

        assert run.wait() == 0, run.last_words()

        assert [order["pieces"] for order in run.summary()["orders"]] == [{"shipped": 1}]
        assert [entry["gcode"] for entry in run.summary()["lineage"]] == [made]

    def test_a_file_that_is_no_model_is_told_and_nothing_is_printed(self, demo: Callable[..., Demo], tmp_path: Path) -> None:
        model = tmp_path / "letter.stl"
        model.write_text("Dear printers,\n")
        run = demo("--model", str(model))
        run.start()

        assert run.wait() == 3, run.last_words()

        summary = run.summary()
        assert summary["orders"] == []
        assert summary["printers"]["prints"] == {}
        assert any("letter.stl" in problem for problem in summary["problems"])


def three_mf(objects: dict[str, list[Triangle]]) -> bytes:
    """Return a 3MF file with these triangles, as a slicer's project has it."""
    parts, items = [], []
    for number, (name, triangles) in enumerate(objects.items(), start=1):
        corners = [corner for triangle in triangles for corner in triangle]
        vertices = "".join(f'<vertex x="{x:.6f}" y="{y:.6f}" z="{z:.6f}"/>' for x, y, z in corners)
        faces = "".join(f'<triangle v1="{n}" v2="{n + 1}" v3="{n + 2}"/>' for n in range(0, len(corners), 3))
        mesh = f"<mesh><vertices>{vertices}</vertices><triangles>{faces}</triangles></mesh>"
        parts.append(f'<object id="{number}" name="{name}" type="model">{mesh}</object>')
        items.append(f'<item objectid="{number}" transform="1 0 0 0 1 0 0 0 1 {60 * number} 0 0"/>')
    model = (
        '<?xml version="1.0" encoding="UTF-8"?><model unit="millimeter" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">'
        f"<resources>{''.join(parts)}</resources><build>{''.join(items)}</build></model>"
    )
    kinds = (
        '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>'
    )
    start = (
        '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Target="/3D/3dmodel.model" Id="rel0" Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/>'
        "</Relationships>"
    )
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", kinds)
        archive.writestr("_rels/.rels", start)
        archive.writestr("3D/3dmodel.model", model)
    return whole.getvalue()


def test_sample_shapes_are_closed() -> None:
    for name, make in SAMPLES.items():
        edges: dict[tuple[object, object], int] = {}
        for a, b, c in make():
            for edge in ((a, b), (b, c), (c, a)):
                edges[edge] = edges.get(edge, 0) + 1
        assert all(edges.get((end, start)) == count for (start, end), count in edges.items()), name
