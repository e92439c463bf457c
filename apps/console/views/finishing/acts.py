"""What the buttons after the print ask for: several pieces at once, by ticking them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.queries import sites_of
from apps.catalog.states import Reason
from apps.console.views.page import Act
from apps.fulfilment import commands as fulfilment
from apps.fulfilment.models import Shipment
from apps.journal.http.page_command import Form
from apps.journal.refusals import NotFound
from apps.orders.models import Piece


class OnPieces(Act):
    """A button about the ticked pieces, all of one site."""

    versioned = False
    home = "/admin/finishing/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the pieces' site, if the asker works there.

        Raises:
            NotFound: one is not at a site of theirs, or they are of several.
        """
        chosen = Form(self.request).uuids("piece")
        mine = set(sites_of(self.request.user.pk).values_list("pk", flat=True))  # type: ignore[arg-type]
        rows = dict(Piece.objects.filter(pk__in=chosen).values_list("pk", "requirement__line__intent__site_id"))
        if len(rows) != len(set(chosen)) or len(set(rows.values())) != 1 or not set(rows.values()) <= mine:
            raise NotFound("piece", id=str(chosen[0]))
        return next(iter(rows.values()))

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which pieces."""
        return {"piece_ids": tuple(dict.fromkeys(form.uuids("piece")))}


class Cool(OnPieces):
    """They have cooled."""

    command = staticmethod(fulfilment.cool_pieces)

    def receipt_for(self, result: Any) -> str:
        """Say how many."""
        return ngettext("%(n)d part can be checked.", "%(n)d parts can be checked.", result) % {"n": result}


class PassQA(OnPieces):
    """They are good."""

    command = staticmethod(fulfilment.pass_qa)

    def receipt_for(self, result: Any) -> str:
        """Say how many."""
        return ngettext("%(n)d part passed.", "%(n)d parts passed.", result) % {"n": result}


class _WithReason(OnPieces):
    """A button that needs a reason."""

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which pieces, and why."""
        return {**super().arguments(form), "reason": Reason(form.one_of("reason", Reason)), "note": form.text("note", most=2000)}


class RejectQA(_WithReason):
    """They are of no use: scrapped and owed again."""

    command = staticmethod(fulfilment.reject_qa)

    def receipt_for(self, result: Any) -> str:
        """Say how many."""
        return ngettext("%(n)d part is scrapped and owed again.", "%(n)d parts are scrapped and owed again.", result) % {"n": result}


class StartRework(_WithReason):
    """They can be made good."""

    command = staticmethod(fulfilment.start_rework)

    def receipt_for(self, result: Any) -> str:
        """Say how many."""
        return ngettext("%(n)d part goes to rework.", "%(n)d parts go to rework.", result) % {"n": result}


class FinishRework(OnPieces):
    """They were worked on: checked again."""

    command = staticmethod(fulfilment.finish_rework)

    def receipt_for(self, result: Any) -> str:
        """Say how many."""
        return ngettext("%(n)d part is checked again.", "%(n)d parts are checked again.", result) % {"n": result}


class Pack(OnPieces):
    """Pack them into one shipment."""

    command = staticmethod(fulfilment.pack_pieces)

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which pieces; the site is theirs."""
        return {"site_id": self.site_of({}), **super().arguments(form)}

    def receipt_for(self, result: Any) -> str:
        """Say what is next."""
        return _("Packed. Print the slip, then say how it is sent.")


class Ship(Act):
    """Send it, or hand it over."""

    command = staticmethod(fulfilment.ship)
    home = "/admin/finishing/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the shipment's site, if the asker works there."""
        sites = sites_of(self.request.user.pk)  # type: ignore[arg-type]
        found = Shipment.objects.filter(pk=place["shipment_id"], site__in=sites).values_list("site_id", flat=True).first()
        if found is None:
            raise NotFound("shipment", id=str(place["shipment_id"]))
        return found

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read who carries it, and the tracking number."""
        return {"carrier": form.required("carrier", most=80), "tracking": form.text("tracking", most=120)}

    def receipt_for(self, result: Any) -> str:
        """Say that it left."""
        return _("Sent. The order's page says so to the customer.")
