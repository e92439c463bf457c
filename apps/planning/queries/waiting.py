"""Why is this not printing? What a piece waits for before there is something to print: the first thing in the way, in the order of the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.journal import refusals
from apps.journal.refusals import NotFound
from apps.orders.models import Piece, Release
from apps.orders.states import IntentState, PieceState
from apps.parts import queries as parts
from apps.planning.models import BuildPlate, Plan, PlateItem
from apps.planning.states import PlanState, PlateState
from apps.policy import queries as policy
from apps.policy.models import Approval
from apps.policy.queries import HoldTarget
from apps.policy.states import ApprovalState, GatedTransition, HoldScope

Sentences = tuple[StrOrPromise, StrOrPromise]
"""What is in the way, and what to do about it."""

WORDS: dict[str, Sentences] = {
    "ON_HOLD": (_("Somebody put it on hold."), _("Release the hold when its reason is gone.")),
    "NOT_PAID": (_("The order is not paid yet."), _("Wait for the payment, or record one that came another way.")),
    "NOT_RELEASED": (
        _("The order is paid but not yet released to production."),
        _("Nothing, if it was just now; else look at the decision that kept it, and release it."),
    ),
    "PREFLIGHT": (
        _("The model was not checked yet, or cannot be made as it is."),
        _("Look at the findings: answer them, or ask for another file."),
    ),
    "NO_SLICER": (
        _("PrusaSlicer was not found on this machine."),
        _("Install it, or set FARMOS_PRUSA_SLICER to where it is; then it goes on by itself."),
    ),
    "NO_PLAN": (_("Its build plan is being drafted."), _("Nothing, if it was just now; else look at what farmos gave up.")),
    "NO_PROFILE": (_("No released profile or printer class fits."), _("Release one, then revise the plan.")),
    "REVIEW": (_("A person must look at its build plan first."), _("Look at it; accept what is asked, or revise the plan.")),
    "APPROVAL": (_("Somebody is asked to let it go on."), _("Answer the question.")),
    "PLAN_NOT_APPROVED": (_("Its build plan is not approved."), _("Look at the decision that kept it; remove its reason, or approve it.")),
    "PLAN_LOCKED": (
        _("Its build plan kept failing and is locked until somebody looks into it."),
        _("Look at what failed and acknowledge it, or revise the plan."),
    ),
    "NO_PLATE": (_("It waits for a place on a plate."), _("Nothing: plates are made when orders had a moment to gather.")),
    "PLATE_NOT_APPROVED": (_("Its plate is not approved yet."), _("Nothing, if it was just now; else approve it.")),
    "SLICE_NOT_ALLOWED": (_("Its plate may not be sliced yet."), _("Look at the decision that kept it; remove its reason.")),
    "SLICING": (_("Its plate is being sliced."), _("Nothing.")),
    "SLICE_FAILED": (_("Slicing its plate failed."), _("Revise the plan, or slice again.")),
}
"""What a person reads for each code: what is in the way, and the next right action."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing in the way: its code, the record it is about, since when, and what the sentences need."""

    SENTENCES: ClassVar[Mapping[str, Sentences]] = WORDS

    code: str
    kind: str
    id: str
    since: datetime | None = None
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What is in the way, in sentences; where a refusal is behind it, also what that one says."""
        said = str(self.SENTENCES[self.code][0]).format_map(self.params)
        return f"{said} {self._refusal.detail}" if self._refusal else said

    @property
    def next_action(self) -> str:
        """What to do about it, in a sentence."""
        return self._refusal.fix if self._refusal else str(self.SENTENCES[self.code][1])

    @property
    def _refusal(self) -> refusals.Refusal | None:
        behind = self.params.get("code")
        if behind not in refusals.WORDS:
            return None
        return refusals.Refusal(behind, **{name: value for name, value in self.params.items() if name != "code"})


def why_waiting(piece: Piece, *, now: datetime) -> Blocker | None:
    """Return the first thing that keeps a piece from having G-code; None when planning has done its part or the piece is not owed."""
    if piece.state != PieceState.OWED:
        return None
    return next(_blockers(piece, now), None)


def _blockers(piece: Piece, now: datetime) -> Iterator[Blocker]:
    yield from _of_the_order(piece)
    item = PlateItem.objects.filter(piece=piece, live=True).select_related("plate", "plan").first()
    plan = item.plan if item else _plan_of(piece)
    yield from _holds(piece, plan, item.plate if item else None, now)
    if item is None:
        yield from _of_the_plan(piece, plan)
        yield Blocker("NO_PLATE", "requirement", str(piece.requirement_id), piece.since)
    else:
        if item.plan.dispatch_blocked:
            yield Blocker("PLAN_LOCKED", "plan", str(item.plan_id), item.plan.blocked_since)
        yield from _of_the_plate(item.plate)


def _of_the_order(piece: Piece) -> Iterator[Blocker]:
    intent = piece.requirement.line.intent
    if intent.state in (IntentState.CREATED, IntentState.AWAITING_PAYMENT):
        yield Blocker("NOT_PAID", "intent", str(intent.pk), intent.created_at)
    elif not Release.objects.filter(intent=intent).exists():
        code = "APPROVAL" if _asked(GatedTransition.INTENT_RELEASE, intent.pk) else "NOT_RELEASED"
        yield Blocker(code, "intent", str(intent.pk), intent.paid_at)


def _plan_of(piece: Piece) -> Plan | None:
    """Return the approved plan of its component, else the newest draft."""
    plans = Plan.objects.filter(requirement=piece.requirement_id)
    approved = plans.filter(state=PlanState.APPROVED).first()
    return approved or plans.filter(state=PlanState.DRAFT).order_by("-revision").first()


def _holds(piece: Piece, plan: Plan | None, plate: BuildPlate | None, now: datetime) -> Iterator[Blocker]:
    line = piece.requirement.line
    targets = [
        HoldTarget(HoldScope.SITE, line.intent.site_id),
        HoldTarget(HoldScope.ORDER, line.intent_id),
        HoldTarget(HoldScope.LINE, line.pk),
    ]
    targets += [HoldTarget(HoldScope.PLAN, plan.pk)] if plan else []
    targets += [HoldTarget(HoldScope.PLATE, plate.pk)] if plate else []
    for hold in policy.active_holds(on=targets, now=now):
        yield Blocker("ON_HOLD", "hold", str(hold.pk), hold.placed_at, {"reason": hold.reason, "scope": hold.scope})


def _of_the_plan(piece: Piece, plan: Plan | None) -> Iterator[Blocker]:
    if plan is None:
        status = _preflight(piece)
        if status not in ("PASS", "WARN"):
            yield Blocker("PREFLIGHT", "requirement", str(piece.requirement_id), piece.since, {"status": status})
        if not _has_slicer():
            yield Blocker("NO_SLICER", "requirement", str(piece.requirement_id), piece.since)
        yield Blocker("NO_PLAN", "requirement", str(piece.requirement_id), piece.since)
        return
    if plan.state == PlanState.DRAFT:
        open_reviews = list(plan.reviews.filter(resolved_at__isnull=True).order_by("id").values_list("code", flat=True))
        if open_reviews:
            code = "NO_PROFILE" if open_reviews == ["NO_MATCH"] else "REVIEW"
            yield Blocker(code, "plan", str(plan.pk), plan.created_at, {"reviews": open_reviews})
        code = "APPROVAL" if _asked(GatedTransition.PLAN_APPROVE, plan.pk) else "PLAN_NOT_APPROVED"
        yield Blocker(code, "plan", str(plan.pk), plan.created_at)
    if plan.dispatch_blocked:
        yield Blocker("PLAN_LOCKED", "plan", str(plan.pk), plan.blocked_since)


def _has_slicer() -> bool:
    from apps.slicing.drivers import prusaslicer

    try:
        prusaslicer.program()
    except prusaslicer.SlicerMissing:
        return False
    return True


def _of_the_plate(plate: BuildPlate) -> Iterator[Blocker]:
    if plate.state == PlateState.DRAFT:
        yield Blocker("PLATE_NOT_APPROVED", "plate", str(plate.pk), plate.created_at)
    if plate.output_id is not None:
        return
    failure = plate.slice_failures.order_by("-id").first()
    if failure is not None:
        yield Blocker("SLICE_FAILED", "plate", str(plate.pk), failure.created_at, {"code": failure.code, **failure.params})
    if plate.slice_key:
        yield Blocker("SLICING", "plate", str(plate.pk), plate.approved_at)
    code = "APPROVAL" if _asked(GatedTransition.PLATE_SLICE, plate.pk) else "SLICE_NOT_ALLOWED"
    yield Blocker(code, "plate", str(plate.pk), plate.approved_at)


def _preflight(piece: Piece) -> str | None:
    revision_id = piece.requirement.part_revision_id
    if revision_id is None:
        return None
    try:
        return str(parts.effective_status(parts.preflight_of(revision_id)))
    except NotFound:
        return None


def _asked(transition: GatedTransition, subject_id: UUID) -> bool:
    """Does a question about this move wait for a person?"""
    return Approval.objects.filter(transition=transition, subject_id=subject_id, state=ApprovalState.PENDING).exists()
