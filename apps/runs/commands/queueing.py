"""Putting plates into the queue, and giving queued attempts to printers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.fleet import changes as fleet
from apps.fleet import queries as machines
from apps.fleet.domain.matching import misfits
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, Occupancy
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.refusals import Refusal, StaleVersion
from apps.journal.results import Parked
from apps.planning import queries as planning
from apps.planning.models import BuildPlate, Output
from apps.planning.states import PlateState
from apps.policy import gate
from apps.policy.states import GatedTransition, SubjectKind
from apps.runs import changes, events, facts, queries
from apps.runs.models import Run
from apps.runs.states import RunState


@command("runs.queue_run")
def queue_run(ctx: Context, *, plate_id: UUID, override: str = "") -> UUID | Refusal | Parked | None:
    """Let a plate wait for a printer, and return its attempt's id; one that is under way already is returned as it is.

    Automation leaves alone what is not approved, has no file, or has nothing left to make (None); a person is told.

    Args:
        ctx: Who asks, when.
        plate_id: The plate.
        override: A person's reason for passing a block; whether they may is checked at the edge.

    Raises:
        NotFound: no such plate.
        Refusal: ``plate-not-approved``, ``no-file-to-print``, ``nothing-to-make``. Returned: what the policy refuses.
    """
    plate: BuildPlate = locks.plate(plate_id)
    live = Run.objects.filter(plate=plate, ended_at__isnull=True).first()
    if live is not None:
        return live.pk
    ready = _ready_to_queue(ctx, plate)
    if isinstance(ready, Refusal):
        if ctx.is_automatic:
            return None
        raise ready
    items = queries.items_on(plate.pk)
    number = 1 + Run.objects.filter(plate=plate).count()
    run = Run(plate=plate, attempt=number, requested_by=ctx.actor.who, due_at=queries.due_at(items), created_at=ctx.now)
    attempt = changes.Attempt(run, plate, None, items)
    verdict = gate.judge(
        ctx,
        gate.Question(
            GatedTransition.RUN_QUEUE,
            SubjectKind.PLATE,
            plate.pk,
            run.attempt,
            plate.site_id,
            facts.queue_facts(plate, attempt.items, ready, now=ctx.now),
            [one for one in attempt.subjects() if one.kind != "run"],
            override,
        ),
    )
    if verdict.refusal is not None:
        return verdict.refusal
    if verdict.approval is not None:
        run.park(approval=verdict.approval)
    run.add()
    attempt.record(ctx, events.RunQueued(run_id=run.pk, plate_id=plate.pk, attempt=run.attempt))
    return run.pk if verdict.approval is None else Parked(verdict.approval.pk)


def _ready_to_queue(ctx: Context, plate: BuildPlate) -> Output | Refusal:
    """Return the file to print when the whole plate is to be made. Automation makes a plate once; repeating one is a person's decision."""
    if plate.state != PlateState.APPROVED:
        return Refusal("plate-not-approved", number=plate.number, state=str(plate.get_state_display()))
    output = planning.output_for(plate)
    if output is None:
        return Refusal("no-file-to-print", plate=plate.number)
    if not queries.is_to_make(plate) or (ctx.is_automatic and Run.objects.filter(plate=plate).exists()):
        return Refusal("nothing-to-make", plate=plate.number)
    return output


@command("runs.unpark_run")
def unpark_run(ctx: Context, *, run_id: UUID) -> bool:
    """Put an attempt whose question to a person was answered back into the queue, where it is gated again; return False when it does not wait."""
    attempt = changes.lock_run(ctx, run_id)
    run = attempt.run
    if run.state != RunState.PENDING_APPROVAL:
        return False
    run.unpark()
    run.save_changes("state")
    attempt.record(ctx, events.RunQueued(run_id=run.pk, plate_id=run.plate_id, attempt=run.attempt))
    return True


