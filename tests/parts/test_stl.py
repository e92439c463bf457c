"""Reading STL: whatever the bytes say about themselves."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.parts.domain.mesh import stl
from apps.parts.domain.mesh.stl import read_stl, write_stl
from apps.parts.domain.problem import Unusable

from .checking import only, refusal, report
from .solids import Shape, ascii_stl, binary, cube, torus

CUBE = binary(cube())


def read(content: bytes) -> Shape:
    return read_stl(io.BytesIO(content), len(content)).astype(np.float64)


def with_count(count: int, content: bytes = CUBE) -> bytes:
    return content[:80] + count.to_bytes(4, "little") + content[84:]


class TestReading:
    def test_binary_gives_the_triangles_that_were_written(self) -> None:
        assert (read(CUBE) == cube()).all()

    @pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
    def test_text_gives_the_same_as_binary(self, newline: str) -> None:
        assert (read(ascii_stl(cube(), newline=newline)) == cube()).all()

    @pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"  \n"])
    def test_text_may_begin_with_what_editors_add(self, before: bytes) -> None:
        assert len(read(before + ascii_stl(cube()))) == 12

    @pytest.mark.parametrize("name", ["", "facet normal", "a part of mine 20 x 20", "solid"])
    def test_text_may_call_itself_anything(self, name: str) -> None:
        assert len(read(ascii_stl(cube(), name=name))) == 12

    def test_text_may_shout_and_hold_several_solids(self) -> None:
        two = ascii_stl(cube(), name="one") + ascii_stl(cube(at=(30, 0, 0)), name="two")

        assert len(read(two.upper())) == 24

    def test_text_in_many_blocks_loses_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stl, "_ASCII_BLOCK", 700)

        assert (read(ascii_stl(torus(12, 9))) == torus(12, 9)).all()

    def test_binary_that_begins_like_text_is_binary(self) -> None:
        assert (read(b"solid from some CAD".ljust(80) + CUBE[80:]) == cube()).all()

    def test_binary_in_many_blocks_loses_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stl, "BLOCK", 7)

        assert (read(CUBE) == cube()).all()

    @pytest.mark.parametrize("rest", [b"\0", b"\0" * 300, b"less than a triangle"])
    def test_padding_at_the_end_is_harmless(self, rest: bytes) -> None:
        assert len(read(CUBE + rest)) == 12


class TestAFileThatLies:
    @pytest.mark.parametrize("count", [13, 100, 2**31, 2**32 - 1])
    def test_about_triangles_that_are_not_there_is_cut_off(self, count: int) -> None:
        with pytest.raises(Unusable) as refused:
            read(with_count(count))

        assert (refused.value.code, refused.value.params) == ("stl-truncated", {"claimed": count, "present": 12})

    @pytest.mark.parametrize("count", [0, 1, 11])
    def test_about_triangles_that_are_there_is_not_guessed_at(self, count: int) -> None:
        assert refusal(with_count(count)) == "stl-count-wrong"

    @pytest.mark.parametrize("missing", [1, 49, 50, 51, 599])
    def test_by_ending_early_is_cut_off(self, missing: int) -> None:
        assert refusal(CUBE[:-missing]) == "stl-truncated"

    def test_by_going_on_with_something_else_is_not_guessed_at(self) -> None:
        assert refusal(CUBE + b"and some more".ljust(60)) == "stl-count-wrong"

    def test_about_being_a_model_at_all_is_no_model(self) -> None:
        assert refusal(b"Dear shop, please find attached my model. " * 20) == "upload-not-a-model"
        assert refusal(b"PNG?") == "upload-not-a-model"

    @pytest.mark.parametrize("head", [b"", b"\0" * 84])
    def test_by_holding_nothing_is_empty(self, head: bytes) -> None:
        assert refusal(head) == ("model-without-faces" if head else "upload-empty")

    def test_about_more_than_we_take_is_refused_before_it_is_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stl, "MOST_TRIANGLES", 10)

        assert refusal(CUBE) == refusal(ascii_stl(cube())) == "model-too-many-triangles"

    def test_by_being_far_too_long_a_text_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stl, "MOST_ASCII_BYTES", 100)

        assert refusal(ascii_stl(cube())) == "model-too-large-as-text"

    @pytest.mark.parametrize(
        ("was", "becomes"),
        [(b"vertex", b"vertx"), (b"endloop", b""), (b"0.0 0.0 0.0", b"0.0 0.0"), (b"20.0", b"twenty"), (b"outer loop", b"outer loop loop")],
    )
    def test_in_its_grammar_is_malformed(self, was: bytes, becomes: bytes) -> None:
        assert refusal(ascii_stl(cube()).replace(was, becomes, 1)) == "stl-malformed"

    def test_by_never_ending_a_facet_is_malformed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stl, "_ASCII_BLOCK", 100)

        assert refusal(b"solid x\nfacet " + b"vertex 1 2 3\n" * 100) == "stl-malformed"


class TestImpossiblePlaces:
    @pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
    def test_are_refused(self, number: float) -> None:
        shape = cube()
        shape[5, 1, 2] = number

        assert refusal(binary(shape)) == "model-not-finite"

    @pytest.mark.parametrize("number", ["1e308", "-1e308", "3e38"])
    def test_beyond_any_part_are_refused(self, number: str) -> None:
        text = ascii_stl(cube()).replace(b"20.0", number.encode(), 1)

        assert refusal(text) == "model-absurdly-large"

    def test_that_do_not_fit_a_number_are_refused(self) -> None:
        assert refusal(ascii_stl(cube()).replace(b"20.0", b"1e999", 1)) == "model-not-finite"

    @pytest.mark.parametrize("number", [3e38, -3e38])
    def test_at_the_end_of_what_binary_holds_are_refused(self, number: float) -> None:
        shape = cube()
        shape[shape == 20.0] = number

        assert refusal(binary(shape)) == "model-absurdly-large"


class TestWriting:
    def test_gives_the_same_bytes_for_the_same_triangles(self) -> None:
        assert binary(cube()) == binary(cube()) == only(CUBE)["mesh"]

    def test_of_what_was_written_changes_nothing(self) -> None:
        once = only(binary(torus(24, 12)))["mesh"]

        assert only(once)["mesh"] == once

    def test_does_not_begin_like_text(self) -> None:
        assert not CUBE.startswith(b"solid")
        assert len(CUBE) == 84 + 12 * 50


class TestAnyBytes:
    @settings(max_examples=300, deadline=None)
    @given(st.binary(max_size=400))
    def test_are_read_or_refused(self, content: bytes) -> None:
        try:
            triangles = read_stl(io.BytesIO(content), len(content))
        except Unusable:
            return
        assert triangles.shape[1:] == (3, 3)

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=60), st.integers(0, len(CUBE)), st.integers(0, 60))
    def test_in_the_middle_of_a_good_file_never_crash_the_check(self, junk: bytes, at: int, dropped: int) -> None:
        found = report(CUBE[:at] + junk + CUBE[at + dropped :])

        assert ("refused" in found) != ("parts" in found)

    @settings(max_examples=100, deadline=None)
    @given(st.binary(max_size=30), st.integers(0, 1500), st.integers(0, 30))
    def test_in_the_middle_of_a_text_never_crash_the_check(self, junk: bytes, at: int, dropped: int) -> None:
        text = ascii_stl(cube())
        found = report(text[:at] + junk + text[at + dropped :])

        assert ("refused" in found) != ("parts" in found)

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.tuples(*[st.floats(-1e4, 1e4, width=32)] * 9), min_size=1, max_size=60))
    def test_of_triangles_come_back_as_they_were(self, rows: list[tuple[float, ...]]) -> None:
        triangles = np.array(rows, dtype=np.float32).reshape(-1, 3, 3)
        file = io.BytesIO()
        write_stl(triangles, file)

        assert (read(file.getvalue()) == triangles).all()
