"""Recognising that several printers failed for one cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Circuit
from apps.catalog.states import Reason
from apps.fleet.events import PrinterStateChanged
from apps.fleet.models import Printer
from apps.fleet.states import Connection
from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.runs import commands, events, queries
from apps.runs.domain.incidents import Common, Sign
from apps.runs.models import Run
from apps.runs.queries.incidents import SHARED_REASONS
from apps.runs.states import IncidentKind, IncidentSign


@subscribe(PrinterStateChanged, events.RunFailed, label=_("See whether several printers failed for one cause"), lane=Lane.RECONCILE)
def recognise(owed: Owed) -> None:
    """Look at everything that failed around the same moment. Done after each failure, so that the one that makes it an incident finds the others."""
    seen = _sign_of(owed.event)
    if seen is None:
        return
    site_id, at = seen
    for incident, signs in queries.joins(site_id, at=at):
        _open(owed, f"join-{incident.pk}", site_id, IncidentKind(incident.kind), incident.cause_ref, Reason(incident.reason), signs, {})
    for found in queries.recognised(site_id, at=at):
        kind, reason = IncidentKind(found.kind), Reason.POWER_LOSS if found.lost_power else Reason.PRINTER_OFFLINE
        place = str(found.circuit_id or "")
        _open(owed, f"open-{kind}-{place}", site_id, kind, place, reason, found.signs, _numbers(found))


def _sign_of(event: Any) -> tuple[UUID, datetime] | None:
    """Return where and when a failure was that others may have shared; None: it was none, or is over."""
    if isinstance(event, events.RunFailed):
        if event.reason not in SHARED_REASONS or event.printer_id is None:
            return None
        found = Run.objects.filter(pk=event.run_id, incident_runs=None).values_list("plate__site_id", "ended_at").first()
    elif event.fact != "connection" or event.to_state != Connection.OFFLINE:
        return None
    else:
        silent = Printer.objects.filter(pk=event.printer_id, connection=Connection.OFFLINE, retired_at=None)
        found = silent.values_list("site_id", "connection_since").first()
    return None if found is None or found[1] is None else (found[0], found[1])


def _open(
    owed: Owed,
    step: str,
    site_id: UUID,
    kind: IncidentKind,
    cause_ref: str,
    reason: Reason,
    signs: Sequence[Sign],
    evidence: dict[str, Any],
) -> None:
    hits = tuple(commands.Hit(sign.printer_id, _code(sign), sign.at) for sign in signs)
    commands.open_incident(owed.context(step), site_id=site_id, kind=kind, cause_ref=cause_ref, reason=reason, hits=hits, evidence=evidence)


def _code(sign: Sign) -> IncidentSign:
    if sign.lost_power:
        return IncidentSign.LOST_POWER
    return IncidentSign.LOST_PRINT if sign.lost_print else IncidentSign.SILENT


def _numbers(found: Common) -> dict[str, Any]:
    numbers = {"printers": len(found.signs), "out_of": found.out_of, "within_s": round((found.until - found.began_at).total_seconds(), 1)}
    circuit = Circuit.objects.filter(pk=found.circuit_id).first() if found.circuit_id else None
    return {**numbers, "circuit": circuit.name} if circuit is not None else numbers
