"""How an attempt begins to print and how it ends: the run, its printer, the bed and the pieces move together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from apps.catalog.states import Reason
from apps.fleet import changes as fleet
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Occupancy, SessionOutcome
from apps.journal.context import Context
from apps.orders import changes as orders
from apps.orders.states import PieceState
from apps.runs import events
from apps.runs.queries.incidents import is_of_incident
from apps.runs.states import TERMINAL, DispatchStep, RunState

from .anomalies import close_anomalies
from .attempt import Attempt
from .breakers import count_run_failure
from .exclusions import drop_exclusions
from .filament import use_filament
from .judging import skip_everything

Evidence = dict[str, Any]
ENDED = (
    "state",
    "reason",
    "local_reason",
    "reason_note",
    "caused_by",
    "evidence",
    "dispatch_step",
    "wish",
    "wish_reason",
    "wish_note",
    "wish_by",
    "wish_at",
    "progress",
    "layer",
    "ended_at",
    "desynced",
    "desynced_since",
    "desync_evidence",
    "needs_attention",
    "attention_since",
)
"""Columns an ending writes."""

QUEUED_AGAIN = (
    *("state", "printer", "output", "printer_snapshot", "slot_feeds", "dispatched_at", "remote_path", "start_sent_at"),
    *("dispatch_step", "machine_evidence", "wish", "wish_reason", "wish_note", "wish_by", "wish_at"),
    *("desynced", "desynced_since", "desync_evidence", "needs_attention", "attention_since"),
)
BEGUN = (
    *("state", "dispatch_step", "started_at", "started_by", "job_ref", "machine_evidence"),
    *("printer", "output", "printer_snapshot", "slot_feeds", "remote_path"),
)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why it ended or stands still, and who or what caused it."""

    reason: Reason
    by: str
    note: str = ""
    evidence: Evidence = field(default_factory=dict)


def begin_printing(ctx: Context, attempt: Attempt, *, job_ref: str, evidence: Evidence) -> None:
    """Note that the machine prints our file: the bed is taken, the pieces are being made. The attempt has made its own move; it is saved here."""
    run, printer = attempt.run, _printer_of(attempt)
    run.job_ref = job_ref[:120]
    run.machine_evidence = {**run.machine_evidence, **evidence}
    run.save_changes(*BEGUN)
    fleet.occupy(ctx, printer, run_id=run.pk, evidence={"run": str(run.pk)})
    fleet.dirty_bed(ctx, printer, evidence={"run": str(run.pk), **evidence})
    for item in attempt.items:
        if item.live and item.piece.state == PieceState.OWED:
            orders.start_piece(ctx, item.piece, run_id=run.pk)
    fleet.open_session(
        ctx, printer, started_at=ctx.now, file_name=run.remote_path, run_id=run.pk, external_job_id=run.job_ref[:80], evidence=evidence
    )
    attempt.record(ctx, events.RunStarted(run_id=run.pk, printer_id=printer.pk, job_ref=run.job_ref))


def complete_now(ctx: Context, attempt: Attempt, *, evidence: Evidence) -> None:
    """The machine finished our file. What came of each part is for a person to say."""
    run, printer = attempt.run, _printer_of(attempt)
    run.complete(now=ctx.now)
    run.evidence = evidence
    _settle_doubts(attempt)
    run.save_changes(*ENDED)
    _end_session(ctx, printer, SessionOutcome.COMPLETED, evidence)
    leave_printer(ctx, attempt, evidence=evidence, bed_used=True)
    attempt.record(ctx, events.RunCompleted(run_id=run.pk, printer_id=printer.pk))
    close_anomalies(ctx, attempt)
    drop_exclusions(ctx, attempt)
    use_filament(ctx, attempt, pushed_mm=_whole(evidence.get("filament_mm")))


def fail_now(ctx: Context, attempt: Attempt, cause: Cause) -> None:
    """It ended without anybody wanting it; the breakers count it. Was nothing started, its parts are simply not printed."""
    run, printer, untouched = attempt.run, attempt.printer, nothing_started(ctx, attempt)
    run.fail(reason=cause.reason, by=cause.by, now=ctx.now, note=cause.note, evidence=cause.evidence)
    run.believe(cause.evidence)
    _settle_doubts(attempt)
    run.save_changes(*ENDED)
    if printer is not None:
        _end_session(ctx, printer, SessionOutcome.ERROR, cause.evidence)
        leave_printer(ctx, attempt, evidence=cause.evidence, bed_used=not untouched)
        if printer.bed == Bed.NOT_CLEAR and is_of_incident(run.pk):
            fleet.doubt_bed(ctx, printer, evidence={"run": str(run.pk), **cause.evidence})
    attempt.record(ctx, events.RunFailed(run_id=run.pk, printer_id=printer.pk if printer else None, reason=cause.reason))
    close_anomalies(ctx, attempt)
    drop_exclusions(ctx, attempt)
    count_run_failure(ctx, attempt, reason=cause.reason)
    if untouched:
        skip_everything(ctx, attempt, reason=cause.reason, note=cause.note)
    use_filament(ctx, attempt, pushed_mm=_whole(cause.evidence.get("filament_mm")))


