"""Holds in the API: what keeps work from starting, placed and released by people who work at the site."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet
from rest_framework.request import Request

from apps.accounts.models import Site
from apps.accounts.queries import sites_of
from apps.journal import canonical, clock
from apps.journal.http.api_view import RecordsView, labelled
from apps.journal.http.command_view import CommandView
from apps.journal.http.parameters import Parameters
from apps.journal.http.preconditions import etag
from apps.journal.http.record_views import ListView, RecordView
from apps.journal.refusals import NotFound

from . import commands
from .models import Hold
from .states import HoldReason, HoldScope

Note = Annotated[str, msgspec.Meta(max_length=2000)]


def _my_sites(request: Request) -> QuerySet[Site]:
    """Return the sites where the asker, who is signed in by now, has a role."""
    return sites_of(UUID(str(request.user.pk)))


class HoldsOfMySites(RecordsView):
    """Holds at the sites where the asker works; others do not exist for them."""

    model = Hold

    def visible(self, request: Request) -> QuerySet[Hold]:
        """Return the holds of the asker's sites."""
        return Hold.objects.filter(site__in=_my_sites(request))


def _represented(hold: Hold) -> dict[str, Any]:
    active = hold.released_at is None and (hold.until is None or hold.until > clock.now())
    return {
        "id": str(hold.pk),
        "etag": etag(hold.version),
        "is_active": active,
        "site_id": str(hold.site_id),
        "scope": labelled(hold.scope, hold.get_scope_display()),
        "scope_id": str(hold.scope_id),
        "group": hold.group,
        "reason": labelled(hold.reason, hold.get_reason_display()),
        "note": hold.note,
        "placed_by": hold.placed_by,
        "placed_at": canonical.instant(hold.placed_at),
        "until": None if hold.until is None else canonical.instant(hold.until),
        "released_by": hold.released_by,
        "released_at": None if hold.released_at is None else canonical.instant(hold.released_at),
        "release_note": hold.release_note,
    }


class OneHold(HoldsOfMySites, RecordView):
    """GET one hold."""

    permission = "policy.view_hold"

    def represent(self, row: Hold) -> Mapping[str, Any]:
        """Return the whole hold."""
        return _represented(row)


class PlaceHold(msgspec.Struct, forbid_unknown_fields=True):
    """Body of ``policy.place_hold``."""

    site_id: UUID
    scope: HoldScope
    scope_id: UUID
    reason: HoldReason
    group: Annotated[str, msgspec.Meta(max_length=60)] = ""
    note: Note = ""
    until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Holds(HoldsOfMySites, ListView, CommandView):
    """GET holds, newest first: ``?active=yes|no``, ``?on=scope/id``. POST: keep something from starting."""

    permission = "policy.view_hold"
    name = "holds"
    filters = ("active", "on")
    command = staticmethod(commands.place_hold)
    shape = PlaceHold
    creates = Hold
    location = "api:hold"

    def permission_for(self, method: str) -> str:
        """Return the permission for placing or for looking."""
        return "policy.place_hold" if method == "POST" else self.permission

    def filtered(self, rows: QuerySet[Hold], parameters: Parameters) -> QuerySet[Hold]:
        """Return the holds that (do not) hold now, or those on one thing."""
        if asked := parameters.one_of("active", ("yes", "no")):
            holding = Q(released_at=None) & (Q(until=None) | Q(until__gt=clock.now()))
            rows = rows.filter(holding if asked == "yes" else ~holding)
        if on := parameters.subject("on"):
            rows = rows.filter(scope=on[0], scope_id=on[1])
        return rows

    def represent(self, row: Hold) -> Mapping[str, Any]:
        """Return the whole hold."""
        return _represented(row)

    def check(self, request: Request, row: Any, sent: PlaceHold) -> None:
        """Refuse to hold anything at a site where the asker does not work."""
        if not _my_sites(request).filter(pk=sent.site_id).exists():
            raise NotFound("site", id=str(sent.site_id))


class ReleaseNote(msgspec.Struct, forbid_unknown_fields=True):
    """Body of ``policy.release_hold``."""

    note: Note = ""


class ReleaseHold(HoldsOfMySites, CommandView):
    """POST: end a hold."""

    permission = "policy.release_hold"
    command = staticmethod(commands.release_hold)
    record = "hold_id"
    shape = ReleaseNote
