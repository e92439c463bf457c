"""After the print: what waits at each stage, and the packing slip."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import Site
from apps.accounts.queries import sites_of
from apps.board.queries.finishing import Finishing, OrderPart, finishing, packed_of
from apps.console.views.page import Page
from apps.console.views.runs.reasons import REJECTED, choices
from apps.console.views.seen import rights
from apps.fulfilment.models import Shipment
from apps.journal.refusals import NotFound
from apps.orders.states import PieceState

COMMANDS = (
    *("fulfilment.cool_pieces", "fulfilment.pass_qa", "fulfilment.reject_qa", "fulfilment.start_rework", "fulfilment.finish_rework"),
    *("fulfilment.pack_pieces", "fulfilment.ship"),
)
CARRIERS = ("pickup", "DHL", "DPD", "UPS", "GLS", "FedEx")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage as it is shown."""

    code: str
    name: Any
    icon: str
    empty: Any
    orders: tuple[OrderPart, ...]
    count: int


class AfterThePrint(Page):
    """After the print."""

    permission = "fulfilment.view_shipment"
    title = gettext_lazy("After the print")
    template_name = "console/finishing/all.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what waits at each stage."""
        found = finishing(self.site.pk, with_names=self.sees_customers())
        return {
            **super().get_context_data(**kwargs),
            "headline": headline(found),
            "stages": _stages(found),
            "packed": found.packed,
            "reasons": choices(REJECTED),
            "carriers": CARRIERS,
            "can": rights(self.request, self.site.pk, COMMANDS),
        }


def headline(found: Finishing) -> str:
    """Return the sentence that says what to do: what can leave the house first, then the check."""
    parts = []
    if n := len(found.packed):
        parts.append(ngettext("%(n)d shipment to send.", "%(n)d shipments to send.", n) % {"n": n})
    if n := found.count(PieceState.PASSED):
        parts.append(ngettext("%(n)d part to pack.", "%(n)d parts to pack.", n) % {"n": n})
    if n := found.count(PieceState.QA):
        parts.append(ngettext("%(n)d part to check.", "%(n)d parts to check.", n) % {"n": n})
    if n := found.count(PieceState.COOLING):
        parts.append(ngettext("%(n)d part cools.", "%(n)d parts cool.", n) % {"n": n})
    return " ".join(parts) or _("Nothing waits after the print.")


def _stages(found: Finishing) -> list[Stage]:
    shown = (
        (PieceState.QA, _("Check"), "scan-eye", _("Nothing to check.")),
        (PieceState.PASSED, _("Pack"), "package", _("Nothing to pack.")),
        (PieceState.COOLING, _("Cooling"), "snowflake", _("Nothing cools.")),
        (PieceState.REWORK, _("Rework"), "wrench", _("Nothing is being reworked.")),
    )
    return [Stage(str(code), name, icon, empty, found.stages.get(code, ()), found.count(code)) for code, name, icon, empty in shown]


class PackingSlip(Page):
    """A packing slip, to be printed: for those who may know where things go."""

    permission = "orders.view_customersnapshot"
    title = gettext_lazy("Packing slip")
    template_name = "console/finishing/slip.html"

    @cached_property
    def shipment(self) -> Shipment:
        """The shipment of the address."""
        sites = sites_of(self.request.user.pk)  # type: ignore[arg-type]
        found = Shipment.objects.filter(pk=self.kwargs["shipment_id"], site__in=sites).select_related("site").first()
        if found is None:
            raise NotFound("shipment", id=str(self.kwargs["shipment_id"]))
        return found

    @cached_property
    def site(self) -> Site:
        """The shipment's site."""
        site: Site = self.shipment.site
        return site

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what is inside and where it goes."""
        return {**super().get_context_data(**kwargs), "packed": packed_of([self.shipment], with_names=True)[0], "shipment": self.shipment}
