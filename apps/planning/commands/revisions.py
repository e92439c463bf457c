"""Further revisions of a plan: what changes, and what that affects, is kept with them."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from apps.catalog.states import Process, Reason
from apps.journal import canonical, locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.recording import record
from apps.journal.refusals import Refusal
from apps.orders.models import Piece
from apps.orders.states import TO_MAKE
from apps.planning import events, queries
from apps.planning.domain.diff import changes_between, impact_of
from apps.planning.domain.recipes import Recipe
from apps.planning.models import Plan, PlanReview
from apps.planning.states import PlanState

from .plans import columns_of

COMPARED = (
    "source",
    "source_artifact_id",
    "profile_version_id",
    "slicer_digest",
    "printer_requirements",
    "slicing",
    "material_slots",
    "estimated_minutes",
    "filament_mg",
    "filament_mm",
    "pins",
)
"""What a diff of two revisions looks at."""


@command("planning.revise_plan")
def revise_plan(ctx: Context, *, plan_id: UUID, expected_version: int, recipe: Recipe) -> UUID:
    """Draft the next revision of a component's plan from ``recipe`` and return its id.

    An approved plan it is based on stays in use until this one is approved; a draft gives way at once.

    What changed and what that affects is worked out and kept. What a person must still look at comes with the recipe.

    Args:
        ctx: Who revises, when.
        plan_id: The revision it is based on.
        expected_version: The version of that the asker saw.
        recipe: The whole content of the new revision.

    Raises:
        NotFound, StaleVersion: as for every record.
        Refusal: ``plan-draft-open`` while another draft waits, ``plan-unchanged`` when nothing is different, ``plan-is-void``.
    """
    before = Plan.at_version(plan_id, expected_version)
    locks.requirement(before.requirement_id)
    revisions = list(Plan.objects.filter(requirement_id=before.requirement_id).order_by("revision"))
    if before.state == PlanState.VOID:
        raise Refusal("plan-is-void")
    waiting = next((one for one in revisions if one.state == PlanState.DRAFT and one.pk != before.pk), None)
    if waiting is not None:
        raise Refusal("plan-draft-open", revision=waiting.revision)
    columns = columns_of(recipe)
    old, new = _compared({name: getattr(before, name) for name in COMPARED}), _compared(columns)
    diff = changes_between(old, new)
    if not diff:
        raise Refusal("plan-unchanged")
    pieces = Piece.objects.filter(requirement_id=before.requirement_id, state__in=TO_MAKE).count()
    plan = Plan(
        requirement_id=before.requirement_id,
        revision=revisions[-1].revision + 1,
        based_on=before,
        created_by=ctx.actor.who,
        created_at=ctx.now,
        process=Process.FFF,
        diff=diff,
        impact=impact_of(old, new, pieces=pieces),
        **columns,
    ).add()
    for needed in recipe.reviews:
        PlanReview(plan=plan, code=needed.code, evidence={"seen": [needed.evidence]}, raised_by=ctx.actor.who, created_at=ctx.now).add()
    if before.state == PlanState.DRAFT:
        _replace_draft(ctx, before)
    _record(ctx, plan, before, needs_review=bool(recipe.reviews))
    return plan.pk


def _compared(values: dict[str, Any]) -> dict[str, Any]:
    """Return what is compared, spelt as the database gives it back."""
    spelt: dict[str, Any] = json.loads(canonical.text({name: values[name] for name in COMPARED}))
    return spelt


def _replace_draft(ctx: Context, draft: Plan) -> None:
    """A draft that is revised is nothing to approve any more."""
    draft.void(reason=Reason.SUPERSEDED, by=ctx.actor.who, now=ctx.now)
    draft.save_changes("state", "void_reason", "voided_by", "voided_at")
    subjects = queries.subjects_of_plan(draft)
    voided = events.PlanVoided(plan_id=draft.pk, requirement_id=draft.requirement_id, revision=draft.revision, reason=Reason.SUPERSEDED)
    record(queries.story(ctx, subjects, site_id=draft.requirement.line.intent.site_id), event=voided, subjects=subjects)


def _record(ctx: Context, plan: Plan, before: Plan, *, needs_review: bool) -> None:
    subjects = queries.subjects_of_plan(plan)
    revised = events.PlanRevised(
        plan_id=plan.pk,
        requirement_id=plan.requirement_id,
        revision=plan.revision,
        based_on_id=before.pk,
        needs_review=needs_review,
    )
    record(queries.story(ctx, subjects, site_id=plan.requirement.line.intent.site_id), event=revised, subjects=subjects)
