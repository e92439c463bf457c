"""Quiet hours on the wall clock: around midnight, and when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notify.domain.quiet import MINUTES_PER_DAY, QuietHours, next_time, quiet_until

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(22 * 60, 6 * 60)


def berlin(day: int, hour: int, minute: int = 0, *, month: int = 6, fold: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN, fold=fold)


class TestAroundMidnight:
    @pytest.mark.parametrize(
        ("now", "until"),
        [
            (berlin(1, 21, 59), None),
            (berlin(1, 22, 0), berlin(2, 6)),
            (berlin(1, 23, 59), berlin(2, 6)),
            (berlin(2, 0, 0), berlin(2, 6)),
            (berlin(2, 5, 59), berlin(2, 6)),
            (berlin(2, 6, 0), None),
        ],
    )
    def test_ends_in_the_morning(self, now: datetime, until: datetime | None) -> None:
        assert quiet_until(now.astimezone(UTC), NIGHT, BERLIN) == until

    def test_is_judged_at_the_site_and_not_where_the_server_stands(self) -> None:
        assert quiet_until(datetime(2026, 6, 1, 20, 30, tzinfo=UTC), NIGHT, BERLIN) == berlin(2, 6)
        assert quiet_until(datetime(2026, 6, 1, 20, 30, tzinfo=UTC), NIGHT, ZoneInfo("America/New_York")) is None

    def test_may_lie_within_a_day(self) -> None:
        siesta = QuietHours(13 * 60, 15 * 60)

        assert quiet_until(berlin(1, 14), siesta, BERLIN) == berlin(1, 15)
        assert quiet_until(berlin(1, 15), siesta, BERLIN) is None

    def test_the_same_minute_twice_is_never_quiet(self) -> None:
        assert quiet_until(berlin(1, 3), QuietHours(180, 180), BERLIN) is None


class TestWhenClocksChange:
    def test_a_short_night_ends_by_the_clock(self) -> None:
        """On 29 March 2026 it is 03:00 at once after 01:59."""
        until = quiet_until(berlin(28, 23, month=3), NIGHT, BERLIN)

        assert until == berlin(29, 6, month=3)
        assert until is not None
        assert until - berlin(28, 23, month=3).astimezone(UTC) == timedelta(hours=6)

    def test_a_long_night_ends_by_the_clock(self) -> None:
        """On 25 October 2026 02:00 to 03:00 comes twice."""
        until = quiet_until(berlin(24, 23, month=10), NIGHT, BERLIN)

        assert until == berlin(25, 6, month=10)
        assert until is not None
        assert until - berlin(24, 23, month=10).astimezone(UTC) == timedelta(hours=8)

    def test_an_end_that_no_clock_shows_is_an_hour_later(self) -> None:
        assert next_time(berlin(29, 1, month=3), 2 * 60 + 30, BERLIN) == berlin(29, 3, 30, month=3)

    def test_an_end_that_comes_twice_counts_the_first_time_and_then_the_second(self) -> None:
        first = next_time(berlin(25, 1, month=10), 2 * 60 + 30, BERLIN)
        second = next_time(first, 2 * 60 + 30, BERLIN)

        assert second - first == timedelta(hours=1)


class TestAlways:
    @given(
        now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - hypothesis wants naive bounds
        start=st.integers(0, MINUTES_PER_DAY - 1),
        end=st.integers(0, MINUTES_PER_DAY - 1),
        zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    )
    def test_the_end_is_ahead_within_a_day_and_it_is_not_quiet_then(self, now: datetime, start: int, end: int, zone: str) -> None:
        moment, there, hours = now.replace(tzinfo=UTC), ZoneInfo(zone), QuietHours(start, end)

        until = quiet_until(moment, hours, there)

        if until is not None:
            assert timedelta() < until - moment <= timedelta(hours=26)

    @pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 1440)])
    def test_minutes_no_day_has_are_refused(self, start: int, end: int) -> None:
        with pytest.raises(ValueError, match="minutes after midnight"):
            QuietHours(start, end)

    def test_a_moment_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            quiet_until(datetime(2026, 6, 1, 23), NIGHT, BERLIN)  # noqa: DTZ001
