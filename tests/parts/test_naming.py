"""Names as people gave them, made safe to show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.parts.domain.naming import clean_name, is_gcode, stem


class TestAName:
    @pytest.mark.parametrize(
        ("given_", "shown"),
        [
            ("bracket.stl", "bracket.stl"),
            ("Größe ß 日本.stl", "Größe ß 日本.stl"),
            ("../../../etc/passwd", "passwd"),
            ("C:\\Users\\ann\\part.stl", "part.stl"),
            ("a\x00b\r\n\tc.stl", "ab c.stl"),
            ("evil\u202elts.exe", "evillts.exe"),
            ("zero\u200bwidth\ufeff.stl", "zerowidth.stl"),
            ("", "unnamed"),
            ("..", "unnamed"),
            ("/", "unnamed"),
            (" . ", "unnamed"),
            ("two\u2028lines.stl", "two lines.stl"),
            ("half\ud800.stl", "half.stl"),
        ],
    )
    def test_is_shown_like_this(self, given_: str, shown: str) -> None:
        assert clean_name(given_) == shown

    def test_that_is_too_long_keeps_its_ending(self) -> None:
        shown = clean_name("x" * 300 + ".stl")

        assert (len(shown), shown[-5:]) == (255, "….stl")

    @given(st.text(max_size=400))
    def test_is_one_short_visible_line(self, anything: str) -> None:
        shown = clean_name(anything)

        assert 1 <= len(shown) <= 255
        assert "/" not in shown
        assert "\\" not in shown
        assert shown not in {".", ".."}
        assert not [character for character in shown if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
        assert clean_name(shown) == shown

    @pytest.mark.parametrize(("name", "says"), [("a.gcode", True), ("A.GCO", True), ("a.g", True), ("a.stl", False), ("gcode", False)])
    def test_says_whether_it_is_gcode(self, name: str, says: bool) -> None:
        assert is_gcode(name) is says

    def test_without_its_ending(self) -> None:
        assert (stem("wheel v1.2.stl"), stem(".stl"), stem("a")) == ("wheel v1.2", ".stl", "a")
