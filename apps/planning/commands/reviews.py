"""What people look at before a plan is used: asking for it, saying what was seen, and unlocking a plan."""

from __future__ import annotations

from uuid import UUID

from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.planning import changes, events, queries
from apps.planning.models import Plan, PlanReview
from apps.planning.states import ReviewCode


@command("planning.request_review")
def request_review(ctx: Context, *, plan_id: UUID, note: str, code: ReviewCode = ReviewCode.REQUESTED) -> UUID:
    """Ask that a person looks at a plan, and lock it until then. Returns the review's id.

    Args:
        ctx: Who asks, when.
        plan_id: Which plan.
        note: What to look at.
        code: Why.

    Raises:
        Invalid: no word about what to look at.
        NotFound: no such plan.
    """
    if not note.strip():
        raise Invalid({"note": "say what to look at"})
    plan: Plan = locks.plan(plan_id)
    review = changes.require_review(ctx, plan, code=code, evidence={"note": note.strip()}, block_dispatch=True)
    return review.pk


@command("planning.resolve_review")
def resolve_review(ctx: Context, *, review_id: UUID, expected_version: int, note: str) -> None:
    """Say that one thing a plan waited for is all right, and why. With the last one a draft may be approved.

    A plan that is locked against printing stays locked: ``acknowledge_plan`` unlocks it.

    Raises:
        NotFound, StaleVersion: as for every record.
        Invalid: no note.
        Refusal: ``review-resolved`` when somebody did so already.
    """
    if not note.strip():
        raise Invalid({"note": "say why it is all right"})
    found = PlanReview.objects.filter(pk=review_id).values_list("plan_id", flat=True).first()
    if found is None:
        raise NotFound(str(PlanReview._meta.verbose_name), id=str(review_id))
    plan: Plan = locks.plan(found)
    review = PlanReview.at_version(review_id, expected_version)
    if review.resolved_at is not None:
        raise Refusal("review-resolved", who=review.resolved_by)
    _resolve(ctx, plan, review, note)


@command("planning.acknowledge_plan")
def acknowledge_plan(ctx: Context, *, plan_id: UUID, expected_version: int, note: str) -> None:
    """Unlock a plan that kept failing: somebody looked into it and says what they found. Its open reviews are answered with it.

    Raises:
        NotFound, StaleVersion: as for every record.
        Invalid: no note.
        Refusal: ``plan-not-locked``.
    """
    if not note.strip():
        raise Invalid({"note": "say what you found"})
    Plan.at_version(plan_id, expected_version)
    plan: Plan = locks.plan(plan_id)
    if not plan.dispatch_blocked:
        raise Refusal("plan-not-locked")
    plan.dispatch_blocked = False
    plan.blocked_since = None
    plan.save_changes("dispatch_blocked", "blocked_since")
    for review in list(plan.reviews.filter(resolved_at__isnull=True).order_by("id")) or [_asked_by_unlocking(ctx, plan)]:
        _resolve(ctx, plan, review, note)


def _asked_by_unlocking(ctx: Context, plan: Plan) -> PlanReview:
    """Keep what somebody found where every single review was answered before: the unlocking itself is a look at the plan."""
    asked = {"plan": plan, "code": ReviewCode.REQUESTED, "evidence": {"seen": [{"unlocked_by": ctx.actor.who}]}}
    return PlanReview(**asked, raised_by=ctx.actor.who, created_at=ctx.now).add()


def _resolve(ctx: Context, plan: Plan, review: PlanReview, note: str) -> None:
    review.resolved_by = ctx.actor.who
    review.resolved_at = ctx.now
    review.note = note.strip()
    review.save_changes("resolved_by", "resolved_at", "note")
    subjects = queries.subjects_of_plan(plan)
    seen = events.PlanReviewAcknowledged(plan_id=plan.pk, review_id=review.pk, code=review.code)
    record(queries.story(ctx, subjects, site_id=plan.requirement.line.intent.site_id), event=seen, subjects=subjects)
