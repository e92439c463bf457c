"""What commands of higher apps may change about a printer, inside their own transaction.

``printer`` is always the row that ``locks.printer`` returned. Every function looks first: what is so already is left as it is, without an event.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.catalog.states import Reason
from apps.journal import locks
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import NotFound, Refusal

from . import events, queries
from .domain import confidence
from .domain.identity import MachineIdentity, completed
from .models import MachineSession, Printer
from .models.printer import Evidence
from .states import Bed, ConfidenceSource, Connection, Health, Occupancy, SessionOutcome

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


MACHINE = ("machine", "machine_noted_at", "machine_noted_by", "machine_note")


def note_machine(ctx: Context, printer: Printer, seen: MachineIdentity) -> None:
    """Remember which machine this printer is: what is known stays, what it says for the first time is added."""
    known = printer.identity
    if not seen.says_something or (found := completed(known, seen)) == known:
        return
    printer.machine = found.as_kept()
    printer.machine_noted_at, printer.machine_noted_by = ctx.now, ctx.actor.who
    printer.save_changes(*MACHINE)
    record(ctx.about(site_id=printer.site_id), event=events.MachineNoted(printer_id=printer.pk), subjects=queries.about(printer))


def lose_sight(ctx: Context, printer: Printer, *, code: str) -> None:
    """Say that it is not known whether it answers until it was asked again, because of what ``code`` says."""
    before = printer.connection
    if before == Connection.UNKNOWN:
        return
    printer.lose_sight(evidence={"code": code}, now=ctx.now)
    printer.save_changes(*CONNECTION)
    record_change(ctx, printer, "connection", before, reason=code)


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


def forgive(ctx: Context, printer: Printer, *, breaker_id: UUID, evidence: Evidence) -> None:
    """Take back that a breaker took it out of work: what was counted belonged to an incident. What somebody else found stays."""
    if printer.health != Health.DEGRADED or printer.health_evidence.get("breaker") != str(breaker_id):
        return
    before = printer.health
    printer.acknowledge(evidence=evidence, now=ctx.now)
    printer.save_changes(*HEALTH)
    record_change(ctx, printer, "health", before, reason="incident")


def rate(ctx: Context, printer: Printer, *, receipts: Sequence[confidence.Receipt]) -> None:
    """Compute the printer's confidence anew from its latest ``receipts`` (oldest first).

    One that a person set stays; the receipts are kept beside it, for when they take their word back. Nothing is written while the number stays the
    same to the second digit: the receipts then say nothing new.
    """
    if printer.confidence_source == ConfidenceSource.MANUAL:
        printer.confidence_receipts = _kept(receipts)
        printer.save_changes("confidence_receipts")
        return
    found = confidence.confidence(receipts)
    if found is None or found == printer.confidence:
        return
    printer.confidence = found
    printer.confidence_source = ConfidenceSource.OUTCOMES
    printer.confidence_receipts = _kept(receipts)
    printer.save_changes("confidence", "confidence_source", "confidence_receipts")
    rated = events.PrinterRated(printer_id=printer.pk, percent=round(found * 100), source=printer.confidence_source)
    record(ctx.about(site_id=printer.site_id), event=rated, subjects=queries.about(printer))


def _kept(receipts: Sequence[confidence.Receipt]) -> list[dict[str, str | bool]]:
    return [{"run": receipt.run_id, "succeeded": receipt.succeeded} for receipt in confidence.counted(receipts)]


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
    ended_print: str = "",
) -> MachineSession | None:
    """End the print that is open on the machine, add what it took to the printer's hours and filament, and return it; None when none is open.

    ``ended_print`` is what the machine tells it by from now on: no other print is on its bed for all it says.

    What the machine counts may contradict itself: an end before the start becomes the start, a whole shorter than its printing becomes that.
    """
    if ended_print and ended_print != printer.last_print:
        printer.last_print = ended_print
        printer.save_changes("last_print")
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
    _add_wear(ctx, printer, seconds=session.print_s or 0, filament_mm=session.filament_mm or 0)
    return session


def hold_session(ctx: Context, session_id: UUID, expected_version: int, *, site_id: UUID) -> MachineSession:
    """Lock the printer of a print seen at a site, and return that print at the version the asker saw.

    Raises:
        NotFound: there is none there.
        StaleVersion: it changed since.
        Refusal: ``session-claimed``.
    """
    found = MachineSession.objects.filter(pk=session_id, printer__site_id=site_id).first()
    if found is None:
        raise NotFound(str(MachineSession._meta.verbose_name), id=str(session_id))
    locks.printer(found.printer_id)
    if MachineSession.objects.filter(pk=session_id, claimed_for_id__isnull=False).exists():
        raise Refusal("session-claimed")
    return MachineSession.at_version(session_id, expected_version)


def claim_session(ctx: Context, session: MachineSession, *, order_id: UUID) -> None:
    """Say for which order a foreign print that has ended was. It stays foreign.

    Raises:
        Refusal: ``session-not-claimable``: it still prints, or was ours.
    """
    if not session.is_foreign or session.ended_at is None:
        raise Refusal("session-not-claimable")
    session.claimed_for_id, session.claimed_at, session.claimed_by = order_id, max(ctx.now, session.ended_at), ctx.actor.who
    session.save_changes("claimed_for_id", "claimed_at", "claimed_by")


def _add_wear(ctx: Context, printer: Printer, *, seconds: int, filament_mm: int) -> None:
    if seconds == 0 and filament_mm == 0:
        return
    printer.printed_s += seconds
    printer.nozzle_s += seconds
    printer.filament_mm += filament_mm
    printer.save_changes("printed_s", "nozzle_s", "filament_mm")
    note_service_due(ctx, printer)


def note_service_due(ctx: Context, printer: Printer) -> None:
    """Say once that a machine has printed as long as it may between two services."""
    since = printer.printed_s - printer.serviced_s
    if printer.service_every_s is None or printer.service_due_at is not None or since < printer.service_every_s:
        return
    printer.service_due_at = ctx.now
    printer.save_changes("service_due_at")
    due = events.MaintenanceDue(printer_id=printer.pk, hours=since // 3600)
    record(ctx.about(site_id=printer.site_id), event=due, subjects=queries.about(printer))
