"""What the buttons about plates ask for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.queries import sites_of
from apps.board.queries.composing import why_not
from apps.catalog.states import Reason
from apps.console.views.page import Act
from apps.console.views.seen import plate_for
from apps.journal import clock
from apps.journal.http.page_command import Form
from apps.journal.refusals import Invalid, NotFound
from apps.planning import commands as planning
from apps.planning.domain.grouping import reasons_of
from apps.planning.queries import composing, laying
from apps.planning.queries.composing import Candidate
from apps.runs import commands as runs

MOST_PIECES = 200
"""Pieces of one plate at most."""


class OnPlate(Act):
    """A button about one plate."""

    home = "/admin/plates/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the plate's site, if the asker works there."""
        site_id: UUID = plate_for(self.request, place["plate_id"]).site_id
        return site_id


class Approve(OnPlate):
    """Pin exactly these parts; slicing follows."""

    command = staticmethod(planning.approve_plate)
    receipt = gettext_lazy("Approved. It is sliced next.")


class Slice(OnPlate):
    """Slice it (again)."""

    command = staticmethod(planning.request_slice)

    def receipt_for(self, result: Any) -> str:
        """Say whether the same was sliced before."""
        return (
            str(_("The same was sliced before: that file is used."))
            if result
            else str(_("Slicing is asked for. This page shows the file."))
        )


class Queue(OnPlate):
    """Let it wait for a printer."""

    versioned = False
    command = staticmethod(runs.queue_run)
    receipt = gettext_lazy("In the queue. It starts on the next printer that fits.")


class Void(OnPlate):
    """Take it out of the work: its parts go on other plates."""

    command = staticmethod(planning.void_plate)
    receipt = gettext_lazy("Taken back. Its parts wait for another plate.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read why."""
        return {"reason": Reason(form.one_of("reason", (Reason.OPERATOR_ABORT, Reason.SUPERSEDED, Reason.CUSTOMER_CANCELED)))}


class ComposePlate(Act):
    """Slice and stage the chosen parts as one plate."""

    versioned = False
    command = staticmethod(planning.compose_plate)
    home = "/admin/plates/compose/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the site of the composer, if the asker works there."""
        site = sites_of(self.request.user.pk).filter(code=self.request.POST.get("site", "")).first()  # type: ignore[arg-type]
        if site is None:
            raise NotFound("site", id=self.request.POST.get("site", "")[:40])
        return site.pk

    def arguments(self, form: Form) -> dict[str, Any]:
        """Choose the pieces, pack them, write the plate's file.

        Raises:
            Invalid: nothing chosen, more than waits, parts that cannot share a plate, or more than fits on one.
        """
        site_id = self.site_of({})
        chosen = self._chosen(form, composing.candidates(site_id, now=clock.now()))
        waiting = [one.waiting for one in chosen]
        plates, misfits = laying.filled(waiting, chosen)
        if misfits or len(plates) != 1:
            n = len(plates[0].items) if plates else 0
            words = ngettext("Only %(n)d part of these fits on one bed.", "Only %(n)d parts of these fit on one bed.", n) % {"n": n}
            raise Invalid({"pieces": f"{words} {_('Choose fewer; the rest goes on the next plate.')}"})
        plate, orders = plates[0], {one.piece.requirement.line.intent_id for one in chosen}
        return {
            "site_id": site_id,
            "printer_class_id": chosen[0].printer_class.pk,
            "items": plate.items,
            "slots": plate.slots,
            "stored": plate.stored,
            "reasons": tuple(reasons_of(waiting[0].key, pieces=len(chosen), orders=len(orders), plates=1)),
        }

    def _chosen(self, form: Form, found: list[Candidate]) -> list[Candidate]:
        chosen: list[Candidate] = []
        for requirement_id in dict.fromkeys(one.piece.requirement_id for one in found):
            wanted = form.text(f"n-{requirement_id}", most=6)
            count = form.number(f"n-{requirement_id}", most=MOST_PIECES) if wanted else 0
            these = [one for one in found if one.piece.requirement_id == requirement_id]
            if count > len(these):
                raise Invalid({f"n-{requirement_id}": _("Only %(n)d of these wait by now.") % {"n": len(these)}})
            chosen += these[:count]
        if not chosen or len(chosen) > MOST_PIECES:
            raise Invalid({"pieces": _("Choose how many of which part, %(most)d at most.") % {"most": MOST_PIECES}})
        for other in chosen[1:]:
            if why := why_not(chosen[0].waiting.key, other.waiting.key):
                raise Invalid({"pieces": _("These cannot share a plate: %(why)s.") % {"why": why}})
        return chosen

    def receipt_for(self, result: Any) -> str:
        """Say what follows."""
        return _("The plate is staged: it is approved and sliced next.")

    def onward(self, request: HttpRequest, result: Any) -> str:
        """Go to the new plate."""
        return reverse("console:plate", args=[result])
