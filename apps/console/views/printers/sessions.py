"""Prints seen that were not ours: a list, and one of them with the orders it may have been for."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import Site
from apps.accounts.queries import sites_of
from apps.board.queries.people import names_of
from apps.console.views.page import Act, Page
from apps.console.views.seen import rights
from apps.fleet.models import MachineSession
from apps.fulfilment import commands as fulfilment
from apps.journal.http.page_command import Form
from apps.journal.refusals import NotFound
from apps.orders.models import Intent, Piece, Requirement
from apps.orders.states import IntentState, PieceState

PER_PAGE = 30
MOST_CHOICES = 60
"""Components offered for a claim: those with the oldest orders."""


@dataclass(frozen=True, slots=True)
class Owing:
    """A component that still owes pieces which are on no plate."""

    requirement: Requirement
    owed: int

    @property
    def order(self) -> Intent:
        """The order it belongs to."""
        order: Intent = self.requirement.line.intent
        return order

    @property
    def name(self) -> str:
        """What it is."""
        revision = self.requirement.part_revision
        return str(revision.part.name if revision else self.requirement.sku)


class PrintsSeen(Page):
    """Foreign prints of all printers of a site, or of one (``?printer=``), newest first."""

    permission = "fleet.view_machinesession"
    title = gettext_lazy("Prints seen")
    template_name = "console/printers/seen.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of them."""
        asked, code = self.request.GET.get("show", ""), self.request.GET.get("printer", "")
        rows = MachineSession.objects.filter(printer__site=self.site, is_foreign=True).select_related("printer").order_by("-id")
        rows = rows.filter(printer__code=code) if code else rows
        rows = rows.filter(claimed_for_id=None, ended_at__isnull=False) if asked == "unclaimed" else rows
        with suppress(ValueError):
            before = self.request.GET.get("before", "")
            rows = rows.filter(pk__lt=UUID(before)) if before else rows
        found = list(rows[: PER_PAGE + 1])
        shown = found[:PER_PAGE]
        return {
            **super().get_context_data(**kwargs),
            "found": shown,
            "orders": orders_of(shown),
            "names": names_of(one.claimed_by for one in shown),
            "before": shown[-1].pk if len(found) > PER_PAGE else None,
            "asked": asked,
            "code": code,
        }


class PrintSeen(Page):
    """One print that was not ours, and the claim for an order."""

    permission = "fleet.view_machinesession"
    template_name = "console/printers/print_seen.html"

    @cached_property
    def session(self) -> MachineSession:
        """The print of the address, where they work."""
        return _session(self.request, self.kwargs["session_id"])

    @cached_property
    def site(self) -> Site:
        """Its printer's site."""
        site: Site = self.session.printer.site
        return site

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the components it may have been for."""
        can = rights(self.request, self.site.pk, ("fulfilment.claim_session",))
        is_open = can["claim_session"] and self.session.ended_at is not None and self.session.claimed_for_id is None
        return {
            **super().get_context_data(**kwargs),
            "title": self.session.file_name or gettext_lazy("Print seen"),
            "session": self.session,
            "order": orders_of([self.session]).get(self.session.claimed_for_id),
            "names": names_of([self.session.claimed_by]),
            "owing": owing(self.site) if is_open else [],
            "can": can,
        }


class ClaimSession(Act):
    """It was for this order: its pieces go to QA."""

    command = staticmethod(fulfilment.claim_session)
    home = "/admin/printers/seen/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the site of its printer, if the asker works there."""
        site_id: UUID = _session(self.request, place["session_id"]).printer.site_id
        return site_id

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read for what, how many, and how one knows."""
        return {
            "requirement_id": form.uuid("requirement"),
            "quantity": form.number("quantity", least=1, most=1000),
            "note": form.required("note", most=2000),
        }

    def receipt_for(self, result: Any) -> str:
        """Say how many wait for QA."""
        words = ngettext("Claimed: %(n)d piece waits for QA.", "Claimed: %(n)d pieces wait for QA.", int(result))
        return words % {"n": result}


def owing(site: Site) -> list[Owing]:
    """Return the components of orders in production that owe pieces on no plate, oldest order first."""
    open_pieces = Piece.objects.filter(
        state=PieceState.OWED, allocated_to=None, requirement__line__intent__site=site, requirement__line__intent__state=IntentState.PAID
    )
    counted = open_pieces.values("requirement_id").annotate(owed=Count("id")).order_by("requirement_id")[:MOST_CHOICES]
    counts = {row["requirement_id"]: row["owed"] for row in counted}
    found = Requirement.objects.filter(pk__in=list(counts)).select_related("line__intent", "part_revision__part")
    return [Owing(one, counts[one.pk]) for one in found.order_by("line__intent_id", "id")]


def orders_of(sessions: list[MachineSession]) -> dict[UUID | None, Intent]:
    """Return the orders that prints were claimed for, by id."""
    ids = {one.claimed_for_id for one in sessions if one.claimed_for_id}
    return {order.pk: order for order in Intent.objects.filter(pk__in=ids)} if ids else {}


def _session(request: HttpRequest, session_id: UUID) -> MachineSession:
    rows = MachineSession.objects.filter(pk=session_id, printer__site__in=sites_of(request.user.pk))  # type: ignore[arg-type]
    found = rows.select_related("printer__site").first()
    if found is None:
        raise NotFound(str(MachineSession._meta.verbose_name), id=str(session_id))
    return found
