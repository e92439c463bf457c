"""What hangs on the building: which printers share a fuse, and how many of them may heat up at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy

from apps.accounts import commands
from apps.accounts.models import Circuit
from apps.accounts.queries import person_of, sites_of
from apps.fleet import commands as fleet
from apps.fleet.models import Printer
from apps.fleet.queries import by_code, printers_in_service
from apps.journal import clock
from apps.journal.http.page_command import Form
from apps.journal.refusals import NotFound
from apps.runs.queries import warming

from .page import Act, Page

MOST_AT_ONCE = 200


class Building(Page):
    """A site's circuits: what hangs on each, what heats up there now, and where each printer hangs."""

    title = gettext_lazy("Circuits")
    permission = "accounts.view_circuit"
    template_name = "console/building.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the circuits with their printers, and the printers that are on none."""
        asker, site = person_of(self.request), self.site
        circuits = list(Circuit.objects.filter(site=site).order_by("name"))
        printers = by_code(printers_in_service(site.pk))
        heats = {one.printer_id for one in warming([circuit.pk for circuit in circuits], now=clock.now())}
        on: dict[UUID | None, list[Printer]] = {}
        for printer in printers:
            on.setdefault(printer.circuit_id, []).append(printer)
        return {
            **super().get_context_data(**kwargs),
            "circuits": [(circuit, on.get(circuit.pk, []), [p for p in on.get(circuit.pk, []) if p.pk in heats]) for circuit in circuits],
            "loose": on.get(None, []),
            "printers": printers,
            "may_change": asker.has_perm("accounts.change_circuit", site),
            "may_move": asker.has_perm("fleet.move_to_circuit", site),
        }


class BuildingAct(Act):
    """A button on this page."""

    home = "/admin/building/"


class AddCircuit(BuildingAct):
    """Name another fuse."""

    command = staticmethod(commands.add_circuit)
    versioned = False
    receipt = gettext_lazy("Added. Say below which printers hang on it.")

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the site, if the asker works there."""
        if not sites_of(person_of(self.request).pk).filter(pk=place["site_id"]).exists():
            raise NotFound("site", id=str(place["site_id"]))
        return UUID(str(place["site_id"]))

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return its name and what it carries."""
        return _circuit(form)


class ChangeCircuit(BuildingAct):
    """Call it differently, or let it carry more or less."""

    command = staticmethod(commands.change_circuit)
    receipt = gettext_lazy("Changed. It counts from the next start on.")

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the circuit's site."""
        return _site_of(self, Circuit, place["circuit_id"])

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return its name and what it carries."""
        return _circuit(form)


class MovePrinter(BuildingAct):
    """Say on which fuse a printer hangs."""

    command = staticmethod(fleet.move_to_circuit)
    receipt = gettext_lazy("Noted.")

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the printer's site."""
        return _site_of(self, Printer, place["printer_id"])

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return the circuit; none is an answer too."""
        return {"circuit_id": form.uuid("circuit") if form.text("circuit") else None}


def _circuit(form: Form) -> dict[str, Any]:
    return {"name": form.required("name", most=60), "max_heating": form.number("max_heating", least=1, most=MOST_AT_ONCE)}


def _site_of(act: Act, model: Any, record_id: UUID) -> UUID:
    row = person_of(act.request).visible(model).filter(pk=record_id).first()
    if row is None:
        raise NotFound(str(model._meta.verbose_name), id=str(record_id))
    return UUID(str(row.site_id))


urlpatterns: list[URLPattern] = [
    path("building/", Building.as_view(), name="building"),
    path("building/<uuid:site_id>/add-circuit/", AddCircuit.as_view(), name="add-circuit"),
    path("building/circuits/<uuid:circuit_id>/change/", ChangeCircuit.as_view(), name="change-circuit"),
    path("building/printers/<uuid:printer_id>/move/", MovePrinter.as_view(), name="move-printer"),
]
