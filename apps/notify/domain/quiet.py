"""When somebody wants to be left alone: quiet hours on the wall clock of their site, also around midnight and when the clocks change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one minute of the day until another, by the wall clock. The same minute twice means: never quiet.

    Args:
        start: Minutes after midnight at which it gets quiet.
        end: Minutes after midnight at which it ends, on the next day where it is not after ``start``.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < MINUTES_PER_DAY and 0 <= self.end < MINUTES_PER_DAY):
            raise ValueError("minutes after midnight are 0 to 1439")

    @property
    def never(self) -> bool:
        """Is there no quiet time at all?"""
        return self.start == self.end


def quiet_until(now: datetime, hours: QuietHours, zone: tzinfo) -> datetime | None:
    """Return when the quiet that holds at ``now`` ends, or None when it is not quiet.

    The end is the first moment after ``now`` at which a clock on the wall shows it. Where that minute does not exist because the clocks go
    forward, it is as long after the gap as it would have been after its beginning.

    Raises:
        ValueError: ``now`` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("now must carry a time zone")
    if hours.never or not _is_quiet(_minute(now.astimezone(zone)), hours):
        return None
    return next_time(now, hours.end, zone)


def next_time(now: datetime, minute: int, zone: tzinfo) -> datetime:
    """Return the first moment after ``now`` at which a clock on the wall of ``zone`` shows ``minute`` (after midnight), in UTC."""
    today = now.astimezone(zone).date()
    moments = [_moment(today + timedelta(days=days), minute, zone, fold=fold) for days in range(3) for fold in (0, 1)]
    return min(moment for moment in moments if moment > now)


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute


def _is_quiet(minute: int, hours: QuietHours) -> bool:
    if hours.start < hours.end:
        return hours.start <= minute < hours.end
    return minute >= hours.start or minute < hours.end


def _moment(day: date, minute: int, zone: tzinfo, *, fold: int) -> datetime:
    """Return a wall time as a moment in UTC; in a gap, where no clock shows it, always the reading with the offset before the gap."""
    wall = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone).replace(fold=fold)
    moment = wall.astimezone(UTC)
    is_in_gap = moment.astimezone(zone).replace(tzinfo=None, fold=0) != wall.replace(tzinfo=None, fold=0)
    return _moment(day, minute, zone, fold=0) if is_in_gap and fold else moment
