"""Two printers and the machines they are: what the tests of who answers where begin with."""

from __future__ import annotations

from typing import Any

from apps.fleet.models import Printer
from apps.fleet.states import Connection
from tests.factories.context import NOW

V3, V7 = {"board": "aa11", "install": "0003", "name": "voron-3"}, {"board": "bb22", "install": "0007", "name": "voron-7"}
AT_3, AT_7 = "http://192.168.1.3:7125", "http://192.168.1.7:7125"
NOTED: dict[str, Any] = {"machine_noted_at": NOW, "machine_noted_by": "service:tests"}


def answers_as(machine: dict[str, str]) -> dict[str, Any]:
    """Return how a printer is recorded at whose address another machine answers."""
    return {"connection": Connection.MISCONFIGURED, "connection_evidence": {"code": "other-machine", "machine": machine}}


def now(printer: Printer) -> Printer:
    """Return the printer as the record has it now."""
    return Printer.objects.get(pk=printer.pk)