@command("runs.dispatch_run")
def dispatch_run(
    ctx: Context, *, run_id: UUID, printer_id: UUID, expected_version: int, choice: dict[str, Any] | None = None, override: str = ""
) -> UUID | Refusal | Parked:
    """Give a queued attempt to a printer: it is taken, the exact file and what the printer is like are pinned, upload and start are owed.

    Args:
        ctx: Who asks, when.
        run_id: The attempt.
        printer_id: The printer.
        expected_version: The attempt as the asker saw it.
        choice: Why this printer, when it was chosen automatically: reasons, alternatives, confidence.
        override: A person's reason for passing a block; whether they may is checked at the edge.

    Raises:
        NotFound, StaleVersion, IllegalTransition: as usual.
        Refusal: what nobody overrides: ``printer-in-incident``, ``printer-not-online``, ``printer-not-free``, ``bed-not-clear``,
            ``printer-does-not-fit``, ``plate-not-approved``, ``no-file-to-print``. Returned: what the policy refuses.
    """
    attempt = changes.lock_attempt(ctx, run_id, printer_id=printer_id, counting=True)
    run = attempt.run
    if run.version != expected_version:
        raise StaleVersion("print attempt", str(run_id), expected=expected_version, current=run.version)
    printer = _require_startable(attempt, printer_id)
    output = _file_for(attempt, printer)
    gathered, level, factors = facts.dispatch_facts(
        attempt.plate,
        attempt.items,
        output,
        printer,
        wanted=planning.wanted_of(attempt.plate),
        due_at=run.due_at,
        now=ctx.now,
    )
    about = (SubjectKind.RUN, run.pk, run.attempt, attempt.site_id)
    verdict = gate.judge(ctx, gate.Question(GatedTransition.RUN_DISPATCH, *about, gathered, attempt.subjects(), override))
    if verdict.refusal is not None:
        return verdict.refusal
    if verdict.approval is not None:
        run.park(approval=verdict.approval)
        run.save_changes("state", "approval")
        return Parked(verdict.approval.pk)
    run.risk_level, run.risk_factors, run.choice = level, factors, choice or {}
    run.dispatch(to=printer, output=output, snapshot=machines.snapshot(printer), now=ctx.now, decision=verdict.decision)
    run.remote_path = run.path_of(output)
    run.save_changes(*_DISPATCHED)
    fleet.occupy(ctx, printer, run_id=run.pk, evidence={"run": str(run.pk)})
    requested = events.RunDispatchRequested(run_id=run.pk, printer_id=printer.pk, gcode_sha256=output.artifact.sha256)
    attempt.record(ctx, requested)
    changes.count_start(ctx, site_id=attempt.site_id, start_id=verdict.decision.pk)
    return run.pk


_DISPATCHED = (
    *("state", "printer", "output", "printer_snapshot", "slot_feeds", "decision", "dispatched_at", "dispatch_step", "remote_path"),
    *("risk_level", "risk_factors", "choice"),
)


def _require_startable(attempt: changes.Attempt, printer_id: UUID) -> Printer:
    """Refuse what nobody may pass, whatever the policy says: a start there would be unsafe or meaningless."""
    printer = attempt.printer
    if printer is None or printer.pk != printer_id:
        raise Refusal("printer-not-free", printer=str(printer_id), why=str(attempt.run.get_state_display()))
    if printer.retired_at is not None or printer.site_id != attempt.site_id:
        raise Refusal("printer-does-not-fit", printer=printer.code, misses=["site"])
    if incident := queries.open_incident_of([printer.pk]).get(printer.pk):
        raise Refusal("printer-in-incident", printer=printer.code, incident=str(incident))
    if printer.connection != Connection.ONLINE:
        raise Refusal("printer-not-online", printer=printer.code, state=str(printer.get_connection_display()))
    if printer.occupancy != Occupancy.FREE:
        raise Refusal("printer-not-free", printer=printer.code, why=str(printer.get_occupancy_display()))
    if printer.bed != Bed.CLEAR:
        raise Refusal("bed-not-clear", printer=printer.code)
    return printer


def _file_for(attempt: changes.Attempt, printer: Printer) -> Output:
    """Return the exact file to print there, if the machine can take it. What is loaded is the policy's question, the machine itself is not."""
    if attempt.plate.state != PlateState.APPROVED:
        raise Refusal("plate-not-approved", number=attempt.plate.number, state=str(attempt.plate.get_state_display()))
    output = planning.output_for(attempt.plate)
    if output is None:
        raise Refusal("no-file-to-print", plate=attempt.plate.number)
    if attempt.plate.printer_id not in (None, printer.pk):
        raise Refusal("printer-does-not-fit", printer=printer.code, misses=["other_printer"])
    found = misfits(planning.wanted_of(attempt.plate), machines.machine(printer))
    hard = [miss.code for miss in found if miss.code not in facts.MATERIAL_CODES]
    if hard:
        raise Refusal("printer-does-not-fit", printer=printer.code, misses=hard)
    return output
