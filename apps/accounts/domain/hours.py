"""When somebody is there: a week of shifts in site time, holidays, and what follows for a print. Pure: a calendar and a moment go in.

A shift begins when the clock on the wall first shows its start or later, and ends when it first shows its end or later. So a shift in the hour that
the clock skips does not happen, a night shift ends when its people go home by that clock, and in the hour that comes twice the first one counts.
All moments are in UTC. A site without shifts keeps no hours: somebody is always there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

AHEAD = timedelta(days=400)
"""How far a moment is looked for: longer than any holidays."""

STEPS = (timedelta(days=2), timedelta(days=9), AHEAD)
"""How far it is looked for at first, where that finds nothing, and at last: over a night, over a week, over everything."""

Span = tuple[datetime, datetime]
"""From a moment until another, which is no longer part of it."""


@dataclass(frozen=True, slots=True)
class WeeklyShift:
    """A weekly span in which somebody is there.

    Args:
        weekday: 0 is Monday.
        starts_minute: Minutes after midnight by the clock on the wall.
        minutes: How long it lasts by that clock; it may run past midnight.
    """

    weekday: int
    starts_minute: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody is there. A shift that starts on a holiday does not happen; one that runs into a holiday ends as always."""

    zone: tzinfo
    shifts: tuple[WeeklyShift, ...] = ()
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a print.

    Args:
        at: When.
        left_since: How long before that the last person left; nothing: somebody is there, or leaves at that moment. None: nobody came for so
            long that it does not matter.
        next_there: When somebody is there, at the end or after it; None: not within ``AHEAD``.
    """

    at: datetime
    left_since: timedelta | None
    next_there: datetime | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a print. None: nothing.

    Args:
        watched: Somebody is there when it starts, and stays so long.
        grace: It ends while somebody is there, or at most so long after they left.
    """

    watched: timedelta | None = None
    grace: timedelta | None = None


def is_there(calendar: Calendar, at: datetime) -> bool:
    """Is somebody there?"""
    return not calendar.shifts or _span_at(calendar, at) is not None


def there_for(calendar: Calendar, at: datetime) -> timedelta:
    """Return how long somebody will still be there without a break; nothing: nobody is there. Never more than ``AHEAD``."""
    if not calendar.shifts:
        return AHEAD
    if _span_at(calendar, at) is None:
        return timedelta(0)
    for ahead in STEPS:
        end = spans(calendar, at, at + ahead)[0][1]
        if end - at < ahead:
            return end - at
    return AHEAD


def next_there(calendar: Calendar, at: datetime) -> datetime | None:
    """Return the first moment at or after ``at`` when somebody is there; None: not within ``AHEAD``."""
    return earliest_start(calendar, at, minutes=0, wish=Wish(watched=timedelta(0)))


def ending(calendar: Calendar, starts: datetime, *, minutes: int) -> Ending:
    """Return when a print that starts then ends, and whether somebody is there."""
    at = starts + timedelta(minutes=minutes)
    if is_there(calendar, at):
        return Ending(at, timedelta(0), at)
    before = (spans(calendar, at - since, at) for since in STEPS)
    left = next((found[-1][1] for found in before if found), None)
    return Ending(at, None if left is None else at - left, next_there(calendar, at))


def earliest_start(calendar: Calendar, now: datetime, *, minutes: int, wish: Wish) -> datetime | None:
    """Return the first moment, now or later, at which a print of so many minutes may start so that the wish comes true.

    None: not within ``AHEAD``; no shift is long enough, or everything is a holiday.
    """
    if not calendar.shifts:
        return now
    for ahead in STEPS:
        found = _first_in_both(
            _to_start(calendar, now, now + ahead, wish.watched),
            _to_end(calendar, now, now + ahead, timedelta(minutes=minutes), wish.grace),
        )
        if found is not None:
            return max(found, now)
    return None


def _first_in_both(some: Sequence[Span], others: Sequence[Span]) -> datetime | None:
    """Return the first moment that is within one of each; both are sorted by their starts and by their ends."""
    one, other = 0, 0
    while one < len(some) and other < len(others):
        start, end = max(some[one][0], others[other][0]), min(some[one][1], others[other][1])
        if start <= end:
            return start
        if some[one][1] <= others[other][1]:
            one += 1
        else:
            other += 1
    return None


def _to_start(calendar: Calendar, now: datetime, until: datetime, watched: timedelta | None) -> list[Span]:
    """Return from when until when, both included, a print may start so that it is watched for so long."""
    if watched is None:
        return [(now, until)]
    least = max(watched, timedelta(microseconds=1))
    return [(start, end - least) for start, end in spans(calendar, now, until) if max(start, now) <= end - least]


def _to_end(calendar: Calendar, now: datetime, until: datetime, lasts: timedelta, grace: timedelta | None) -> list[Span]:
    """Return from when until when, both included, a print may start so that it ends with somebody there, or so long after."""
    if grace is None:
        return [(now, until)]
    found = spans(calendar, now + lasts - grace - timedelta(microseconds=1), until + lasts)
    return [(start - lasts, end + grace - lasts) for start, end in found if now <= end + grace - lasts]


def _span_at(calendar: Calendar, at: datetime) -> Span | None:
    found = spans(calendar, at, at + timedelta(minutes=1))
    return found[0] if found and found[0][0] <= at else None


def spans(calendar: Calendar, since: datetime, until: datetime) -> list[Span]:
    """Return when somebody is there at some time between two moments, in order; shifts that touch are one. Spans reach beyond the moments."""
    first = since.astimezone(calendar.zone).date() - timedelta(days=2)
    last = until.astimezone(calendar.zone).date() + timedelta(days=1)
    found = _in_weeks(calendar, first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday()))
    return [span for span in found if span[1] > since and span[0] <= until]


@lru_cache(maxsize=32)
def _in_weeks(calendar: Calendar, first: date, last: date) -> tuple[Span, ...]:
    """Return the same of whole weeks, so that it is found once for all that is asked about them: a shop asks it of every attempt that waits."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    open_days = (day for day in days if day not in calendar.holidays)
    found = (_span(calendar, day, shift) for day in open_days for shift in calendar.shifts if shift.weekday == day.weekday())
    return tuple(_merged(sorted(span for span in found if span is not None)))


def _span(calendar: Calendar, day: date, shift: WeeklyShift) -> Span | None:
    midnight = datetime.combine(day, time())
    start = midnight + timedelta(minutes=shift.starts_minute)
    begins, ends = _reached(calendar.zone, start), _reached(calendar.zone, start + timedelta(minutes=shift.minutes))
    return (begins, ends) if begins < ends else None


def _merged(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _reached(zone: tzinfo, wall: datetime) -> datetime:
    """Return when the clock on the wall first shows this time or a later one."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    low, high = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment  # the clock skips it: find the moment of the jump
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
