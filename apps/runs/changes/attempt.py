"""A print attempt with everything that moves with it, locked in the one order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.fleet.models import Printer
from apps.journal import locks
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import NotFound, Refusal
from apps.planning.models import BuildPlate, PlateItem
from apps.runs.models import Run
from apps.runs.queries.attempts import concerned, items_on


@dataclass(slots=True)
class Attempt:
    """A locked attempt, its plate with the parts on it, and its printer while it is on one."""

    run: Run
    plate: BuildPlate
    printer: Printer | None
    items: list[PlateItem]

    @property
    def site_id(self) -> UUID:
        """Where it happens."""
        return self.plate.site_id

    @property
    def intent_ids(self) -> list[UUID]:
        """The orders whose pieces are on the plate."""
        return sorted({item.piece.requirement.line.intent_id for item in self.items}, key=str)

    def subjects(self, *more: Subject) -> list[Subject]:
        """Return what an event about it concerns: itself, its plate, printer, plans and orders."""
        return [*concerned(self.run, self.items, printer_id=self.printer.pk if self.printer else None), *more]

    def record(self, ctx: Context, event: Any, *more: Subject) -> None:
        """Say that ``event`` happened to it."""
        orders = self.intent_ids
        here = ctx.about(correlation_id=orders[0] if len(orders) == 1 else None, site_id=self.site_id)
        record(here, event=event, subjects=self.subjects(*more))


def lock_attempt(ctx: Context, run_id: UUID, *, printer_id: UUID | None = None, counting: bool = False) -> Attempt:
    """Lock and return an attempt with all that moves when it begins or ends: components, plans, plate, printer, the attempt itself.

    Args:
        ctx: The command's context.
        run_id: Which attempt.
        printer_id: A printer it is to be given to, locked as well.
        counting: Something is counted against the site too: lock it first.

    Raises:
        NotFound: no such attempt or printer.
        Refusal: ``busy`` when it was given to another printer at this very moment.
    """
    seen = Run.objects.filter(pk=run_id).values_list("plate_id", "printer_id", "plate__site_id").first()
    if seen is None:
        raise NotFound("print attempt", id=str(run_id))
    plate_id, on_printer, site_id = seen
    if counting:
        locks.site(site_id)
    on_plate = list(PlateItem.objects.filter(plate_id=plate_id).values_list("piece__requirement_id", "plan_id"))
    for requirement_id in sorted({requirement for requirement, _ in on_plate}, key=str):
        locks.requirement(requirement_id)
    for plan_id in sorted({plan for _, plan in on_plate}, key=str):
        locks.plan(plan_id)
    plate: BuildPlate = locks.plate(plate_id)
    printers = {row.pk: row for row in locks.printers({one for one in (on_printer, printer_id) if one is not None})}
    run: Run = locks.run(run_id)
    if run.printer_id is not None and run.printer_id not in printers:
        raise Refusal("busy")
    wanted = run.printer_id or printer_id
    return Attempt(run, plate, None if wanted is None else printers[wanted], items_on(plate_id))


def lock_run(ctx: Context, run_id: UUID) -> Attempt:
    """Lock and return an attempt alone, for what touches neither its printer nor its pieces. The rest is there to read.

    Raises:
        NotFound: no such attempt.
    """
    run: Run = locks.run(run_id)
    plate = BuildPlate.objects.get(pk=run.plate_id)
    return Attempt(run, plate, run.printer, items_on(run.plate_id))
