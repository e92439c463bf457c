"""A floor on which something can be printed: a policy in force, plates with files, printers with the right filament."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.catalog.models import Material, PrinterClass
from apps.fleet.models import Printer
from apps.journal import frame
from apps.orders.models import Requirement
from apps.planning.models import BuildPlate, Output
from apps.policy.domain.default import default_body
from apps.policy.models import Policy
from apps.policy.states import PolicyState
from tests.factories.accounts import shop
from tests.factories.catalog import make_material, make_printer_class
from tests.factories.fleet import make_capability, make_feed, make_printer
from tests.factories.inventory import make_spool
from tests.factories.orders import make_line_item, make_paid_intent, make_piece, make_release, make_requirement
from tests.factories.planning import make_approved_plan, make_approved_plate, make_output, make_plate_item
from tests.factories.policy import make_active_policy


@dataclass(frozen=True, slots=True)
class Floor:
    """One shop with one kind of printer and one material. The default policy is in force."""

    printer_class: PrinterClass
    material: Material
    policy: Policy

    def printer(self, **overrides: Any) -> Printer:
        """Return a printer that may start at once: known, fit, free, clear, with the material loaded."""
        printer = make_printer(printer_class=self.printer_class, **overrides)
        make_capability(printer=printer)
        make_feed(printer=printer, spool=make_spool(material=self.material))
        return printer

    def plate(self, *, pieces: int = 1, orders: int = 1, **overrides: Any) -> BuildPlate:
        """Return an approved plate with a file, and pieces (of so many orders in turn) that wait on it."""
        plate = self._empty_plate(**overrides)
        components = [self.component() for _ in range(orders)]
        for index in range(pieces):
            self._put(plate, components[index % orders], slot=index + 1, number=1 + index // orders)
        return plate

    def plate_of(self, component: Requirement, *, pieces: int = 1, first: int = 1) -> BuildPlate:
        """Return such a plate with pieces of one component, numbered from ``first``."""
        plate = self._empty_plate()
        for index in range(pieces):
            self._put(plate, component, slot=index + 1, number=first + index)
        return plate

    def _empty_plate(self, **overrides: Any) -> BuildPlate:
        output: Output = make_output(printer_class=self.printer_class)
        values = {"layout": output.layout, "printer_class": self.printer_class, "slice_key": output.slice_key, "output": output}
        return make_approved_plate(**{**values, **overrides})

    def _put(self, plate: BuildPlate, component: Requirement, *, slot: int, number: int) -> None:
        piece = make_piece(requirement=component, number=number)
        item = make_plate_item(plate=plate, piece=piece, slot=slot, is_pinned=True)
        with frame.seeding("floor"):
            piece.allocated_to = item.pk
            piece.save_changes("allocated_to")

    def component(self, **order: Any) -> Requirement:
        """Return a component of an order in production, with an approved plan."""
        intent = make_paid_intent(**order)
        make_release(intent=intent)
        requirement: Requirement = make_requirement(line=make_line_item(intent=intent, material=self.material, quantity=20))
        slots = [{"family": self.material.family, "material_id": str(self.material.pk)}]
        make_approved_plan(requirement=requirement, material_slots=slots, risk_level="LOW")
        return requirement


def make_floor(*, policy: dict[str, Any] | None = None) -> Floor:
    """Return a shop that can print; ``policy`` replaces the default policy's body."""
    in_force = Policy.objects.filter(site=shop(), state=PolicyState.ACTIVE).first()
    body = default_body() if policy is None else policy
    return Floor(make_printer_class(), make_material(), in_force or make_active_policy(body=body))
