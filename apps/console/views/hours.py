"""When somebody is there: the week, the holidays, and what of that counts for prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import commands
from apps.accounts.domain import hours
from apps.accounts.models import Holiday
from apps.accounts.models.sites import MINUTES_PER_DAY
from apps.accounts.queries import calendar_of, person_of, sites_of
from apps.accounts.states import Weekday
from apps.journal import clock
from apps.journal.http.page_command import Form
from apps.journal.refusals import Invalid, NotFound
from apps.policy import commands as policy
from apps.policy.models import Policy
from apps.policy.queries import policy_in_force
from apps.runs.queries import hours_bind_people, wish_of

from .page import Act, Page

AT_LEAST = 2
"""Shifts of a day for which the form has room; a day that has more shows them, and room for one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One shift in the form: its number, and from when until when; empty: none yet."""

    number: int
    begins: str = ""
    ends: str = ""

    @property
    def is_further(self) -> bool:
        """Is it room for one more, beside others of the day?"""
        return self.number > 1 and not self.begins


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week in the form."""

    number: int
    name: str
    rows: tuple[Row, ...]

    @property
    def shifts(self) -> tuple[Row, ...]:
        """Those that are set."""
        return tuple(row for row in self.rows if row.begins)


class Hours(Page):
    """A site's working hours and holidays, and who is there now."""

    title = gettext_lazy("Working hours")
    permission = "accounts.view_shift"
    template_name = "console/hours.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the week, the holidays to come, and what is so now."""
        asker, site, now = person_of(self.request), self.site, clock.now()
        calendar = calendar_of(site.pk)
        return {
            **super().get_context_data(**kwargs),
            "days": week_of(calendar.shifts),
            "holidays": Holiday.objects.filter(site=site, day__gte=timezone.localdate(now)).order_by("day"),
            "is_set": bool(calendar.shifts),
            "leaves": _leaves(calendar, now),
            "comes": hours.next_there(calendar, now),
            "today": timezone.localdate(now).isoformat(),
            **_rules_at(site.pk),
            "policy": policy_in_force(site.pk),
            "may_rule": asker.has_perm("policy.set_hours_rules", site),
            "may_set_clock": asker.has_perm("accounts.set_time_zone", site),
            "zones": _zones(),
            "may_set": asker.has_perm("accounts.set_working_hours", site),
            "may_name": asker.has_perm("accounts.add_holidays", site),
        }


@cache
def _zones() -> list[str]:
    """Return the clocks there are: reading their names from disk takes as long as the rest of the page."""
    return sorted(available_timezones())


def _rules_at(site_id: UUID) -> dict[str, Any]:
    """Return what the site's policy says about working hours, as the page says it."""
    return {"wish": _in_minutes(wish_of(site_id)), "binds_people": hours_bind_people(site_id)}


