"""What the board's own buttons ask for: pieces after the printer, shipments, breakers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.queries import sites_of
from apps.catalog.states import Reason
from apps.console.views.page import Act
from apps.fulfilment import commands as fulfilment
from apps.fulfilment.models import Shipment
from apps.journal.http.page_command import Form
from apps.journal.refusals import NotFound
from apps.orders.models import Piece
from apps.policy import commands as policy
from apps.policy.models import Breaker


class AtTheirSite(Act):
    """A button about records of one site, at which the asker works."""

    def theirs(self, kind: str, site_ids: set[UUID]) -> UUID:
        """Return the one site.

        Raises:
            NotFound: the records do not exist, are of several sites, or of one where the asker does not work.
        """
        found = sites_of(self.request.user.pk).filter(pk__in=site_ids).values_list("pk", flat=True)  # type: ignore[arg-type]
        if len(site_ids) != 1 or not found:
            raise NotFound(kind, id="")
        return found[0]


class AboutPieces(AtTheirSite):
    """A button about the pieces its form names: exactly those the board showed."""

    versioned = False

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the pieces' site."""
        wanted = Form(self.request).uuids("piece_ids")
        rows = Piece.objects.filter(pk__in=wanted).order_by().values_list("requirement__line__intent__site_id", flat=True)
        return self.theirs("piece", set(rows.distinct()))

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which pieces."""
        return {"piece_ids": form.uuids("piece_ids")}


class CoolPieces(AboutPieces):
    """They have cooled down."""

    command = staticmethod(fulfilment.cool_pieces)
    receipt = gettext_lazy("Noted: they are cool and wait for QA.")


class PassQA(AboutPieces):
    """They are good."""

    command = staticmethod(fulfilment.pass_qa)

    def receipt_for(self, result: Any) -> str:
        """Say how many."""
        return ngettext("%(n)d part passed.", "%(n)d parts passed.", int(result)) % {"n": result}


class RejectQA(AboutPieces):
    """They are not good: scrapped, and owed again."""

    command = staticmethod(fulfilment.reject_qa)

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which, and why."""
        return {**super().arguments(form), "reason": Reason(form.one_of("reason", Reason)), "note": form.text("note")}

    def receipt_for(self, result: Any) -> str:
        """Say how many are owed again."""
        return ngettext("%(n)d part is made again.", "%(n)d parts are made again.", int(result)) % {"n": result}


class FinishRework(AboutPieces):
    """Rework is done: they are judged again."""

    command = staticmethod(fulfilment.finish_rework)
    receipt = gettext_lazy("Noted: they wait for QA again.")


class PackPieces(AboutPieces):
    """They are in a package."""

    command = staticmethod(fulfilment.pack_pieces)
    receipt = gettext_lazy("Packed. The package waits to be shipped.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which, and say where they are."""
        return {**super().arguments(form), "site_id": self.site_of({})}


class Ship(AtTheirSite):
    """It leaves the house, or is handed over."""

    command = staticmethod(fulfilment.ship)
    receipt = gettext_lazy("Shipped.")

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the shipment's site."""
        return self.theirs("shipment", set(Shipment.objects.filter(pk=place["shipment_id"]).values_list("site_id", flat=True)))

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read how it travels."""
        return {"carrier": form.required("carrier", most=60), "tracking": form.text("tracking", most=120)}


class AcknowledgeBreaker(AtTheirSite):
    """Somebody looked into it: automation goes on."""

    command = staticmethod(policy.acknowledge_breaker)

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the breaker's site."""
        return self.theirs("breaker", set(Breaker.objects.filter(pk=place["breaker_id"]).values_list("site_id", flat=True)))

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read what was found."""
        return {"note": form.required("note")}

    def receipt_for(self, result: Any) -> str:
        """Say that it is on again."""
        return _("Automation is on again.")
