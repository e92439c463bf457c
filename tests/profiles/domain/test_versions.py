"""Numbers of versions, what differs between two, and who signed them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.profiles.domain.diff import Change, applied, differences
from apps.profiles.domain.keys import KNOWN
from apps.profiles.domain.semver import FIRST, LARGEST, Version, following, parse
from apps.profiles.domain.signing import is_signed, sign

numbers = st.builds(Version, *(st.integers(0, LARGEST - 1) for _ in range(3)))
settings = st.dictionaries(st.sampled_from(sorted(KNOWN)), st.sampled_from(["0", "1", "0.2", "15%"]), max_size=12)


class TestANumber:
    @given(numbers)
    def test_reads_as_it_is_written(self, version: Version) -> None:
        assert parse(str(version)) == version

    @pytest.mark.parametrize(
        "text", ["", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.-3", "1.2.x", "1.2.3\n", "1.2.100000", "\u0663.2.1", "1\u0662.0.0"]
    )
    def test_that_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="not a version"):
            parse(text)

    @given(numbers, settings, settings)
    def test_only_rises(self, latest: Version, before: dict[str, str], after: dict[str, str]) -> None:
        assert following(latest, differences(before, after)) > latest

    def test_begins_at_1(self) -> None:
        assert following(None, []) == FIRST

    @pytest.mark.parametrize(
        ("key", "number"), [("infill_speed", "1.2.4"), ("max_fan_speed", "1.2.4"), ("fill_density", "1.3.0"), ("bed_shape", "2.0.0")]
    )
    def test_rises_by_what_changed(self, key: str, number: str) -> None:
        assert str(following(Version(1, 2, 3), [Change(key, "1", "2")])) == number

    def test_has_an_end(self) -> None:
        with pytest.raises(ValueError, match="no number after"):
            following(Version(1, 0, LARGEST), [])


class TestADifference:
    @given(settings, settings)
    def test_leads_from_one_to_the_other_and_back(self, before: dict[str, str], after: dict[str, str]) -> None:
        assert applied(before, differences(before, after)) == after
        assert applied(after, differences(after, before)) == before

    @given(settings)
    def test_to_itself_is_none(self, same: dict[str, str]) -> None:
        assert differences(same, dict(same)) == []


class TestASignature:
    def test_fits_its_content_and_its_farm_only(self) -> None:
        signature = sign("a" * 64, secret="farm")

        assert is_signed("a" * 64, signature, secret="farm")
        assert not is_signed("b" * 64, signature, secret="farm")
        assert not is_signed("a" * 64, signature, secret="another farm")
        assert sign("a" * 64, secret="farm") == signature

    @given(st.text(max_size=80) | st.text("ed25519:AZ+/=", max_size=120))
    def test_that_nobody_made_never_fits(self, made_up: str) -> None:
        assert not is_signed("a" * 64, made_up, secret="farm")
