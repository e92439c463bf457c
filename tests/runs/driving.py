"""Taking attempts through their life by commands, as the queue, the connector and people do."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import models

from apps.fleet.models import Printer
from apps.journal.context import Actor
from apps.planning.models import BuildPlate
from apps.runs import commands
from apps.runs.models import ItemOutcome, Run
from apps.runs.states import ItemResult, Ruling
from tests.factories.context import make_context

M = TypeVar("M", bound=models.Model)
PERSON = Actor.person(uuid4())


def machine(**overrides: Any) -> Any:
    """Return a context of the acting side."""
    return make_context(actor=Actor.service("runs.machines"), is_automatic=True, **overrides)


def person(**overrides: Any) -> Any:
    """Return a context of somebody on the floor."""
    return make_context(actor=PERSON, **overrides)


def queued(plate: BuildPlate) -> Run:
    """Queue a plate."""
    run_id = commands.queue_run(machine(), plate_id=plate.pk)
    assert isinstance(run_id, UUID), run_id
    return Run.objects.get(pk=run_id)


def dispatched(plate: BuildPlate, printer: Printer) -> Run:
    """Queue a plate and give it to a printer."""
    return given(queued(plate), printer)


def given(run: Run, printer: Printer) -> Run:
    """Give a queued attempt to a printer."""
    answer = commands.dispatch_run(machine(), run_id=run.pk, printer_id=printer.pk, expected_version=run.version)
    assert answer == run.pk, answer
    return Run.objects.get(pk=run.pk)


def sent(plate: BuildPlate, printer: Printer) -> Run:
    """Take a plate until its start was sent."""
    return sent_run(dispatched(plate, printer), printer)


def sent_run(run: Run, printer: Printer) -> Run:
    """Take an attempt that was given to a printer until its start was sent."""
    who = {"run_id": run.pk, "printer_id": printer.pk}
    assert run.output is not None
    assert commands.begin_upload(machine(), **who)
    assert commands.record_upload(machine(), **who, sha256=run.output.artifact.sha256, evidence={"uuid": "f1"})
    assert commands.record_start_sent(machine(), **who, evidence={"klippy_pid": 17})
    return Run.objects.get(pk=run.pk)


def printing(plate: BuildPlate, printer: Printer) -> Run:
    """Take a plate until it prints."""
    return printing_run(sent(plate, printer), printer)


def printing_run(run: Run, printer: Printer) -> Run:
    """Take an attempt whose start was sent until it prints."""
    assert commands.confirm_start(machine(), run_id=run.pk, printer_id=printer.pk, job_ref=f"job-{str(run.pk)[-6:]}", evidence={})
    return Run.objects.get(pk=run.pk)


def ruled(run: Run, ruling: Ruling, *, ctx: Any = None, **values: Any) -> bool:
    """Apply a row of the table of disagreements to an attempt as it is now."""
    run = Run.objects.get(pk=run.pk)
    given = {"code": "row", "evidence": {"seen": "it"}, "expected_version": run.version, "printer_id": run.printer_id, **values}
    return commands.reconcile_run(ctx or machine(), run_id=run.pk, ruling=ruling, **given)


def completed(plate: BuildPlate, printer: Printer) -> Run:
    """Take a plate until the machine is done with it."""
    run = printing(plate, printer)
    assert ruled(run, Ruling.COMPLETE)
    return Run.objects.get(pk=run.pk)


def completed_run(run: Run, printer: Printer) -> Run:
    """Take a queued attempt until the machine is done with it."""
    run = printing_run(sent_run(given(run, printer), printer), printer)
    assert ruled(run, Ruling.COMPLETE)
    return Run.objects.get(pk=run.pk)


def judged(run: Run, *outcomes: ItemResult, reason: str = "SPAGHETTI", note: str = "") -> bool:
    """Say what became of each part, by slot; failed ones for ``reason``."""
    items = run.plate.items.order_by("slot")
    verdicts = tuple(
        commands.ItemVerdict(item.pk, outcome, reason if outcome == ItemResult.FAILED else "", note)
        for item, outcome in zip(items, outcomes, strict=False)
    )
    return commands.record_outcomes(person(), run_id=run.pk, outcomes=verdicts)


def first_outcome(run: Run) -> ItemOutcome:
    """Return the first word about the first part."""
    return ItemOutcome.objects.filter(run=run).order_by("id")[0]


def fresh(row: M) -> M:
    """Return a row as it is now (its state cannot be set from outside, so it is read anew)."""
    return type(row)._default_manager.get(pk=row.pk)
