"""What commands of higher apps may change here, inside their own transaction: end what items are for, void a plate, ask for a review of a plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apps.catalog.states import Reason
from apps.journal.context import Context
from apps.journal.recording import record
from apps.orders import changes as orders
from apps.orders.models import Piece
from apps.orders.states import PieceState

from . import events, queries
from .models import BuildPlate, Plan, PlanReview, PlateItem
from .states import PlanState, PlateState, ReviewCode

OVER = (PlateState.VOID, PlateState.SUPERSEDED)


def finish_items(ctx: Context, items: Iterable[PlateItem]) -> None:
    """End what these items are for: their outcomes are recorded. A piece that is still owed leaves the plate and may go on another one."""
    for item in items:
        _retire_item(ctx, item)


def _retire_item(ctx: Context, item: PlateItem) -> None:
    if item.live:
        item.live = False
        item.save_changes("live")
    piece = Piece.objects.get(pk=item.piece_id)
    if piece.allocated_to == item.pk and piece.state in (PieceState.OWED, PieceState.SCRAPPED):
        orders.unallocate_piece(ctx, piece)


def void_plate(ctx: Context, plate: BuildPlate, *, reason: Reason) -> None:
    """Take a plate out of the work: its pieces are owed again, on no plate. Does nothing when it is over already.

    The caller has locked the plate's components and the plate, and knows that no attempt is under way.
    """
    if plate.state in OVER:
        return
    subjects = queries.subjects_of_plate(plate)
    for item in plate.items.filter(live=True).order_by("slot"):
        _retire_item(ctx, item)
    plate.void(reason=reason, by=ctx.actor.who, now=ctx.now)
    plate.save_changes("state", "void_reason", "voided_by", "voided_at")
    about = queries.story(ctx, subjects, site_id=plate.site_id)
    record(about, event=events.BuildPlateVoided(plate_id=plate.pk, reason=reason), subjects=subjects)


def require_review(ctx: Context, plan: Plan, *, code: ReviewCode, evidence: dict[str, Any], block_dispatch: bool = False) -> PlanReview:
    """Ask a person to look at a plan that the caller has locked.

    With ``block_dispatch`` nothing is printed from it by itself until they did.
    Seen again while the same review is open, the evidence is added to it; exactly the same again changes nothing.
    """
    review = PlanReview.objects.filter(plan=plan, code=code, resolved_at__isnull=True).first()
    is_news = review is None or evidence not in review.evidence.get("seen", [])
    if review is None:
        review = PlanReview(plan=plan, code=code, evidence={"seen": [evidence]}, raised_by=ctx.actor.who, created_at=ctx.now).add()
    elif is_news:
        review.evidence = {**review.evidence, "seen": [*review.evidence.get("seen", []), evidence]}
        review.save_changes("evidence")
    locks_now = block_dispatch and not plan.dispatch_blocked and plan.state in (PlanState.DRAFT, PlanState.APPROVED)
    if locks_now:
        plan.dispatch_blocked = True
        plan.blocked_since = ctx.now
        plan.save_changes("dispatch_blocked", "blocked_since")
    if is_news or locks_now:
        _record_review(ctx, plan, review)
    return review


def _record_review(ctx: Context, plan: Plan, review: PlanReview) -> None:
    subjects = queries.subjects_of_plan(plan)
    required = events.PlanReviewRequired(plan_id=plan.pk, review_id=review.pk, code=review.code, dispatch_blocked=plan.dispatch_blocked)
    record(queries.story(ctx, subjects), event=required, subjects=subjects)
