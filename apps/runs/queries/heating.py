"""Which printers of a circuit heat up, and how many more may."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from apps.accounts.models import Circuit
from apps.fleet.models import Printer
from apps.fleet.states import Occupancy
from apps.runs.domain.heating import HEATS_FOR, Warming, heating
from apps.runs.models import Run


def warming(circuit_ids: Iterable[UUID], *, now: datetime) -> list[Warming]:
    """Return the printers of these circuits that heat up at ``now``: with an attempt of ours or with something foreign."""
    asked = list(circuit_ids)
    runs = Run.objects.filter(ended_at__isnull=True, printer__circuit_id__in=asked, heated_at__isnull=True)
    ours = [
        Warming(printer_id, circuit_id, since=max(moment for moment in moments if moment is not None))
        for printer_id, circuit_id, *moments in runs.values_list(
            "printer_id", "printer__circuit_id", "dispatched_at", "start_sent_at", "started_at"
        )
    ]
    foreign = Printer.objects.filter(circuit_id__in=asked, occupancy=Occupancy.FOREIGN, occupancy_since__gt=now - HEATS_FOR)
    theirs = [Warming(*row) for row in foreign.values_list("id", "circuit_id", "occupancy_since")]
    found = {one.printer_id: one for one in heating([*ours, *theirs], now=now)}
    return list(found.values())


def circuit_of(printer_id: UUID) -> UUID | None:
    """Return the circuit a printer is on."""
    return Printer.objects.filter(pk=printer_id).values_list("circuit_id", flat=True).first()


def heating_beside(printer: Printer, *, now: datetime) -> int:
    """Return how many other printers of its circuit heat up. The caller has locked the site, so that nobody starts one meanwhile."""
    if printer.circuit_id is None:
        return 0
    return sum(one.printer_id != printer.pk for one in warming([printer.circuit_id], now=now))


def room_on_circuits(site_id: UUID, *, now: datetime) -> dict[UUID, int]:
    """Return how many more printers may heat up now on each circuit of a site."""
    limits = dict(Circuit.objects.filter(site_id=site_id).values_list("id", "max_heating"))
    taken = [one.circuit_id for one in warming(limits, now=now)] if limits else []
    return {circuit_id: max(0, limit - taken.count(circuit_id)) for circuit_id, limit in limits.items()}
