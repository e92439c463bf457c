"""What can be done with a site's working hours."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from apps.accounts import events
from apps.accounts.domain.hours import WeeklyShift
from apps.accounts.models import Holiday, Shift, Site
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, Refusal

from .adding import zone_problem

MOST_DAYS = 62
"""Holidays that are named at once: two months."""

MOST_SHIFTS = 70
"""Shifts of a week: ten a day."""


@command("accounts.set_working_hours")
def set_working_hours(ctx: Context, *, site_id: UUID, expected_version: int, shifts: tuple[WeeklyShift, ...]) -> None:
    """Say when somebody is there in an ordinary week, instead of what was said before; no shift at all: the site keeps no hours.

    Args:
        ctx: Who asks, when.
        site_id: Where.
        expected_version: The site as the asker saw it.
        shifts: The whole week, in site time. They may touch, overlap, and run past midnight.

    Raises:
        NotFound, StaleVersion: no such site, its hours or itself changed meanwhile.
        Refusal: ``shift-exists``, ``shift-start-invalid``, ``shift-length-invalid``.
    """
    if len(shifts) > MOST_SHIFTS:
        raise Invalid({"shifts": f"are more than {MOST_SHIFTS}"})
    locks.site(site_id)
    site = Site.at_version(site_id, expected_version)
    kept: set[WeeklyShift] = set()
    for row in Shift.objects.filter(site_id=site_id):
        same = WeeklyShift(row.weekday, row.starts_minute, row.minutes)
        if same in shifts:
            kept.add(same)
        else:
            row.delete()
    for number, one in enumerate(shifts):
        if one not in kept or one in shifts[:number]:
            Shift(site_id=site_id, weekday=one.weekday, starts_minute=one.starts_minute, minutes=one.minutes, created_at=ctx.now).add()
    site.save_changes()
    week = sorted([one.weekday, one.starts_minute, one.minutes] for one in shifts)
    record(ctx.about(site_id=site_id), event=events.WorkingHoursSet(site_id=site_id, shifts=week), subjects=[Subject("site", site_id)])


@command("accounts.set_time_zone")
def set_time_zone(ctx: Context, *, site_id: UUID, expected_version: int, time_zone: str) -> None:
    """Say by which clock a site goes: working hours, due dates and the times on its pages. What happened keeps its moment.

    Args:
        ctx: Who asks, when.
        site_id: Where.
        expected_version: The site as the asker saw it.
        time_zone: IANA name, such as Europe/Berlin.

    Raises:
        NotFound, StaleVersion: no such site, changed meanwhile.
    """
    if problem := zone_problem(time_zone):
        raise Invalid({"time_zone": problem})
    locks.site(site_id)
    site = Site.at_version(site_id, expected_version)
    site.time_zone = time_zone
    site.save_changes("time_zone")
    record(ctx.about(site_id=site_id), event=events.TimeZoneSet(site_id=site_id, time_zone=time_zone), subjects=[Subject("site", site_id)])


@command("accounts.add_holidays")
def add_holidays(ctx: Context, *, site_id: UUID, first: date, last: date | None = None, name: str = "") -> tuple[UUID, ...]:
    """Name days on which no shift starts, and return their ids; days that are holidays already stay as they are.

    Args:
        ctx: Who asks, when.
        site_id: Where.
        first: The first day.
        last: The last day; None: only that one.
        name: What people call it.

    Raises:
        NotFound: no such site.
        Refusal: ``holidays-end-before-they-begin``, ``holidays-too-long``, ``holiday-exists`` when every one of the days is one.
    """
    last = last or first
    if last < first:
        raise Refusal("holidays-end-before-they-begin")
    if (last - first).days >= MOST_DAYS:
        raise Refusal("holidays-too-long", limit=MOST_DAYS)
    locks.site(site_id)
    named = set(Holiday.objects.filter(site_id=site_id, day__range=(first, last)).values_list("day", flat=True))
    days = [day for day in (first + timedelta(days=index) for index in range((last - first).days + 1)) if day not in named]
    if not days:
        raise Refusal("holiday-exists")
    added = [Holiday(site_id=site_id, day=day, name=name.strip(), created_at=ctx.now).add() for day in days]
    happened = events.HolidaysAdded(site_id=site_id, days=[day.isoformat() for day in days])
    record(ctx.about(site_id=site_id), event=happened, subjects=[Subject("site", site_id)])
    return tuple(one.pk for one in added)


@command("accounts.remove_holiday")
def remove_holiday(ctx: Context, *, holiday_id: UUID, expected_version: int) -> None:
    """Let the shifts of a day start after all.

    Raises:
        NotFound, StaleVersion: no such holiday, changed meanwhile.
    """
    locks.site(Holiday.at_version(holiday_id, expected_version).site_id)
    holiday = Holiday.at_version(holiday_id, expected_version)  # as nobody else can remove it any more
    holiday.delete()
    happened = events.HolidayRemoved(site_id=holiday.site_id, day=holiday.day.isoformat())
    record(ctx.about(site_id=holiday.site_id), event=happened, subjects=[Subject("site", holiday.site_id)])
