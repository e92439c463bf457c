"""What people ask of an attempt that is under way, and saying that a bed is clear."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from apps.catalog.states import Reason
from apps.fleet import changes as fleet
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, Occupancy
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.refusals import IllegalTransition, Invalid, Refusal, StaleVersion
from apps.journal.results import Parked
from apps.policy import gate
from apps.policy.states import GatedTransition, SubjectKind
from apps.runs import changes, events, facts
from apps.runs.models import Run
from apps.runs.states import WAITING, RunState, Wish

_WISH = ("wish", "wish_reason", "wish_note", "wish_by", "wish_at")
_HELPED = (*_WISH, "intervened_at", "intervened_by")


@command("runs.pause_run")
def pause_run(
    ctx: Context, *, run_id: UUID, expected_version: int, reason: Reason = Reason.OPERATOR_PAUSE, note: str = ""
) -> UUID | Refusal | Parked:
    """Ask for a print to pause; telling the machine is owed, it is paused when the machine was seen to stand still.

    Automation asks the policy first.

    Raises:
        NotFound, StaleVersion: as usual.
        IllegalTransition: it does not print.
        Invalid: a reason that is not known, without a note.
    """
    attempt = _seen(ctx, run_id, expected_version)
    run = attempt.run
    if run.state != RunState.PRINTING or run.printer_id is None:
        raise _not_now(run, "pause", ["pause"])
    _require_note(reason, note)
    if ctx.is_automatic and (answer := _ask(ctx, attempt, GatedTransition.RUN_PAUSE)) is not None:
        return answer
    _want(ctx, attempt, Wish.PAUSE, reason, note)
    attempt.record(ctx, events.RunPauseRequested(run_id=run.pk, printer_id=run.printer_id, reason=reason))
    return run.pk


@command("runs.resume_run")
def resume_run(ctx: Context, *, run_id: UUID, expected_version: int, override: str = "") -> UUID | Refusal | Parked:
    """Ask for a paused print to go on; telling the machine is owed, it goes on when the machine was seen to.

    Raises:
        NotFound, StaleVersion: as usual.
        IllegalTransition: it is not paused.
    """
    attempt = _seen(ctx, run_id, expected_version)
    run = attempt.run
    if run.state != RunState.PAUSED or run.printer_id is None:
        raise _not_now(run, "resume", ["resume"])
    if (answer := _ask(ctx, attempt, GatedTransition.RUN_RESUME, override)) is not None:
        return answer
    _want(ctx, attempt, Wish.RESUME, "", "")
    attempt.record(ctx, events.RunResumeRequested(run_id=run.pk, printer_id=run.printer_id))
    return run.pk


@command("runs.abort_run")
def abort_run(
    ctx: Context, *, run_id: UUID, expected_version: int | None = None, reason: Reason = Reason.OPERATOR_ABORT, note: str = ""
) -> bool:
    """Stop an attempt, or ask the machine to; return True when it is over, False when the machine must still be told or seen to stop.

    What was not started ends at once. Automation states no version and leaves alone what is over.

    Args:
        ctx: Who asks, when.
        run_id: The attempt.
        expected_version: The attempt as the asker saw it.
        reason: Why.
        note: In words, a must where the reason is not known.

    Raises:
        NotFound, StaleVersion, Invalid: as usual.
        IllegalTransition: it is over (to a person).
    """
    attempt = changes.lock_attempt(ctx, run_id)
    run = attempt.run
    if expected_version is not None and run.version != expected_version:
        raise StaleVersion("print attempt", str(run_id), expected=expected_version, current=run.version)
    if run.ended_at is not None:
        if expected_version is None:
            return True
        raise _not_now(run, "abort", [])
    _require_note(reason, note)
    return _stop(ctx, attempt, reason, note)


@command("runs.abort_and_requeue")
def abort_and_requeue(ctx: Context, *, run_id: UUID, expected_version: int, reason: Reason = Reason.FIRST_LAYER, note: str = "") -> bool:
    """Stop an attempt of which no part can be good any more, and have all its parts made again; return True when it is over already.

    When the machine was seen to stop, its parts are failed for this reason and go on a new plate, as far as the policy lets them.

    Raises:
        NotFound, StaleVersion, Invalid: as usual.
        IllegalTransition: it is over.
    """
    attempt = _seen(ctx, run_id, expected_version)
    run = attempt.run
    if run.ended_at is not None or run.printer_id is None:
        raise _not_now(run, "abort", [])
    _require_note(reason, note)
    attempt.record(ctx, events.RunRequeueWished(run_id=run.pk, printer_id=run.printer_id, reason=reason))
    return _stop(ctx, attempt, reason, note)


def _stop(ctx: Context, attempt: changes.Attempt, reason: Reason, note: str) -> bool:
    """End it, or ask the machine to; return whether it is over."""
    run = attempt.run
    if run.state in WAITING or changes.nothing_started(ctx, attempt):
        changes.abort_now(ctx, attempt, changes.Cause(reason, ctx.actor.who, note))
        return True
    if run.wish == Wish.ABORT or run.printer_id is None:
        return False
    _want(ctx, attempt, Wish.ABORT, reason, note)
    attempt.record(ctx, events.RunAbortRequested(run_id=run.pk, printer_id=run.printer_id, reason=reason))
    return False


@command("runs.clear_bed")
def clear_bed(ctx: Context, *, printer_id: UUID, expected_version: int | None = None) -> bool:
    """Say that nothing is on a printer's bed; return whether the gate is open now.

    While an attempt on it is in doubt, or the printer is not heard from, the word is kept and counts when the attempt has ended.

    Args:
        ctx: Who says so, when.
        printer_id: The printer.
        expected_version: The printer as they saw it; a tap on the machine itself needs none.

    Raises:
        NotFound, StaleVersion: as usual.
        Refusal: ``bed-in-use`` while something prints there.
    """
    if expected_version is not None:
        Printer.at_version(printer_id, expected_version)
    printer: Printer = locks.printer(printer_id)
    if printer.bed == Bed.CLEAR and printer.occupancy == Occupancy.FREE:
        return True
    open_run = Run.objects.filter(pk=printer.current_run_id, ended_at=None).first() if printer.current_run_id else None
    if open_run is not None and (open_run.desynced or printer.connection != Connection.ONLINE) and open_run.started_at is not None:
        fleet.note_bed_clear(ctx, printer)
        return False
    if printer.occupancy != Occupancy.FREE:
        raise Refusal("bed-in-use", printer=printer.code, why=str(printer.get_occupancy_display()))
    last = (
        Run.objects.filter(printer=printer, started_at__isnull=False, bed_cleared_at=None, ended_at__isnull=False).order_by("-id").first()
    )
    fleet.clear_bed(ctx, printer, run_id=last.pk if last else None, evidence={"by": ctx.actor.who})
    if last is not None:
        run: Run = locks.run(last.pk)
        run.bed_cleared_at, run.bed_cleared_by = ctx.now, ctx.actor.who
        run.save_changes("bed_cleared_at", "bed_cleared_by")
    return True


def _seen(ctx: Context, run_id: UUID, expected_version: int) -> changes.Attempt:
    attempt = changes.lock_attempt(ctx, run_id)
    if attempt.run.version != expected_version:
        raise StaleVersion("print attempt", str(run_id), expected=expected_version, current=attempt.run.version)
    return attempt


def _want(ctx: Context, attempt: changes.Attempt, wish: Wish, reason: str, note: str) -> None:
    run = attempt.run
    run.want(wish, by=ctx.actor.who, now=ctx.now, reason=reason, note=note)
    if ctx.actor.who.startswith("person:"):
        run.intervene(by=ctx.actor.who, now=ctx.now)
    run.save_changes(*_HELPED)


def _ask(ctx: Context, attempt: changes.Attempt, transition: GatedTransition, override: str = "") -> Refusal | Parked | None:
    """Ask the policy; None: go on."""
    run, printer = attempt.run, attempt.printer
    if printer is None:
        raise RuntimeError(f"run {run.pk} is {run.state} without a printer")
    work = (attempt.plate, attempt.items, printer)
    is_pause = transition == GatedTransition.RUN_PAUSE
    gathered = facts.pause_facts(run.pk, *work, now=ctx.now) if is_pause else facts.resume_facts(*work, now=ctx.now)
    version = facts.pause_version(run.pk) if is_pause else run.version
    about = (SubjectKind.RUN, run.pk, version, attempt.site_id)
    verdict = gate.judge(ctx, gate.Question(transition, *about, gathered, attempt.subjects(), override))
    return Parked(verdict.approval.pk) if verdict.approval is not None else verdict.refusal


def _require_note(reason: Reason, note: str) -> None:
    if reason == Reason.UNKNOWN and not note.strip():
        raise Invalid({"note": str(_("Write what you saw: the reason is not known."))})


def _not_now(run: Run, move: str, allowed: list[str]) -> IllegalTransition:
    return IllegalTransition("print attempt", str(run.pk), move=move, state=run.state, allowed=[one for one in allowed if one != move])
