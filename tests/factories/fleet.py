"""Printers and what is known about them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from apps.fleet.models import Calibration, Capability, Feed, MachineSession, Printer
from apps.fleet.states import Bed, CalibrationKind, Connection, FeedContent, Occupancy
from apps.journal import frame
from tests.factories.accounts import shop
from tests.factories.catalog import CAPABILITY, make_printer_class
from tests.factories.context import NOW
from tests.factories.filling import filled, stored, unique
from tests.factories.inventory import make_spool


def make_printer(**overrides: Any) -> Printer:
    """Return a healthy, online, free printer with a clear bed and a 0.4 mm nozzle."""
    values = {
        "name": "Voron 3",
        "connection": Connection.ONLINE,
        "last_seen_at": NOW,
        "bed": Bed.CLEAR,
        "health_since": NOW,
        "connection_since": NOW,
        "bed_since": NOW,
        "occupancy_since": NOW,
        "nozzle_diameter_um": 400,
        **overrides,
    }
    return stored(Printer, filled(values, site=shop, printer_class=make_printer_class, code=lambda: unique("V")))


def make_occupied_printer(**overrides: Any) -> Printer:
    """Return a printer one of our attempts is on."""
    return make_printer(**{"occupancy": Occupancy.OURS, "current_run_id": uuid4(), "bed": Bed.NOT_CLEAR, **overrides})


def make_capability(**overrides: Any) -> Capability:
    """Return what one ordinary printer can do."""
    return stored(Capability, filled({**CAPABILITY, **overrides}, printer=make_printer))


def make_calibration(**overrides: Any) -> Calibration:
    """Return a measured flow factor."""
    values = {"kind": CalibrationKind.FLOW_FACTOR, "measured_at": NOW, "by": "service:tests", "value": 0.98, **overrides}
    return stored(Calibration, filled(values, printer=make_printer))


def make_feed(**overrides: Any) -> Feed:
    """Return the first feed of a printer, with a spool in it."""
    values = {"content": FeedContent.LOADED, "since": NOW, "by": "service:tests", **overrides}
    return stored(Feed, filled(values, printer=make_printer, spool=make_spool))


def make_session(**overrides: Any) -> MachineSession:
    """Return a print of ours that is running."""
    values = {"started_at": NOW, "file_name": "farmos/part.gcode", **overrides}
    return stored(MachineSession, filled(values, printer=make_printer, run_id=uuid4, external_job_id=lambda: uuid4().hex[:6]))


def occupy(printer: Printer, *, run_id: UUID) -> None:
    """Let a printer print one of our attempts: busy, something on its bed."""
    with frame.seeding("factory"):
        Printer.objects.filter(pk=printer.pk).update(occupancy=Occupancy.OURS, current_run_id=run_id, bed=Bed.NOT_CLEAR)
