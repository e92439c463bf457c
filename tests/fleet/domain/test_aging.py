"""How long calibrations are good for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.fleet.domain.aging import GOOD_FOR_DAYS, Measured, Oldest, is_old, oldest
from apps.fleet.states import CalibrationKind
from tests.factories.context import NOW


class TestAges:
    def test_there_is_a_limit_for_every_kind(self) -> None:
        assert set(GOOD_FOR_DAYS) == set(CalibrationKind.values)

    @pytest.mark.parametrize(("days", "old"), [(29, False), (30, False), (31, True)])
    def test_a_bed_mesh_is_old_after_a_month(self, days: int, old: bool) -> None:
        assert is_old("bed_mesh", NOW - timedelta(days=days), now=NOW) is old


class TestTheOldest:
    def test_is_the_one_measured_longest_ago_in_whole_days(self) -> None:
        found = [Measured("bed_mesh", NOW - timedelta(days=3), True), Measured("e_steps", NOW - timedelta(days=40, hours=23), True)]

        assert oldest(found, now=NOW) == Oldest("e_steps", 40)

    def test_that_was_not_good_comes_first_and_has_no_age(self) -> None:
        found = [Measured("bed_mesh", NOW - timedelta(days=300), True), Measured("probe", NOW, False)]

        assert oldest(found, now=NOW) == Oldest("probe", None)

    def test_is_not_known_where_nothing_was_ever_calibrated(self) -> None:
        assert oldest([], now=NOW) == Oldest(None, None)

    def test_has_no_age_below_nothing_where_clocks_differ(self) -> None:
        assert oldest([Measured("bed_mesh", NOW + timedelta(minutes=2), True)], now=NOW).days == 0
