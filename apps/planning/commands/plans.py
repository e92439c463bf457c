"""Build plans: drafted, approved, voided."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.catalog.states import Reason
from apps.journal import canonical, locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.recording import record
from apps.journal.refusals import Refusal
from apps.journal.results import Parked
from apps.orders.models import Release, Requirement
from apps.orders.states import IntentState
from apps.planning import events, facts, queries
from apps.planning.domain.recipes import Recipe
from apps.planning.models import Plan, PlanReview
from apps.planning.states import PlanState
from apps.policy import gate
from apps.policy.states import GatedTransition, SubjectKind
from apps.profiles.models import ProfileVersion
from apps.profiles.states import ProfileState


@command("planning.draft_plan")
def draft_plan(ctx: Context, *, requirement_id: UUID, recipe: Recipe) -> UUID | None:
    """Keep the first revision of a component's plan and return its id.

    A component that has a plan keeps that; for one whose order is not in production none is kept (None).

    Raises:
        NotFound: no such component.
    """
    requirement: Requirement = locks.requirement(requirement_id)
    first = Plan.objects.filter(requirement=requirement, revision=1).first()
    if first is not None:
        return first.pk
    intent = requirement.line.intent
    if intent.state != IntentState.PAID or not Release.objects.filter(intent=intent).exists():
        return None
    plan = Plan(requirement=requirement, revision=1, created_by=ctx.actor.who, created_at=ctx.now, **columns_of(recipe)).add()
    _keep_reviews(ctx, plan, recipe)
    subjects = queries.subjects_of_plan(plan)
    drafted = events.PlanDrafted(plan_id=plan.pk, requirement_id=requirement.pk, revision=1, needs_review=bool(recipe.reviews))
    record(queries.story(ctx, subjects, site_id=intent.site_id), event=drafted, subjects=subjects)
    return plan.pk


def columns_of(recipe: Recipe) -> dict[str, Any]:
    """Return the plan's columns for a recipe."""
    return {
        "source": recipe.source,
        "source_artifact_id": recipe.source_artifact_id,
        "profile_version_id": recipe.profile_version_id,
        "slicer_digest": recipe.slicer_digest,
        "printer_requirements": recipe.printer_requirements,
        "slicing": recipe.slicing,
        "material_slots": list(recipe.material_slots),
        "auto_choices": list(recipe.auto_choices),
        "estimated_minutes": recipe.estimated_minutes,
        "filament_mg": recipe.filament_mg,
        "filament_mm": recipe.filament_mm,
        "risk_level": recipe.risk_level,
        "risk_factors": list(recipe.risk_factors),
        "pins": recipe.pins,
    }


def _keep_reviews(ctx: Context, plan: Plan, recipe: Recipe) -> None:
    for needed in recipe.reviews:
        PlanReview(plan=plan, code=needed.code, evidence={"seen": [needed.evidence]}, raised_by=ctx.actor.who, created_at=ctx.now).add()


@command("planning.approve_plan")
def approve_plan(ctx: Context, *, plan_id: UUID, expected_version: int | None = None, override: str = "") -> UUID | Refusal | Parked | None:
    """Pin a draft: from now on plates are made from exactly this, and no longer from the revision approved before. Returns the plan's id.

    Automation states no version: a plan that is no draft any more is left alone (None).

    Args:
        ctx: Who asks, when.
        plan_id: Which.
        expected_version: The version a person saw.
        override: A person's reason for passing a block of the policy.

    Raises:
        NotFound, StaleVersion, IllegalTransition: as for every record.
        Refusal: ``plan-needs-review`` while somebody must look at it, ``plan-is-outdated`` when a newer revision is approved already,
            ``plan-has-no-profile``, ``profile-not-released``. Returned: ``policy-blocked`` and the gate's other answers.
    """
    if expected_version is not None:
        Plan.at_version(plan_id, expected_version)
    plan = _locked(plan_id)
    if plan.state != PlanState.DRAFT and expected_version is None:
        return None
    if plan.state == PlanState.DRAFT:
        _require_ready(plan)
        verdict = _ask(ctx, plan, override)
        if verdict.approval is not None:
            return Parked(verdict.approval.pk)
        if verdict.refusal is not None:
            return verdict.refusal
        plan.decision = verdict.decision
    _supersede_older(ctx, plan)
    plan.pins_sha256 = canonical.digest(plan.pins).hex()
    plan.approve(by=ctx.actor.who, now=ctx.now, decision=plan.decision)
    plan.save_changes("state", "approved_by", "approved_at", "decision", "pins_sha256")
    subjects = queries.subjects_of_plan(plan)
    approved = events.PlanApproved(
        plan_id=plan.pk, requirement_id=plan.requirement_id, revision=plan.revision, pins_sha256=plan.pins_sha256
    )
    record(queries.story(ctx, subjects, site_id=_site_of(plan)), event=approved, subjects=subjects)
    return plan.pk


