"""Flat .ini files: read strictly, written in one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.profiles.domain.ini import UnusableSettings, normal_value, read_ini
from apps.profiles.domain.keys import KNOWN, LEFT_OUT
from apps.slicing.domain.settings import ini

keys = st.sampled_from(sorted(key for key in KNOWN if not LEFT_OUT.fullmatch(key)))
values = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40) | st.floats(-1e6, 1e6).map(str)


class TestAValue:
    @pytest.mark.parametrize(
        ("written", "normal"),
        [
            ("0.20", "0.2"),
            (" 15.0% ", "15%"),
            (".5", "0.5"),
            ("007", "7"),
            ("-0.0", "0"),
            ("3000, 1250.0", "3000,1250"),
            ("0x0,250x0", "0x0,250x0"),
            ("1.", "1"),
            ("G92 E0", "G92 E0"),
            ("", ""),
            ("1e3", "1e3"),
        ],
    )
    def test_has_one_spelling(self, written: str, normal: str) -> None:
        assert normal_value(written) == normal

    @given(values)
    def test_is_spelt_for_good(self, value: str) -> None:
        assert normal_value(normal_value(value)) == normal_value(value)

    @given(st.decimals(-10_000, 10_000, places=4))
    def test_means_the_same_number(self, number: object) -> None:
        assert float(normal_value(str(number))) == float(str(number))


class TestAFile:
    @given(st.dictionaries(keys, values))
    def test_that_was_written_reads_the_same(self, settings: dict[str, str]) -> None:
        once = read_ini(ini(settings)).settings

        assert read_ini(ini(once)).settings == once
        assert once == {key: normal_value(value) for key, value in settings.items()}

    @given(st.text(max_size=300) | st.text("[]=#;ab_ \n\t\r\ufeff", max_size=300))
    def test_whatever_it_holds_is_read_or_refused_by_code(self, text: str) -> None:
        try:
            found = read_ini(text)
        except UnusableSettings as refused:
            code = refused.code
        else:
            code = ""
            assert set(found.settings) <= KNOWN
        assert code in ("", "profile-file-unreadable", "profile-file-is-bundle", "profile-keys-unknown")

    def test_may_begin_with_a_byte_order_mark_and_end_lines_as_windows_does(self) -> None:
        assert read_ini("\ufefflayer_height = 0.2\r\nperimeters=3\r\n").settings == {"layer_height": "0.2", "perimeters": "3"}
