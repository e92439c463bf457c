"""What commands of higher apps may change about a printer, inside their own transaction.

``printer`` is always the row that ``locks.printer`` returned. Every function looks first: what is so already is left as it is, without an event.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.catalog.states import Reason
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Refusal

from . import events, queries
from .domain import confidence
from .models import MachineSession, Printer
from .models.printer import Evidence
from .states import Bed, ConfidenceSource, Health, Occupancy, SessionOutcome

OCCUPANCY = ("occupancy", "occupancy_since", "occupancy_evidence", "current_run_id")
BED = ("bed", "bed_since", "bed_evidence", "bed_note_at", "bed_note_by")
HEALTH = ("health", "health_since", "health_reason", "health_evidence")
CONNECTION = ("connection", "connection_since", "connection_evidence", "last_seen_at")


def record_change(ctx: Context, printer: Printer, fact: str, before: str, *, reason: str = "") -> None:
    """Record that one of the four facts changed from ``before`` to what it is now."""
    changed = events.PrinterStateChanged(
        printer_id=printer.pk, fact=fact, from_state=before, to_state=str(getattr(printer, fact)), reason=reason
    )
    record(ctx.about(site_id=printer.site_id), event=changed, subjects=queries.about(printer, printer.current_run_id))


# -- occupancy --------------------------------------------------------------------------------------------------------------------------


def occupy(ctx: Context, printer: Printer, *, run_id: UUID, evidence: Evidence) -> None:
    """Give the printer to an attempt of ours, or recognise that what it prints is that attempt.

    Raises:
        Refusal: ``printer-busy`` while another attempt has it, ``printer-retired``.
    """
    if printer.current_run_id not in (None, run_id):
        raise Refusal("printer-busy", printer=printer.code, run=str(printer.current_run_id))
    if printer.occupancy == Occupancy.OURS:
        return
    if printer.retired_at is not None:
        raise Refusal("printer-retired", printer=printer.code)
    before = printer.occupancy
    printer.occupy(run_id=run_id, evidence=evidence, now=ctx.now)
    printer.save_changes(*OCCUPANCY)
    record_change(ctx, printer, "occupancy", before)


def release(ctx: Context, printer: Printer, *, evidence: Evidence) -> None:
    """Say that nothing of anybody's runs on it any more. What is on the bed is another question."""
    if printer.occupancy == Occupancy.FREE:
        return
    before = printer.occupancy
    printer.release(evidence=evidence, now=ctx.now)
    printer.save_changes(*OCCUPANCY)
    record_change(ctx, printer, "occupancy", before)


def see_foreign(ctx: Context, printer: Printer, *, evidence: Evidence) -> None:
    """Say that it prints something that is not ours. An open attempt stays named."""
    if printer.occupancy == Occupancy.FOREIGN:
        return
    before = printer.occupancy
    printer.see_foreign(evidence=evidence, now=ctx.now)
    printer.save_changes(*OCCUPANCY)
    record_change(ctx, printer, "occupancy", before)


# -- bed --------------------------------------------------------------------------------------------------------------------------------


def dirty_bed(ctx: Context, printer: Printer, *, evidence: Evidence) -> None:
    """Say that something was printed, or may have been. A "bed is clear" that was kept before says nothing any more."""
    before = printer.bed
    if before == Bed.NOT_CLEAR and printer.bed_note_at is None:
        return
    if before == Bed.NOT_CLEAR:
        printer.bed_note_at, printer.bed_note_by = None, ""
    else:
        printer.dirty_bed(evidence=evidence, now=ctx.now)
    printer.save_changes(*BED)
    record_change(ctx, printer, "bed", before)


def doubt_bed(ctx: Context, printer: Printer, *, evidence: Evidence) -> None:
    """Say that nobody can tell what is on the bed."""
    if printer.bed == Bed.UNKNOWN:
        return
    before = printer.bed
    printer.doubt_bed(evidence=evidence, now=ctx.now)
    printer.save_changes(*BED)
    record_change(ctx, printer, "bed", before)


def clear_bed(ctx: Context, printer: Printer, *, run_id: UUID | None = None, evidence: Evidence) -> None:
    """Open the gate: somebody, or a configured auto-eject, says that nothing is on the bed. ``run_id`` is the attempt whose print was taken off."""
    if printer.bed == Bed.CLEAR:
        return
    before = printer.bed
    printer.clear_bed(evidence=evidence, now=ctx.now)
    printer.save_changes(*BED)
    record_change(ctx, printer, "bed", before)
    cleared = events.BedCleared(printer_id=printer.pk, run_id=run_id)
    record(ctx.about(site_id=printer.site_id), event=cleared, subjects=queries.about(printer, run_id))


def note_bed_clear(ctx: Context, printer: Printer) -> None:
    """Keep a tap on "bed is clear" that came while something is still open on the printer; ``settle_bed`` opens the gate when it has ended."""
    if printer.bed_note_at is not None:
        return
    printer.note_bed_clear(by=ctx.actor.who, now=ctx.now)
    printer.save_changes("bed_note_at", "bed_note_by")
    noted = events.BedClearNoted(printer_id=printer.pk, run_id=printer.current_run_id)
    record(ctx.about(site_id=printer.site_id), event=noted, subjects=queries.about(printer, printer.current_run_id))