def abort_now(ctx: Context, attempt: Attempt, cause: Cause, *, untouched: bool = False) -> None:
    """Somebody chose to stop it, or not to begin. Was nothing started (``untouched``: proven), its parts are simply not printed."""
    run, printer = attempt.run, attempt.printer
    untouched = untouched or nothing_started(ctx, attempt)
    run.abort(reason=cause.reason, by=cause.by, now=ctx.now, note=cause.note, evidence=cause.evidence)
    run.believe(cause.evidence)
    _settle_doubts(attempt)
    run.save_changes(*ENDED)
    if printer is not None:
        _end_session(ctx, printer, SessionOutcome.CANCELLED, cause.evidence)
        leave_printer(ctx, attempt, evidence=cause.evidence, bed_used=not untouched)
    attempt.record(ctx, events.RunAborted(run_id=run.pk, printer_id=printer.pk if printer else None, reason=cause.reason))
    close_anomalies(ctx, attempt)
    drop_exclusions(ctx, attempt)
    if untouched:
        skip_everything(ctx, attempt, reason=cause.reason, note=cause.note)
    use_filament(ctx, attempt, pushed_mm=_whole(cause.evidence.get("filament_mm")))


def requeue_now(ctx: Context, attempt: Attempt, *, code: str, foreign: bool, evidence: Evidence) -> None:
    """Nothing was started: it waits for a printer again, and this one is given back (or prints something else)."""
    run, printer = attempt.run, _printer_of(attempt)
    run.requeue()
    _settle_doubts(attempt)
    run.save_changes(*QUEUED_AGAIN)
    fleet.release(ctx, printer, evidence=evidence)
    if foreign:
        fleet.see_foreign(ctx, printer, evidence=evidence)
    attempt.record(ctx, events.RunRequeued(run_id=run.pk, printer_id=printer.pk, code=code))


def leave_printer(ctx: Context, attempt: Attempt, *, evidence: Evidence, bed_used: bool) -> None:
    """Give the printer back. Was something printed (or may have been), the bed is not clear until a person says so."""
    printer = _printer_of(attempt)
    was_foreign = printer.occupancy == Occupancy.FOREIGN
    fleet.release(ctx, printer, evidence={"run": str(attempt.run.pk)})
    if was_foreign:
        fleet.see_foreign(ctx, printer, evidence=evidence)
    if bed_used:
        said_by, run = printer.bed_note_by, attempt.run
        if fleet.settle_bed(ctx, printer, run_id=run.pk, evidence={"run": str(run.pk)}):
            run.bed_cleared_at, run.bed_cleared_by = ctx.now, said_by
            run.save_changes("bed_cleared_at", "bed_cleared_by")


def nothing_started(ctx: Context, attempt: Attempt) -> bool:
    """Is it certain that no start was ever sent for this attempt?"""
    run = attempt.run
    if run.state == RunState.UPLOADING:
        return run.dispatch_step != DispatchStep.START_SENT and run.start_sent_at is None
    return run.started_at is None


def _settle_doubts(attempt: Attempt) -> None:
    """What was doubtful while it ran is answered by its end."""
    run = attempt.run
    run.desynced, run.desynced_since, run.desync_evidence = False, None, None
    run.needs_attention, run.attention_since = False, None


def _end_session(ctx: Context, printer: Printer, outcome: SessionOutcome, evidence: Evidence) -> None:
    fleet.end_session(
        ctx,
        printer,
        outcome=outcome,
        ended_at=ctx.now,
        duration_s=_whole(evidence.get("total_s")),
        print_s=_whole(evidence.get("print_s")),
        filament_mm=_whole(evidence.get("filament_mm")),
        external_job_id=str(evidence.get("job_id") or ""),
        ended_print=str(evidence.get("ended_print") or ""),
    )


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value == value and abs(value) < 10**9 else None


def _printer_of(attempt: Attempt) -> Printer:
    if attempt.printer is None:
        raise RuntimeError(f"run {attempt.run.pk} is {attempt.run.state} without a printer")
    return attempt.printer


def doubt_run(ctx: Context, attempt: Attempt, *, by: str, code: str, evidence: Evidence) -> None:
    """Mark that record and machine disagree and nobody can tell who is right; does nothing when it is marked so already.

    An attempt that is over and prints all the same takes its printer with it: nothing else may start there.
    """
    run, printer = attempt.run, _printer_of(attempt)
    if run.desynced:
        return
    run.desynced, run.desynced_since = True, ctx.now
    run.desync_evidence = {"code": code, "by": by, "we_thought": str(run.state), **evidence}
    run.needs_attention, run.attention_since = True, run.attention_since or ctx.now
    run.save_changes("desynced", "desynced_since", "desync_evidence", "needs_attention", "attention_since")
    if run.state in TERMINAL and printer.current_run_id is None:
        fleet.see_foreign(ctx, printer, evidence={"run": str(run.pk), **evidence})
        fleet.dirty_bed(ctx, printer, evidence={"run": str(run.pk), **evidence})
    attempt.record(ctx, events.RunDesynced(run_id=run.pk, printer_id=printer.pk, code=code))
