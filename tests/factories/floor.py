"""A floor on which something can be printed: a policy in force, plates with files, printers with the right filament."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.catalog.models import Material, PrinterClass
from apps.fleet.models import Printer
from apps.journal import frame
from apps.orders.models import Intent
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
        output: Output = make_output(printer_class=self.printer_class)
        plate = make_approved_plate(
            layout=output.layout, printer_class=self.printer_class, slice_key=output.slice_key, output=output, **overrides
        )
        requirements = [self._requirement() for _ in range(orders)]
        for number in range(pieces):
            requirement = requirements[number % orders]
            piece = make_piece(requirement=requirement, number=1 + number // orders)
            item = make_plate_item(plate=plate, piece=piece, slot=number + 1, is_pinned=True)
            with frame.seeding("floor"):
                piece.allocated_to = item.pk
                piece.save_changes("allocated_to")
        return plate

    def order(self) -> Intent:
        """Return an order in production."""
        intent = make_paid_intent()
        make_release(intent=intent)
        return intent

    def _requirement(self) -> Any:
        requirement = make_requirement(line=make_line_item(intent=self.order(), material=self.material))
        slots = [{"family": self.material.family, "material_id": str(self.material.pk)}]
        make_approved_plan(requirement=requirement, material_slots=slots, risk_level="LOW")
        return requirement


def make_floor(*, policy: dict[str, Any] | None = None) -> Floor:
    """Return a shop that can print; ``policy`` replaces the default policy's body."""
    in_force = Policy.objects.filter(site=shop(), state=PolicyState.ACTIVE).first()
    body = default_body() if policy is None else policy
    return Floor(make_printer_class(), make_material(), in_force or make_active_policy(body=body))