def _locked(plan_id: UUID) -> Plan:
    """Lock the plan's component, then the plan, and return it as it is now."""
    found = Plan.objects.filter(pk=plan_id).values_list("requirement_id", flat=True).first()
    if found is not None:
        locks.requirement(found)
    plan: Plan = locks.plan(plan_id)
    return plan


def _site_of(plan: Plan) -> UUID:
    site_id: UUID = plan.requirement.line.intent.site_id
    return site_id


def _require_ready(plan: Plan) -> None:
    waiting = list(plan.reviews.filter(resolved_at__isnull=True).order_by("id").values_list("code", flat=True))
    if waiting:
        raise Refusal("plan-needs-review", reviews=waiting)
    if Plan.objects.filter(requirement_id=plan.requirement_id, state=PlanState.APPROVED, revision__gt=plan.revision).exists():
        raise Refusal("plan-is-outdated", revision=plan.revision)
    if plan.source != "gcode":
        if plan.profile_version_id is None:
            raise Refusal("plan-has-no-profile")
        version = ProfileVersion.objects.get(pk=plan.profile_version_id)
        if version.state != ProfileState.IN_PRODUCTION:
            raise Refusal("profile-not-released", version=version.number, state=str(version.get_state_display()))


def _ask(ctx: Context, plan: Plan, override: str) -> gate.Verdict:
    question = gate.Question(
        transition=GatedTransition.PLAN_APPROVE,
        subject_kind=SubjectKind.PLAN,
        subject_id=plan.pk,
        subject_version=plan.version,
        site_id=_site_of(plan),
        facts=facts.plan_facts(plan, now=ctx.now),
        subjects=queries.subjects_of_plan(plan),
        override=override,
    )
    return gate.judge(queries.story(ctx, question.subjects), question)


def _supersede_older(ctx: Context, plan: Plan) -> None:
    before = Plan.objects.filter(requirement_id=plan.requirement_id, state=PlanState.APPROVED).exclude(pk=plan.pk).first()
    if before is None:
        return
    before.supersede(now=ctx.now)
    before.save_changes("state", "superseded_at")
    superseded = events.PlanSuperseded(plan_id=before.pk, requirement_id=before.requirement_id, revision=before.revision)
    subjects = queries.subjects_of_plan(before)
    record(queries.story(ctx, subjects, site_id=_site_of(before)), event=superseded, subjects=subjects)


@command("planning.void_plan")
def void_plan(ctx: Context, *, plan_id: UUID, reason: Reason, expected_version: int | None = None) -> None:
    """Make nothing from this revision any more. Automation states no version and leaves alone what is over already.

    Plates made from it before stay as they are: voiding those is a step of its own.

    Raises:
        NotFound, StaleVersion, IllegalTransition: as for every record.
    """
    if expected_version is not None:
        Plan.at_version(plan_id, expected_version)
    plan = _locked(plan_id)
    if expected_version is None and plan.state not in (PlanState.DRAFT, PlanState.APPROVED):
        return
    plan.void(reason=reason, by=ctx.actor.who, now=ctx.now)
    plan.save_changes("state", "void_reason", "voided_by", "voided_at")
    voided = events.PlanVoided(plan_id=plan.pk, requirement_id=plan.requirement_id, revision=plan.revision, reason=reason)
    subjects = queries.subjects_of_plan(plan)
    record(queries.story(ctx, subjects, site_id=_site_of(plan)), event=voided, subjects=subjects)
