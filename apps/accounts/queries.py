"""What others ask about sites and roles."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import formats
from django.utils.dates import WEEKDAYS_ABBR
from rest_framework.request import Request

from apps.journal.refusals import Refusal

from . import proof
from .domain import hours
from .domain.hours import Calendar
from .middleware import has_ended
from .models import Grant, Holiday, Shift, Site, User
from .states import STAFF_ROLES, Role

DAYS_OF_WEEKDAYS = 7


def default_site() -> Site:
    """Return the site to which everything belongs that was not told another.

    Raises:
        Refusal: ``no-shop`` before the shop was opened.
    """
    site = Site.objects.filter(is_default=True).first()
    if site is None:
        raise Refusal("no-shop")
    return site


def calendar_of(site_id: UUID) -> Calendar:
    """Return when somebody is at a site. One query where no hours are kept."""
    rows = Shift.objects.filter(site_id=site_id).order_by("weekday", "starts_minute")
    found = list(rows.values_list("weekday", "starts_minute", "minutes", "site__time_zone"))
    if not found:
        return Calendar(UTC)
    holidays = frozenset(Holiday.objects.filter(site_id=site_id).values_list("day", flat=True))
    return Calendar(ZoneInfo(found[0][3]), tuple(hours.WeeklyShift(*row[:3]) for row in found), holidays)


def clock_time(moment: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Return a clock time in site time: "16:00", "Thu 16:00", "3 Dec 16:00"."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    if days == 0:
        return f"{local:%H:%M}"
    if abs(days) < DAYS_OF_WEEKDAYS:
        return f"{WEEKDAYS_ABBR[local.weekday()]} {local:%H:%M}"
    return f"{formats.date_format(local, 'j M')} {local:%H:%M}"


def active_admins(site_id: UUID) -> QuerySet[Grant]:
    """Return the grants that make somebody who can sign in an admin of this site."""
    return Grant.objects.filter(site_id=site_id, role=Role.ADMIN, revoked_at=None, user__is_active=True)


def person_of(request: HttpRequest | Request) -> User:
    """Return who asks.

    Raises:
        Refusal: ``not-signed-in``.
    """
    if not isinstance(request.user, User):
        raise Refusal("not-signed-in")
    return request.user


def listener_of(request: HttpRequest) -> User | AnonymousUser:
    """Return who an open page's socket is for, under the rules of sessions; listening does not count as being there, and writes nothing."""
    person = auth.get_user(request)
    if not isinstance(person, User) or has_ended(request, person, request.session.get(proof.DEVICE, "")):
        return AnonymousUser()
    return person


def sites_of(user_id: UUID) -> QuerySet[Site]:
    """Return the sites where this person has a role."""
    return Site.objects.filter(pk__in=Grant.objects.filter(user_id=user_id, revoked_at=None).values("site_id"))


def colleagues(site_id: UUID) -> QuerySet[User]:
    """Return who works at a site and can sign in, by name."""
    grants = Grant.objects.filter(site_id=site_id, revoked_at=None, role__in=STAFF_ROLES)
    return User.objects.filter(pk__in=grants.values("user_id"), is_active=True).order_by("name", "email")


def works_at(user_id: UUID, site_id: UUID) -> bool:
    """Does this person work at the site, and can they sign in?"""
    return colleagues(site_id).filter(pk=user_id).exists()