def settle_bed(ctx: Context, printer: Printer, *, run_id: UUID | None, evidence: Evidence) -> bool:
    """Say what the end of a print means for the bed, and return whether it is clear.

    It is not clear, unless somebody said so while the attempt was still open (desynced, offline): then their kept word counts now.
    """
    if printer.bed_note_at is None:
        dirty_bed(ctx, printer, evidence=evidence)
        return False
    noted = {"noted_by": printer.bed_note_by, "noted_at": printer.bed_note_at.isoformat()}
    clear_bed(ctx, printer, run_id=run_id, evidence={**evidence, **noted})
    return True


# -- health -----------------------------------------------------------------------------------------------------------------------------


def degrade(ctx: Context, printer: Printer, *, reason: Reason, evidence: Evidence) -> None:
    """Take it out of automatic work. A printer that is degraded already keeps its first reason and evidence: that is what a person must look at."""
    if printer.health == Health.DEGRADED:
        return
    before = printer.health
    printer.degrade(reason=reason, evidence=evidence, now=ctx.now)
    printer.save_changes(*HEALTH)
    record_change(ctx, printer, "health", before, reason=str(reason))


def rate(ctx: Context, printer: Printer, *, receipts: Sequence[confidence.Receipt]) -> None:
    """Compute the printer's confidence anew from its latest ``receipts`` (oldest first). One that a person set stays.

    Nothing is written while the number stays the same to the second digit: the receipts then say nothing new.
    """
    if printer.confidence_source == ConfidenceSource.MANUAL:
        return
    found = confidence.confidence(receipts)
    if found is None or found == printer.confidence:
        return
    printer.confidence = found
    printer.confidence_source = ConfidenceSource.OUTCOMES
    printer.confidence_receipts = [{"run": receipt.run_id, "succeeded": receipt.succeeded} for receipt in confidence.counted(receipts)]
    printer.save_changes("confidence", "confidence_source", "confidence_receipts")
    rated = events.PrinterRated(printer_id=printer.pk, percent=round(found * 100), source=printer.confidence_source)
    record(ctx.about(site_id=printer.site_id), event=rated, subjects=queries.about(printer))


# -- what it prints ---------------------------------------------------------------------------------------------------------------------


def open_session(
    ctx: Context,
    printer: Printer,
    *,
    started_at: datetime,
    file_name: str = "",
    run_id: UUID | None = None,
    external_job_id: str = "",
    evidence: Evidence | None = None,
) -> MachineSession:
    """Note that a print began on the machine and return its record: ours with ``run_id``, foreign without.

    The print that is noted already is returned as it is. Another one that is still open has ended, because a machine prints one thing at a
    time: how, nobody saw.
    """
    known = _session_known(printer, started_at=started_at, run_id=run_id, external_job_id=external_job_id)
    if known is not None:
        return known
    end_session(ctx, printer, outcome=SessionOutcome.UNKNOWN, ended_at=started_at)
    session = MachineSession(
        printer=printer,
        started_at=started_at,
        file_name=file_name[:400],
        run_id=run_id,
        is_foreign=run_id is None,
        external_job_id=external_job_id,
        evidence=evidence or {},
        created_at=ctx.now,
    ).add()
    if session.is_foreign:
        seen = events.ForeignPrintSeen(printer_id=printer.pk, session_id=session.pk)
        record(ctx.about(site_id=printer.site_id), event=seen, subjects=[*queries.about(printer), Subject("session", session.pk)])
    return session


def _session_known(printer: Printer, *, started_at: datetime, run_id: UUID | None, external_job_id: str) -> MachineSession | None:
    sessions = MachineSession.objects.filter(printer=printer)
    if run_id is not None:
        return sessions.filter(run_id=run_id).first()
    if external_job_id:
        return sessions.filter(external_job_id=external_job_id, started_at=started_at).first()
    return sessions.filter(is_foreign=True, ended_at=None, started_at=started_at).first()


def end_session(
    ctx: Context,
    printer: Printer,
    *,
    outcome: SessionOutcome,
    ended_at: datetime,
    duration_s: int | None = None,
    print_s: int | None = None,
    filament_mm: int | None = None,
    external_job_id: str = "",
) -> MachineSession | None:
    """End the print that is open on the machine, add what it took to the printer's hours and filament, and return it; None when none is open.

    What the machine counts may contradict itself: an end before the start becomes the start, a whole shorter than its printing becomes that.
    """
    session = MachineSession.objects.filter(printer=printer, ended_at=None).first()
    if session is None:
        return None
    session.outcome = outcome
    session.ended_at = max(ended_at, session.started_at)
    session.print_s = None if print_s is None else max(print_s, 0)
    session.duration_s = None if duration_s is None else max(duration_s, session.print_s or 0)
    session.filament_mm = None if filament_mm is None else max(filament_mm, 0)
    session.external_job_id = external_job_id or session.external_job_id
    session.save_changes("outcome", "ended_at", "print_s", "duration_s", "filament_mm", "external_job_id")
    ended = events.SessionEnded(printer_id=printer.pk, session_id=session.pk, outcome=str(outcome), print_s=session.print_s)
    subjects = [*queries.about(printer, session.run_id), Subject("session", session.pk)]
    record(ctx.about(site_id=printer.site_id), event=ended, subjects=subjects)
    _add_wear(printer, seconds=session.print_s or 0, filament_mm=session.filament_mm or 0)
    return session


def _add_wear(printer: Printer, *, seconds: int, filament_mm: int) -> None:
    if seconds == 0 and filament_mm == 0:
        return
    printer.printed_s += seconds
    printer.nozzle_s += seconds
    printer.filament_mm += filament_mm
    printer.save_changes("printed_s", "nozzle_s", "filament_mm")
