"""What the acting side tells about getting a file onto a printer and starting it. Each is written before what it names is done.

Every one says whose printer it speaks for: an attempt that was given to another printer meanwhile is none of its business, and the answer is False:
stop here, touch nothing more.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from apps.catalog.states import Reason
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.refusals import Refusal
from apps.planning.states import PlateState
from apps.runs import changes, events
from apps.runs.models import Run
from apps.runs.states import DispatchStep, RunState, Wish

NO_FILE = "NO_FILE"
"""Our own store does not have the file, or has another: no printer can help."""

ITS_OWN_FAULT = frozenset({"UPLOAD_FAILED", "STORAGE_FULL", "NOT_READY"})
"""Reasons for giving an attempt back that speak against the printer although it answers."""


@command("runs.begin_upload")
def begin_upload(ctx: Context, *, run_id: UUID, printer_id: UUID) -> bool:
    """Note that the file is about to be sent; return whether to go on."""
    attempt = changes.lock_run(ctx, run_id)
    run = attempt.run
    if not _is_starting(run, printer_id):
        return False
    if run.dispatch_step == DispatchStep.REQUESTED:
        run.dispatch_step = DispatchStep.UPLOADING
        run.save_changes("dispatch_step")
        attempt.record(ctx, events.RunUploading(run_id=run.pk, printer_id=printer_id, remote_path=run.remote_path))
    return True


@command("runs.record_upload")
def record_upload(ctx: Context, *, run_id: UUID, printer_id: UUID, sha256: str, evidence: dict[str, Any]) -> bool:
    """Note that the printer holds exactly our file, read back byte for byte; return whether to go on.

    Args:
        ctx: The acting side.
        run_id: The attempt.
        printer_id: The printer spoken for.
        sha256: Hash of what was read back.
        evidence: What the machine knows the file by.

    Raises:
        Refusal: ``file-differs`` when the hash is not that of the file to print; nobody overrides this.
    """
    attempt = changes.lock_run(ctx, run_id)
    run = attempt.run
    if not _is_starting(run, printer_id) or run.output is None:
        return False
    if sha256 != run.output.artifact.sha256:
        raise Refusal("file-differs", expected=run.output.artifact.sha256, found=sha256)
    if run.dispatch_step in (DispatchStep.REQUESTED, DispatchStep.UPLOADING):
        run.dispatch_step = DispatchStep.UPLOADED
        run.machine_evidence = {**run.machine_evidence, **evidence}
        run.save_changes("dispatch_step", "machine_evidence")
        attempt.record(ctx, events.RunUploaded(run_id=run.pk, printer_id=printer_id))
    return True


@command("runs.record_start_sent")
def record_start_sent(ctx: Context, *, run_id: UUID, printer_id: UUID, evidence: dict[str, Any]) -> bool:
    """Note that the start is about to be sent (again, after proof that an earlier one never ran); return whether to send it.

    From here on only evidence says whether it happened. It is not sent when somebody wants the attempt stopped, when its plate was taken back, and
    not before the file was read back.

    Args:
        ctx: The acting side.
        run_id: The attempt.
        printer_id: The printer spoken for.
        evidence: What the machine is like now: its process above all, so that a restart is noticed.
    """
    attempt = changes.lock_run(ctx, run_id)
    run = attempt.run
    if not _is_starting(run, printer_id) or run.wish or attempt.plate.state != PlateState.APPROVED:
        return False
    if run.dispatch_step not in (DispatchStep.UPLOADED, DispatchStep.START_SENT):
        return False
    run.dispatch_step, run.start_sent_at = DispatchStep.START_SENT, ctx.now
    run.machine_evidence = {**run.machine_evidence, **evidence}
    run.save_changes("dispatch_step", "start_sent_at", "machine_evidence")
    attempt.record(ctx, events.RunStartSent(run_id=run.pk, printer_id=printer_id))
    return True


@command("runs.confirm_start")
def confirm_start(ctx: Context, *, run_id: UUID, printer_id: UUID, job_ref: str, evidence: dict[str, Any]) -> bool:
    """Note that the machine prints our file: the bed is taken and the pieces are being made. Return whether the attempt is (or was) started there.

    Args:
        ctx: The acting side.
        run_id: The attempt.
        printer_id: The printer spoken for.
        job_ref: The machine's own id of this print, where it has one.
        evidence: What proves it.
    """
    attempt = changes.lock_attempt(ctx, run_id)
    run = attempt.run
    if run.printer_id != printer_id:
        return False
    if run.state != RunState.UPLOADING:
        return run.started_at is not None
    run.start(by=ctx.actor.who, now=ctx.now)
    changes.begin_printing(ctx, attempt, job_ref=job_ref, evidence=evidence)
    return True


@command("runs.requeue_run")
def requeue_run(
    ctx: Context, *, run_id: UUID, printer_id: UUID, code: str, is_foreign: bool = False, is_proven: bool = False, evidence: dict[str, Any]
) -> bool:
    """Put an attempt of which nothing was started back into the queue; return whether it waits (again) for a printer.

    If somebody wanted it stopped meanwhile, its plate was taken back or its file is not to be had, it ends here instead (False). A printer that
    cannot be given files is counted against, so that the same attempt is not tried on it for ever.

    Once the start was sent this needs proof that it never ran, else the same part might be made twice: without proof nothing happens and the answer
    is False.

    Args:
        ctx: The acting side.
        run_id: The attempt.
        printer_id: The printer spoken for.
        code: Why.
        is_foreign: The printer does something that is not ours: it stays blocked until a person looked.
        is_proven: The machine proved that a start that was sent never ran.
        evidence: What was seen.
    """
    attempt = changes.lock_attempt(ctx, run_id, counting=True)
    run = attempt.run
    if run.printer_id != printer_id or run.state != RunState.UPLOADING:
        return bool(run.state == RunState.QUEUED)
    if not changes.nothing_started(ctx, attempt) and not is_proven:
        return False
    if code == NO_FILE:
        changes.fail_now(ctx, attempt, changes.Cause(Reason.GCODE_ERROR, ctx.actor.who, evidence=evidence))
        return False
    if attempt.plate.state != PlateState.APPROVED:
        why = changes.Cause(
            Reason(attempt.plate.void_reason or Reason.OPERATOR_ABORT), ctx.actor.who, gettext("Its plate was taken back."), evidence
        )
        changes.abort_now(ctx, attempt, why, untouched=True)
        return False
    if run.wish == Wish.ABORT:
        wanted = changes.Cause(Reason(run.wish_reason or Reason.OPERATOR_ABORT), run.wish_by, run.wish_note, evidence)
        changes.abort_now(ctx, attempt, wanted, untouched=True)
        return False
    changes.requeue_now(ctx, attempt, code=code, foreign=is_foreign, evidence=evidence)
    if code in ITS_OWN_FAULT:
        changes.count_refused_start(ctx, attempt)
    return True


@command("runs.fail_run")
def fail_run(
    ctx: Context, *, run_id: UUID, printer_id: UUID, reason: Reason, note: str = "", by: str = "", evidence: dict[str, Any]
) -> bool:
    """End an attempt that cannot go on; return whether it is (or was) ended. The breakers count it once.

    Args:
        ctx: The acting side.
        run_id: The attempt.
        printer_id: The printer spoken for.
        reason: Why.
        note: What was seen, a must where the reason is not known.
        by: Who or what caused it; the printer by default.
        evidence: What was seen.
    """
    attempt = changes.lock_attempt(ctx, run_id, counting=True)
    run = attempt.run
    if run.printer_id != printer_id or run.ended_at is not None:
        return run.printer_id == printer_id
    changes.fail_now(ctx, attempt, changes.Cause(reason, by or f"device:{printer_id}", note, evidence))
    return True


MARKS = (25, 50, 75)
AFTER_THE_FIRST = 2
"""A machine that is at this layer, or a later one, has the first one behind it."""


@command("runs.note_progress")
def note_progress(
    ctx: Context,
    *,
    run_id: UUID,
    printer_id: UUID,
    percent: float,
    layer: int | None = None,
    layers_total: int | None = None,
    is_hot: bool = False,
) -> bool:
    """Note that it is past heating up, the first layer, a quarter, a half and three quarters, each once; return whether there was something to note.

    Everything finer is live telemetry and kept nowhere.

    Args:
        ctx: The observing side.
        run_id: The attempt.
        printer_id: The printer spoken for.
        percent: How much is done.
        layer: The layer being printed, where the machine says so.
        layers_total: How many there are.
        is_hot: Filament moves.
    """
    attempt = changes.lock_run(ctx, run_id)
    run = attempt.run
    if run.printer_id != printer_id or run.state not in (RunState.PRINTING, RunState.PAUSED):
        return False
    reached = marks_between(run.progress, {"progress": percent / 100})
    first_layer_done = run.layer is None and layer is not None and layer >= AFTER_THE_FIRST
    heated_now = run.heated_at is None and (is_hot or first_layer_done or bool(reached))
    if not reached and not first_layer_done and not heated_now:
        return False
    if heated_now:
        run.heated_at = ctx.now
        attempt.record(ctx, events.RunHeated(run_id=run.pk, printer_id=printer_id))
    marks = [("first_layer", percent)] if first_layer_done else []
    for mark, at in [*marks, *((f"percent_{mark}", mark) for mark in reached)]:
        attempt.record(ctx, events.RunProgressed(run_id=run.pk, printer_id=printer_id, mark=mark, percent=int(at)))
    run.reach(percent)
    if layer is not None and layers_total is not None and AFTER_THE_FIRST <= layer <= layers_total:  # not before: none says, not over yet
        run.layer, run.layers_total = layer, layers_total
    elif first_layer_done:
        run.layer = layer
    run.save_changes("progress", "layer", "layers_total", "heated_at")
    return True


def marks_between(percent: float, evidence: dict[str, Any]) -> list[int]:
    """Return the marks between what was noted and how far the machine says it is: each of them is noted as it is reached."""
    share = evidence.get("progress")
    return [mark for mark in MARKS if percent < mark <= share * 100] if isinstance(share, int | float) else []


def _is_starting(run: Run, printer_id: UUID) -> bool:
    return run.state == RunState.UPLOADING and run.printer_id == printer_id
