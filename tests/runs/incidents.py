"""Taking printers away together, as a power or network cut does, and letting farmos notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from apps.fleet import commands as fleet
from apps.fleet.models import Printer
from apps.runs import commands
from apps.runs.models import Incident, Run
from apps.runs.states import IncidentSign, Ruling
from tests.factories.context import NOW
from tests.runs.driving import fresh, machine, ruled
from tests.runs.floor import hand_out


def silence(printers: Sequence[Printer], *, now: datetime = NOW) -> None:
    """Have the connector say of each that it does not answer."""
    for printer in printers:
        fleet.observe_connection(machine(now=now), printer_id=printer.pk, reachable=False, evidence={})


def come_back(run: Run, printer: Printer) -> None:
    """Have a printer answer again, and prove that it lost power in the middle of its print."""
    fleet.observe_connection(machine(), printer_id=printer.pk, reachable=True, klippy_state="ready", evidence={})
    assert ruled(run, Ruling.FAIL, code="machine_restarted", reason="POWER_LOSS")


def notice_what_happened() -> None:
    """Do what is owed to recognise incidents."""
    hand_out("reconcile")


def the_incident() -> Incident:
    """Return the one incident there is."""
    return fresh(Incident.objects.get())


def hits_of(printers: Sequence[Printer]) -> tuple[Any, ...]:
    """Return these printers as hit by silence."""
    return tuple(commands.Hit(printer.pk, IncidentSign.SILENT, NOW) for printer in printers)
