"""What follows when machine and record disagree: applying what the table says, and a person's word where it cannot tell."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.catalog.states import Reason
from apps.fleet import queries as fleet
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.refusals import Refusal, StaleVersion
from apps.planning import queries as planning
from apps.runs import changes, events
from apps.runs.models import Run
from apps.runs.states import ON_PRINTER, TERMINAL, Ruling, RunState, Wish

from .machine import marks_between

Evidence = dict[str, Any]


@command("runs.reconcile_run")
def reconcile_run(
    ctx: Context,
    *,
    run_id: UUID,
    printer_id: UUID,
    expected_version: int,
    ruling: Ruling,
    code: str,
    reason: str = "",
    note: str = "",
    by: str = "",
    job_ref: str = "",
    evidence: Evidence,
) -> bool:
    """Apply what the table of disagreements decided about an attempt; return False when it is so already or was decided on an outdated record.

    What somebody had asked for (pause, stop) and the machine now does is put down to that person, with their reason.

    Args:
        ctx: The observing side.
        run_id: The attempt.
        printer_id: The printer that was observed.
        expected_version: The attempt as it was when the observation was judged; it changed since: judge again.
        ruling: What to do.
        code: The row of the table.
        reason: Why it paused or ended, where nobody had asked for that.
        note: In words, a must where the reason is not known.
        by: Who or what caused it; the printer by default.
        job_ref: The machine's own id of the print.
        evidence: What both sides said.
    """
    counting = ruling == Ruling.FAIL
    attempt = changes.lock_attempt(ctx, run_id, printer_id=printer_id, counting=counting)
    run = attempt.run
    if run.version != expected_version or run.printer_id not in (None, printer_id):
        return False
    before = str(run.state)
    cause = _cause(run, ruling, reason, note, by or f"device:{printer_id}", evidence)
    if ruling == Ruling.DESYNC:
        if run.desynced or run.printer_id is None:
            return False
        changes.doubt_run(ctx, attempt, by=by or f"device:{printer_id}", code=code, evidence=evidence)
        return True
    if not _apply(ctx, attempt, ruling, cause, job_ref):
        return False
    reconciled = events.RunReconciled(run_id=run.pk, printer_id=printer_id, from_state=before, to_state=str(run.state), code=code)
    attempt.record(ctx, reconciled)
    return True


def _cause(run: Run, ruling: Ruling, reason: str, note: str, by: str, evidence: Evidence) -> changes.Cause:
    """Say who or what is behind it: a person whose wish the machine now did, else what was seen."""
    wished = {Ruling.PAUSE: Wish.PAUSE, Ruling.ABORT: Wish.ABORT}.get(ruling)
    if wished is not None and run.wish == wished:
        return changes.Cause(Reason(run.wish_reason or _by_default(ruling)), run.wish_by, run.wish_note, evidence)
    return changes.Cause(Reason(reason or _by_default(ruling)), by, note, evidence)


def _by_default(ruling: Ruling) -> Reason:
    return {Ruling.PAUSE: Reason.OPERATOR_PAUSE, Ruling.ABORT: Reason.OPERATOR_ABORT}.get(ruling, Reason.MACHINE_FAULT)


def _apply(ctx: Context, attempt: changes.Attempt, ruling: Ruling, cause: changes.Cause, job_ref: str) -> bool:
    """Make the move, if it is one from here."""
    state = attempt.run.state
    if ruling == Ruling.ADOPT and (state == RunState.UPLOADING or (state == RunState.QUEUED and _is_free(attempt))):
        _adopt(ctx, attempt, job_ref, cause.evidence)
    elif ruling == Ruling.PAUSE and state == RunState.PRINTING:
        _pause(ctx, attempt, cause)
    elif ruling == Ruling.RESUME and state == RunState.PAUSED:
        _resume(ctx, attempt)
    elif ruling == Ruling.COMPLETE and state in (RunState.PRINTING, RunState.PAUSED):
        changes.complete_now(ctx, attempt, evidence=cause.evidence)
    elif ruling == Ruling.ABORT and state in ON_PRINTER:
        changes.abort_now(ctx, attempt, cause)
    elif ruling == Ruling.FAIL and state in (RunState.UPLOADING, RunState.PRINTING, RunState.PAUSED):
        changes.fail_now(ctx, attempt, cause)
    else:
        return False
    return True


def _is_free(attempt: changes.Attempt) -> bool:
    """Has no other attempt of ours that printer?"""
    return attempt.printer is not None and attempt.printer.current_run_id is None


def _adopt(ctx: Context, attempt: changes.Attempt, job_ref: str, evidence: Evidence) -> None:
    """The machine prints our file although we thought it waited, or was being sent."""
    run = attempt.run
    if run.state == RunState.UPLOADING:
        run.start(by=ctx.actor.who, now=ctx.now)
    else:
        output = planning.output_for(attempt.plate)
        if output is None or attempt.printer is None:
            raise Refusal("no-file-to-print", plate=attempt.plate.number)
        run.adopt(to=attempt.printer, output=output, snapshot=fleet.snapshot(attempt.printer), by=ctx.actor.who, now=ctx.now)
        run.remote_path = run.path_of(output)
    changes.begin_printing(ctx, attempt, job_ref=job_ref, evidence=evidence)


def _pause(ctx: Context, attempt: changes.Attempt, cause: changes.Cause) -> None:
    run = attempt.run
    run.pause(reason=cause.reason, by=cause.by, note=cause.note, evidence=cause.evidence)
    if not marks_between(run.progress, cause.evidence):
        run.believe(cause.evidence)
    if run.wish == Wish.PAUSE:
        run.forget_the_wish()
    run.needs_attention, run.attention_since = True, run.attention_since or ctx.now
    run.save_changes(*_PAUSED, "needs_attention", "attention_since")
    attempt.record(ctx, events.RunPaused(run_id=run.pk, printer_id=_printer_id(run), reason=cause.reason))


def _resume(ctx: Context, attempt: changes.Attempt) -> None:
    run = attempt.run
    run.resume()
    if run.wish == Wish.RESUME:
        run.forget_the_wish()
    run.needs_attention, run.attention_since = run.desynced, run.attention_since if run.desynced else None
    run.save_changes(*_PAUSED, "needs_attention", "attention_since")
    attempt.record(ctx, events.RunResumed(run_id=run.pk, printer_id=_printer_id(run)))


_PAUSED = (
    *("state", "reason", "local_reason", "reason_note", "caused_by", "evidence", "progress", "layer"),
    *("wish", "wish_reason", "wish_note", "wish_by", "wish_at"),
)


@command("runs.adopt_machine_state")
def adopt_machine_state(ctx: Context, *, run_id: UUID, expected_version: int, reason: Reason = Reason.DESYNC, note: str = "") -> None:
    """Take the machine's word for a doubtful attempt: it is not printing our file any more, so the attempt has failed.

    Its reason is "state unknown" unless the evidence names a cause. The bed is not clear; what became of each part is for a person to say. An
    attempt that was over and seemed to print again is simply no longer in doubt: its printer stays blocked until that print ends.

    Raises:
        NotFound, StaleVersion: as usual.
        Refusal: ``run-not-doubtful``.
    """
    attempt = _doubtful(ctx, run_id, expected_version)
    run = attempt.run
    _tell(ctx, attempt, adopted=True)
    if run.state in TERMINAL:
        _clear_doubt(run)
        return
    evidence = {"adopted_by": ctx.actor.who, **(run.desync_evidence or {})}
    changes.fail_now(ctx, attempt, changes.Cause(reason, ctx.actor.who, note, evidence))


@command("runs.keep_platform_state")
def keep_platform_state(ctx: Context, *, run_id: UUID, expected_version: int) -> None:
    """Keep what we thought of a doubtful attempt. Does the machine still disagree when it is next looked at, the doubt comes back.

    Raises:
        NotFound, StaleVersion: as usual.
        Refusal: ``run-not-doubtful``.
    """
    attempt = _doubtful(ctx, run_id, expected_version)
    _tell(ctx, attempt, adopted=False)
    _clear_doubt(attempt.run)


@command("runs.refresh_run")
def refresh_run(ctx: Context, *, run_id: UUID) -> bool:
    """Ask what the machine says about an attempt now; return False when it is on no printer. Asking is owed, the answer is judged like any other."""
    attempt = changes.lock_run(ctx, run_id)
    if attempt.run.printer_id is None:
        return False
    attempt.record(ctx, events.RunRefreshRequested(run_id=attempt.run.pk, printer_id=attempt.run.printer_id))
    return True


def _doubtful(ctx: Context, run_id: UUID, expected_version: int) -> changes.Attempt:
    attempt = changes.lock_attempt(ctx, run_id, counting=True)
    run = attempt.run
    if run.version != expected_version:
        raise StaleVersion("print attempt", str(run_id), expected=expected_version, current=run.version)
    if not run.desynced:
        raise Refusal("run-not-doubtful", state=str(run.get_state_display()))
    return attempt


def _tell(ctx: Context, attempt: changes.Attempt, *, adopted: bool) -> None:
    run = attempt.run
    attempt.record(ctx, events.RunSettled(run_id=run.pk, printer_id=_printer_id(run), adopted=adopted))


def _clear_doubt(run: Run) -> None:
    run.desynced, run.desynced_since, run.desync_evidence = False, None, None
    run.needs_attention, run.attention_since = False, None
    run.save_changes("desynced", "desynced_since", "desync_evidence", "needs_attention", "attention_since")


def _printer_id(run: Run) -> UUID:
    if run.printer_id is None:
        raise RuntimeError(f"run {run.pk} is on no printer")
    return run.printer_id
