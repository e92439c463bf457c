"""Is the machine fit to print: degraded, in maintenance, fit again, calibrated."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from apps.catalog.models import Material
from apps.catalog.states import Reason
from apps.fleet import changes, events, queries
from apps.fleet.labels.printers import NOTE_NEEDED
from apps.fleet.models import Calibration, Printer
from apps.fleet.states import CalibrationKind, SafetyCheck, checks_for
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal

from .registering import in_service

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far in the future a measurement may lie: clocks of machines and people differ."""


@command("fleet.degrade_printer")
def degrade_printer(ctx: Context, *, printer_id: UUID, reason: Reason, note: str = "", evidence: dict[str, Any] | None = None) -> None:
    """Take a machine out of automatic work until somebody checked it. One that is degraded already keeps its first reason.

    Raises:
        NotFound: no such printer.
        Refusal: ``printer-retired``; ``degraded-without-note`` for the reason UNKNOWN without a note; ``unknown-code``.
    """
    printer = _in_service_now(printer_id)
    if reason == Reason.UNKNOWN and not note.strip():
        raise Refusal("degraded-without-note")
    said = {"by": ctx.actor.who, **({"note": note.strip()} if note.strip() else {})}
    changes.degrade(ctx, printer, reason=reason, evidence={**(evidence or {}), **said})


@command("fleet.begin_maintenance")
def begin_maintenance(ctx: Context, *, printer_id: UUID, expected_version: int, note: str = "") -> None:
    """Hand the machine to a person with tools. Why it was degraded is kept.

    Raises:
        NotFound, StaleVersion: no such printer, changed meanwhile.
        Refusal: ``printer-retired``; ``illegal-transition`` when it is in maintenance already.
    """
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    before = printer.health
    printer.begin_maintenance(evidence={"by": ctx.actor.who, "note": note, "before": printer.health_evidence}, now=ctx.now)
    printer.save_changes(*changes.HEALTH)
    changes.record_change(ctx, printer, "health", before, reason=printer.health_reason)


@command("fleet.acknowledge_printer")
def acknowledge_printer(
    ctx: Context, *, printer_id: UUID, expected_version: int, checklist: tuple[SafetyCheck, ...], note: str = ""
) -> None:
    """Declare a machine fit again after looking at it; what was wrong stays in the evidence.

    One that was taken out of work for a reason needs everything on the list of that reason and a note, also when it went through maintenance.

    Args:
        ctx: Who looked, when.
        printer_id: The machine.
        expected_version: The version that was read.
        checklist: What was checked.
        note: What was found.

    Raises:
        NotFound, StaleVersion: no such printer; something happened to it since the asker looked.
        Invalid: no note where one is needed.
        Refusal: ``printer-retired``; ``unknown-code``; ``checklist-incomplete``, ``missing`` names what is left; ``illegal-transition`` when
            nothing is wrong with it.
    """
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    before, reason = printer.health, printer.health_reason
    checked = queries.checked(checklist, wanted=checks_for(reason), who=printer.code, needs_all=bool(reason))
    if reason and not note.strip():
        raise Invalid({"note": str(NOTE_NEEDED)})
    was = {"reason": reason, "since": printer.health_since.isoformat(), "evidence": printer.health_evidence}
    printer.acknowledge(evidence={"by": ctx.actor.who, "checked": checked, "note": note, "was": was}, now=ctx.now)
    printer.save_changes(*changes.HEALTH)
    changes.record_change(ctx, printer, "health", before, reason=reason)


@command("fleet.record_calibration")
def record_calibration(
    ctx: Context,
    *,
    printer_id: UUID,
    kind: CalibrationKind,
    measured_at: datetime,
    value: float | None = None,
    passed: bool = True,
    material_id: UUID | None = None,
    nozzle_diameter_um: int | None = None,
    note: str = "",
    evidence: dict[str, Any] | None = None,
) -> UUID:
    """Keep what was measured or checked on a machine and return its id. The newest of a kind counts; a wrong one is corrected by another.

    Raises:
        NotFound: no such printer or material.
        Invalid: it was measured in the future.
        Refusal: ``printer-retired``; ``calibration-without-value``, ``calibration-value-negative``, ``calibration-nozzle-invalid``.
    """
    printer = _in_service_now(printer_id)
    if measured_at > ctx.now + CLOCK_TOLERANCE:
        raise Invalid({"measured_at": "is in the future"})
    if material_id is not None and not Material.objects.filter(pk=material_id).exists():
        raise NotFound(str(Material._meta.verbose_name), id=str(material_id))
    kept = Calibration(
        printer=printer,
        kind=kind,
        measured_at=measured_at,
        by=ctx.actor.who,
        value=value,
        passed=passed,
        material_id=material_id,
        nozzle_diameter_um=nozzle_diameter_um,
        note=note,
        evidence=evidence or {},
        created_at=ctx.now,
    ).add()
    recorded = events.CalibrationRecorded(printer_id=printer.pk, calibration_id=kept.pk, kind=kept.kind, passed=passed)
    record(ctx.about(site_id=printer.site_id), event=recorded, subjects=queries.about(printer))
    return kept.pk


def _in_service_now(printer_id: UUID) -> Printer:
    printer: Printer = locks.printer(printer_id)
    if printer.retired_at is not None:
        raise Refusal("printer-retired", printer=printer.code)
    return printer
