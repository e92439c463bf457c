"""What events about plans and plates name, so that every order's timeline shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from apps.journal.context import Context
from apps.journal.event import Subject
from apps.planning.models import BuildPlate, Plan


def subjects_of_plan(plan: Plan) -> list[Subject]:
    """Return the plan, its component, line and order."""
    line = plan.requirement.line
    return [
        Subject("plan", plan.pk),
        Subject("requirement", plan.requirement_id),
        Subject("line", line.pk),
        Subject("intent", line.intent_id),
    ]


def subjects_of_plate(plate: BuildPlate) -> list[Subject]:
    """Return the plate and every order, component, plan and piece on it."""
    rows = plate.items.order_by("slot").values_list("plan_id", "piece_id", "piece__requirement_id", "piece__requirement__line__intent_id")
    found: dict[Subject, None] = {Subject("plate", plate.pk): None}
    for plan_id, piece_id, requirement_id, intent_id in rows:
        for subject in (
            Subject("intent", intent_id),
            Subject("requirement", requirement_id),
            Subject("plan", plan_id),
            Subject("piece", piece_id),
        ):
            found[subject] = None
    return list(found)


def story(ctx: Context, subjects: Iterable[Subject], *, site_id: UUID | None = None) -> Context:
    """Return the context for an event about ``subjects``: the story is their order's when they concern exactly one."""
    intents: Sequence[UUID] = [subject.id for subject in subjects if subject.kind == "intent"]
    return ctx.about(correlation_id=intents[0] if len(intents) == 1 else None, site_id=site_id)
