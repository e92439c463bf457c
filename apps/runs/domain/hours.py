"""What working hours keep back: attempts that may not start by themselves yet. Pure: a calendar and what is wished go in, moments come out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.accounts.domain import hours
from apps.accounts.domain.hours import Calendar, Wish


@dataclass(frozen=True, slots=True)
class Kept:
    """An attempt that working hours keep back.

    Args:
        start: When it may start; None: never, as the shifts are.
        is_unwatched: Nobody would be there for its start, or not for long enough.
        ends_at: When it would end if it started now.
    """

    start: datetime | None
    is_unwatched: bool
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Keeping:
    """A site's calendar, and what its policy wishes of an attempt that starts by itself; ``binds_people``: also of one that a person starts."""

    calendar: Calendar
    wish: Wish
    binds_people: bool = False

    def start(self, *, minutes: int, now: datetime) -> datetime | None:
        """Return when an attempt of so many minutes may start, at the earliest ``now``; None: never, as the shifts are."""
        return hours.earliest_start(self.calendar, now, minutes=minutes, wish=self.wish)

    def kept(self, *, minutes: int, now: datetime) -> Kept | None:
        """Return why an attempt of so many minutes may not start by itself now; None: it may."""
        start = self.start(minutes=minutes, now=now)
        return None if start == now else Kept(start, self._is_unwatched(now), now + timedelta(minutes=minutes))

    def _is_unwatched(self, now: datetime) -> bool:
        if self.wish.watched is None:
            return False
        stays = hours.there_for(self.calendar, now)
        return not stays or stays < self.wish.watched

    def next_there(self, kept: Kept, *, now: datetime) -> datetime | None:
        """Return when somebody comes: after those leave who do not stay long enough to watch its start, or after its end."""
        missed = now + hours.there_for(self.calendar, now) if kept.is_unwatched else kept.ends_at
        return hours.next_there(self.calendar, missed)