def _in_minutes(wish: hours.Wish) -> dict[str, int | None]:
    """Return what the policy wishes, in minutes; None: nothing."""
    given = {"watched": wish.watched, "grace": wish.grace}
    return {name: None if length is None else length // timedelta(minutes=1) for name, length in given.items()}


def _leaves(calendar: hours.Calendar, now: datetime) -> datetime | None:
    """Return when the last person who is there leaves; None: nobody is there, or somebody always."""
    stays = hours.there_for(calendar, now)
    return now + stays if stays and stays < hours.AHEAD else None


def week_of(shifts: tuple[hours.WeeklyShift, ...]) -> list[Day]:
    """Return the week as the form shows it, with room for one more shift each day."""
    found = []
    for day in Weekday:
        times = [(time_of_day(one.starts_minute), time_of_day(one.starts_minute + one.minutes)) for one in shifts if one.weekday == day]
        times += [("", "")] * max(1, AT_LEAST - len(times))
        found.append(Day(day.value, str(day.label), tuple(Row(number, *row) for number, row in enumerate(times, start=1))))
    return found


def time_of_day(minute: int) -> str:
    """Return a minute after midnight as a clock shows it; one of the next day is shown as that day's."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


class HoursAct(Act):
    """A button on this page."""

    home = "/admin/hours/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the site, if the asker works there."""
        if not sites_of(person_of(self.request).pk).filter(pk=place["site_id"]).exists():
            raise NotFound("site", id=str(place["site_id"]))
        return UUID(str(place["site_id"]))


class SetHours(HoursAct):
    """Say when somebody is there."""

    command = staticmethod(commands.set_working_hours)
    receipt = gettext_lazy("Saved. It counts from the next start on.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return every shift of the week."""
        return {"shifts": tuple(shift for day in Weekday for shift in _shifts_on(form, day))}


def _shifts_on(form: Form, day: Weekday) -> list[hours.WeeklyShift]:
    """Read the shifts of a day, as many as were sent in a row; one that ends when it begins, or earlier, ends on the next day."""
    found, number = [], 1
    while form.has(f"from-{day.value}-{number}") or number == 1:
        begins, ends = f"from-{day.value}-{number}", f"until-{day.value}-{number}"
        if not form.has(begins):
            raise Invalid({str(day.label): _("Open the page again and press the button there.")})
        if form.text(begins) and form.text(ends):
            start = form.minute(begins)
            found.append(hours.WeeklyShift(day.value, start, (form.minute(ends) - start) % MINUTES_PER_DAY or MINUTES_PER_DAY))
        elif form.text(begins) or form.text(ends):
            raise Invalid({str(day.label): _("A shift needs both: from when, and until when.")})
        number += 1
    return found


class SetRules(Act):
    """Say what automation waits with; a policy that changed meanwhile is told by what it says now."""

    home = HoursAct.home
    command = staticmethod(policy.set_hours_rules)
    refused_template = "console/hours_refused.html"
    receipt = gettext_lazy("Saved as the next version of the policy. It counts from the next start on.")

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the policy's site."""
        row = person_of(self.request).visible(Policy).filter(pk=place["policy_id"]).first()
        if row is None:
            raise NotFound("policy", id=str(place["policy_id"]))
        return row.site_id

    def surroundings(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the policy in force says now."""
        return {**super().surroundings(request), **_rules_at(self.site_of(self.kwargs))}

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return how long a start is watched, and how long after a shift a print may end."""
        return {name: _rule(form, name) for name in ("watched_minutes", "grace_minutes")}


def _rule(form: Form, name: str) -> int | None:
    if form.one_of(f"{name}_kept", ("0", "1")) == "0":
        return None
    return form.number(name, most=MINUTES_PER_DAY)


class SetClock(HoursAct):
    """Say by which clock the site goes."""

    command = staticmethod(commands.set_time_zone)
    receipt = gettext_lazy("Saved. All times of this site are shown by that clock now.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return the name of the zone."""
        return {"time_zone": form.required("time_zone", most=64)}


class AddHolidays(HoursAct):
    """Name days on which nobody comes."""

    command = staticmethod(commands.add_holidays)
    versioned = False
    receipt = gettext_lazy("Noted: no shift starts then.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return from when until when, and what people call it."""
        last = form.day("last") if form.text("last") else None
        return {"first": form.day("first"), "last": last, "name": form.text("name", most=120)}


class RemoveHoliday(Act):
    """Work on that day after all."""

    home = HoursAct.home
    command = staticmethod(commands.remove_holiday)
    receipt = gettext_lazy("Removed: the shifts of that day count again.")

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the holiday's site."""
        row = person_of(self.request).visible(Holiday).filter(pk=place["holiday_id"]).first()
        if row is None:
            raise NotFound("holiday", id=str(place["holiday_id"]))
        return row.site_id


urlpatterns: list[URLPattern] = [
    path("hours/", Hours.as_view(), name="hours"),
    path("hours/<uuid:site_id>/set/", SetHours.as_view(), name="set-hours"),
    path("hours/<uuid:site_id>/clock/", SetClock.as_view(), name="set-time-zone"),
    path("hours/policies/<uuid:policy_id>/rules/", SetRules.as_view(), name="set-hours-rules"),
    path("hours/<uuid:site_id>/add-holidays/", AddHolidays.as_view(), name="add-holidays"),
    path("hours/holidays/<uuid:holiday_id>/remove/", RemoveHoliday.as_view(), name="remove-holiday"),
]
