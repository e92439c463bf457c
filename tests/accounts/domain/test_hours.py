"""When somebody is there: against a clock that is read minute by minute, also where clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.accounts.domain import hours
from apps.accounts.domain.hours import Calendar, WeeklyShift, Wish

MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")
DAY = tuple(WeeklyShift(weekday, 6 * 60, 16 * 60) for weekday in range(5))
"""Monday to Friday, 06:00 to 22:00."""


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


class Clock:
    """A clock on the wall that somebody looks at every minute: the other way to say when somebody is there."""

    def __init__(self, calendar: Calendar, since: datetime, minutes: int) -> None:
        self.calendar, self.since = calendar, since
        self.moments = [since + index * MINUTE for index in range(minutes)]
        walls = [moment.astimezone(calendar.zone).replace(tzinfo=None) for moment in self.moments]
        self.there = [False] * minutes
        day = walls[0].date()
        while day <= walls[-1].date():
            for shift in calendar.shifts:
                if shift.weekday == day.weekday() and day not in calendar.holidays:
                    begins = datetime.combine(day, time()) + shift.starts_minute * MINUTE
                    start = first(walls, begins)
                    for index in range(start, first(walls, begins + shift.minutes * MINUTE)):
                        self.there[index] = True
            day += timedelta(days=1)

    def index(self, moment: datetime) -> int:
        return (moment - self.since) // MINUTE

    def ends_well(self, index: int, grace: int) -> bool:
        """Is somebody there now, or was within so many minutes before? The minute after the last one is the end of the shift itself."""
        return any(self.there[max(0, index - grace - 1) : index + 1])

    def starts_well(self, index: int, watched: int) -> bool:
        return self.there[index] and all(self.there[index : index + watched])


def first(walls: list[datetime], wanted: datetime) -> int:
    return next((index for index, wall in enumerate(walls) if wall >= wanted), len(walls))


ZONES = st.sampled_from(
    [
        ("Europe/Berlin", "2026-03-29"),
        ("Europe/Berlin", "2026-10-25"),
        ("America/New_York", "2026-03-08"),
        ("America/New_York", "2026-11-01"),
        ("Australia/Lord_Howe", "2026-04-05"),
        ("Australia/Lord_Howe", "2026-10-04"),
        ("Africa/Cairo", "2026-04-24"),
        ("Pacific/Apia", "2011-12-30"),
        ("Asia/Kathmandu", "2026-06-01"),
        ("UTC", "2026-12-01"),
    ]
)
SHIFTS = st.lists(
    st.builds(WeeklyShift, st.integers(0, 6), st.sampled_from([0, 45, 90, 125, 150, 179, 180, 360, 840, 1320, 1439]), st.integers(1, 1440)),
    min_size=1,
    max_size=4,
)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    name, day = draw(ZONES)
    middle = datetime.fromisoformat(day).replace(tzinfo=UTC)
    days = draw(st.frozensets(st.integers(-3, 3), max_size=3))
    holidays = frozenset((middle + timedelta(days=offset)).date() for offset in days)
    return Calendar(ZoneInfo(name), tuple(draw(SHIFTS)), holidays), middle


class TestAgainstAClockOnTheWall:
    @settings(max_examples=60, deadline=None)
    @given(calendars())
    def test_somebody_is_there_in_the_same_minutes(self, case: tuple[Calendar, datetime]) -> None:
        calendar, middle = case
        clock = Clock(calendar, middle - timedelta(days=4), 8 * 1440)

        for index in range(2 * 1440, 6 * 1440, 7):
            assert hours.is_there(calendar, clock.moments[index]) == clock.there[index], clock.moments[index]

    @settings(max_examples=60, deadline=None)
    @given(
        calendars(), st.integers(-1440, 1440), st.integers(1, 900), st.sampled_from([None, 0, 15, 120]), st.sampled_from([None, 0, 30, 200])
    )
    def test_a_print_starts_at_the_first_minute_that_is_good(
        self, case: tuple[Calendar, datetime], offset: int, minutes: int, watched: int | None, grace: int | None
    ) -> None:
        calendar, middle = case
        clock = Clock(calendar, middle - timedelta(days=5), 16 * 1440)
        now = middle + offset * MINUTE
        wish = Wish(
            watched=None if watched is None else watched * MINUTE,
            grace=None if grace is None else grace * MINUTE,
        )

        expected = next(
            (
                clock.moments[index]
                for index in range(clock.index(now), clock.index(now) + 6 * 1440)
                if (watched is None or clock.starts_well(index, watched)) and (grace is None or clock.ends_well(index + minutes, grace))
            ),
            None,
        )

        found = hours.earliest_start(calendar, now, minutes=minutes, wish=wish)
        assert found == expected if expected is not None else found is None or found >= now + timedelta(days=6)

    @settings(max_examples=60, deadline=None)
    @given(calendars(), st.integers(-1440, 1440), st.integers(0, 900))
    def test_what_is_said_of_an_end_fits_what_may_start(self, case: tuple[Calendar, datetime], offset: int, minutes: int) -> None:
        calendar, middle = case
        now = middle + offset * MINUTE

        end = hours.ending(calendar, now, minutes=minutes)

        assert end.at == now + minutes * MINUTE
        if end.left_since is not None:
            assert hours.earliest_start(calendar, now, minutes=minutes, wish=Wish(grace=end.left_since)) == now
            if end.left_since:
                assert hours.earliest_start(calendar, now, minutes=minutes, wish=Wish(grace=end.left_since - MINUTE)) != now
        assert end.next_there is None or (end.next_there >= end.at and hours.is_there(calendar, end.next_there))
        stays = hours.there_for(calendar, now)
        assert bool(stays) == hours.is_there(calendar, now)
        assert stays == hours.AHEAD or not hours.is_there(calendar, now + stays)


class TestAShopWithoutHours:
    def test_has_always_somebody_there(self) -> None:
        calendar, now = Calendar(BERLIN, (), frozenset({date(2026, 12, 25)})), at("2026-12-25T03:00")

        assert hours.is_there(calendar, now)
        assert hours.there_for(calendar, now) == hours.AHEAD
        assert hours.next_there(calendar, now) == now
        assert hours.earliest_start(calendar, now, minutes=600, wish=Wish(timedelta(0), timedelta(0))) == now
        assert hours.ending(calendar, now, minutes=60) == hours.Ending(now + 60 * MINUTE, timedelta(0), now + 60 * MINUTE)


class TestAWeek:
    calendar = Calendar(BERLIN, DAY, frozenset({date(2026, 12, 24), date(2026, 12, 25)}))

    def test_a_print_waits_over_night_for_somebody_to_see_its_end(self) -> None:
        now = at("2026-12-01T21:00")

        end = hours.ending(self.calendar, now, minutes=400)
        start = hours.earliest_start(self.calendar, now, minutes=400, wish=Wish(grace=timedelta(0)))

        assert (end.at, end.left_since, end.next_there) == (at("2026-12-02T03:40"), timedelta(hours=5, minutes=40), at("2026-12-02T06:00"))
        assert start == at("2026-12-01T23:20")

    def test_a_start_that_is_watched_is_within_a_shift(self) -> None:
        wish = Wish(watched=timedelta(minutes=15))

        assert hours.earliest_start(self.calendar, at("2026-12-01T21:45"), minutes=60, wish=wish) == at("2026-12-01T21:45")
        assert hours.earliest_start(self.calendar, at("2026-12-01T21:46"), minutes=60, wish=wish) == at("2026-12-02T06:00")
        assert hours.earliest_start(self.calendar, at("2026-12-23T21:46"), minutes=60, wish=wish) == at("2026-12-28T06:00")

    def test_both_wishes_meet_where_they_can(self) -> None:
        both = Wish(watched=timedelta(minutes=15), grace=timedelta(minutes=30))

        assert hours.earliest_start(self.calendar, at("2026-12-01T20:00"), minutes=15 * 60, wish=both) == at("2026-12-01T20:00")
        assert hours.earliest_start(self.calendar, at("2026-12-01T20:00"), minutes=4 * 60, wish=both) == at("2026-12-02T06:00")
        assert hours.earliest_start(self.calendar, at("2026-12-01T18:30"), minutes=4 * 60, wish=both) == at("2026-12-01T18:30")

    def test_a_shift_shorter_than_what_is_watched_is_none(self) -> None:
        short = Calendar(BERLIN, (WeeklyShift(0, 360, 10),))

        assert hours.earliest_start(short, at("2026-12-01T20:00"), minutes=60, wish=Wish(watched=timedelta(minutes=15))) is None

    def test_a_night_shift_that_began_before_a_holiday_ends_as_always(self) -> None:
        night = Calendar(BERLIN, (WeeklyShift(2, 22 * 60, 480), WeeklyShift(3, 22 * 60, 480)), frozenset({date(2026, 12, 24)}))

        assert hours.is_there(night, at("2026-12-24T05:59"))
        assert not hours.is_there(night, at("2026-12-24T06:00"))
        assert not hours.is_there(night, at("2026-12-24T23:00"))
        assert not hours.is_there(night, at("2026-12-25T05:00"))

    def test_somebody_is_there_around_the_clock(self) -> None:
        always = Calendar(BERLIN, tuple(WeeklyShift(weekday, 0, 1440) for weekday in range(7)))

        assert hours.there_for(always, at("2026-12-01T20:00")) == hours.AHEAD

    def test_everything_is_a_holiday(self) -> None:
        closed = Calendar(BERLIN, DAY, frozenset(date(2026, 1, 1) + timedelta(days=days) for days in range(900)))

        assert hours.next_there(closed, at("2027-03-01T20:00")) is None
        assert hours.ending(closed, at("2027-03-01T20:00"), minutes=5).left_since is None


class TestTwoHundredThatFindNoShift:
    def test_ask_hardly_more_of_the_calendar_than_one_does(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = 0
        span = hours._span

        def counted(*given: Any) -> Any:
            nonlocal asked
            asked += 1
            return span(*given)

        monkeypatch.setattr(hours, "_span", counted)
        wish = Wish(watched=timedelta(hours=17), grace=timedelta(0))
        holidays = frozenset({date(2026, 12, 24)})  # a calendar nothing was asked about before

        assert hours.earliest_start(Calendar(BERLIN, DAY, holidays), at("2026-12-01T20:00"), minutes=60, wish=wish) is None
        one = asked
        for minutes in range(100, 300):
            assert hours.earliest_start(Calendar(BERLIN, DAY, holidays), at("2026-12-01T20:00"), minutes=minutes, wish=wish) is None
        assert asked < 3 * one


class TestClocksThatChange:
    @pytest.mark.parametrize(
        ("day", "starts", "minutes", "begins", "lasts"),
        [
            ("2026-03-29", 135, 30, None, 0),  # 02:15 to 02:45 does not exist
            ("2026-03-29", 150, 90, "2026-03-29T03:00", 60),  # 02:30 to 04:00 begins with the jump
            ("2026-03-28", 1320, 480, "2026-03-28T22:00", 420),  # the night is an hour shorter
            ("2026-10-24", 1320, 480, "2026-10-24T22:00", 540),  # and an hour longer
            ("2026-10-25", 130, 20, "2026-10-25T02:10", 20),  # 02:10 comes twice: the first counts
        ],
    )
    def test_by_the_clock_on_the_wall(self, day: str, starts: int, minutes: int, begins: str | None, lasts: int) -> None:
        on = date.fromisoformat(day)
        calendar = Calendar(BERLIN, (WeeklyShift(on.weekday(), starts, minutes),))
        noon = at(f"{day}T12:00")

        found = [
            span for span in hours.spans(calendar, noon - timedelta(days=1), noon + timedelta(days=1)) if span[0] > noon - timedelta(days=1)
        ]

        assert found == ([] if begins is None else [(at(begins), at(begins) + lasts * MINUTE)])
