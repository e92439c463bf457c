"""Why is this not printing? What a piece waits for before there is something to print: the first thing in the way, in the order of the work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.journal import refusals
from apps.orders.models import Piece, Release
from apps.orders.states import IntentState, PieceState
from apps.parts import queries as parts
from apps.parts.states import PreflightStatus
from apps.planning.models import BuildPlate, Plan, PlanReview, PlateItem, SliceFailure
from apps.planning.states import PlanState, PlateState
from apps.policy import queries as policy
from apps.policy.models import Approval, Hold
from apps.policy.queries import HoldTarget
from apps.policy.states import ApprovalState, GatedTransition, HoldScope, SubjectKind

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

ASKED_ABOUT = (SubjectKind.INTENT, SubjectKind.PLAN, SubjectKind.PLATE)
"""What a person may be asked about before there is G-code."""


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
        return self._refusal.fix if self._refusal else str(self.SENTENCES[self.code][1]).format_map(self.params)

    @property
    def _refusal(self) -> refusals.Refusal | None:
        behind = self.params.get("code")
        if behind not in refusals.WORDS:
            return None
        return refusals.Refusal(behind, **{name: value for name, value in self.params.items() if name != "code"})


@dataclass(frozen=True, slots=True)
class _Known:
    """What is on record around some pieces, by the id of what it belongs to."""

    items: Mapping[UUID, PlateItem]
    plans: Mapping[UUID, Plan]
    released: Set[UUID]
    asked: Set[tuple[str, UUID]]
    holds: Sequence[Hold]
    reviews: Mapping[UUID, Sequence[str]]
    preflights: Mapping[UUID, PreflightStatus]
    failures: Mapping[UUID, SliceFailure]
    has_slicer: bool

    def plan_of(self, piece: Piece) -> Plan | None:
        """Return the plan a piece is on a plate by, else the approved plan of its component, else the newest draft."""
        item = self.items.get(piece.pk)
        return item.plan if item else self.plans.get(piece.requirement_id)

    def held(self, piece: Piece) -> Iterator[Hold]:
        """Yield the holds that keep a piece from going on."""
        item = self.items.get(piece.pk)
        on = _targets(piece, self.plan_of(piece), item.plate if item else None)
        return (hold for hold in self.holds if HoldTarget(HoldScope(hold.scope), hold.scope_id, hold.group) in on)


def why_waiting(pieces: Iterable[Piece], *, now: datetime) -> dict[UUID, Blocker]:
    """Return the first thing that keeps each piece from having G-code; nothing for one that is not owed or where planning has done its part.

    Asks as often for a hundred pieces as for one.
    """
    owed = [piece for piece in pieces if piece.state == PieceState.OWED]
    known = _look(owed, now)
    firsts = {piece.pk: next(_blockers(piece, known), None) for piece in owed}
    return {piece_id: first for piece_id, first in firsts.items() if first is not None}


def _look(pieces: Sequence[Piece], now: datetime) -> _Known:
    items = {item.piece_id: item for item in PlateItem.objects.filter(piece__in=pieces, live=True).select_related("plate", "plan")}
    unplaced = [piece for piece in pieces if piece.pk not in items]
    plans = _plans_of({piece.requirement_id for piece in unplaced})
    unplanned = [piece for piece in unplaced if piece.requirement_id not in plans]
    intents = {piece.requirement.line.intent_id for piece in pieces}
    plates = {item.plate_id for item in items.values()}
    drafts = {plan.pk for plan in plans.values() if plan.state == PlanState.DRAFT}
    questions = Approval.objects.filter(subject_kind__in=ASKED_ABOUT, subject_id__in=intents | plates | drafts, state=ApprovalState.PENDING)
    reviews: dict[UUID, list[str]] = {}
    for plan_id, code in PlanReview.objects.filter(plan__in=drafts, resolved_at__isnull=True).order_by("id").values_list("plan_id", "code"):
        reviews.setdefault(plan_id, []).append(code)
    targets: set[HoldTarget] = set()
    for piece in pieces:
        item = items.get(piece.pk)
        targets |= _targets(piece, item.plan if item else plans.get(piece.requirement_id), item.plate if item else None)
    return _Known(
        items=items,
        plans=plans,
        released=set(Release.objects.filter(intent__in=intents).values_list("intent_id", flat=True)),
        asked=set(questions.values_list("transition", "subject_id")),
        holds=policy.active_holds(on=targets, now=now),
        reviews=reviews,
        preflights=parts.effective_statuses(revision for piece in unplanned if (revision := piece.requirement.part_revision_id)),
        failures={failure.plate_id: failure for failure in SliceFailure.objects.filter(plate__in=plates).order_by("id")},
        has_slicer=not unplanned or _has_slicer(),
    )


def _plans_of(requirements: Set[UUID]) -> dict[UUID, Plan]:
    """Return the approved plan of each component, else its newest draft."""
    plans = Plan.objects.filter(requirement__in=requirements, state__in=(PlanState.APPROVED, PlanState.DRAFT)).order_by("revision")
    return {plan.requirement_id: plan for plan in sorted(plans, key=lambda plan: plan.state == PlanState.APPROVED)}


def _targets(piece: Piece, plan: Plan | None, plate: BuildPlate | None) -> set[HoldTarget]:
    """Return everything a hold on which keeps a piece from going on."""
    line = piece.requirement.line
    found = {
        HoldTarget(HoldScope.SITE, line.intent.site_id),
        HoldTarget(HoldScope.ORDER, line.intent_id),
        HoldTarget(HoldScope.LINE, line.pk),
    }
    found |= {HoldTarget(HoldScope.PLAN, plan.pk)} if plan else set()
    found |= {HoldTarget(HoldScope.PLATE, plate.pk)} if plate else set()
    return found


def _has_slicer() -> bool:
    from apps.slicing.drivers import prusaslicer

    try:
        prusaslicer.program()
    except prusaslicer.SlicerMissing:
        return False
    return True


def _blockers(piece: Piece, known: _Known) -> Iterator[Blocker]:
    yield from _of_the_order(piece, known)
    for hold in known.held(piece):
        yield Blocker("ON_HOLD", "hold", str(hold.pk), hold.placed_at, {"reason": hold.reason, "scope": hold.scope})
    item = known.items.get(piece.pk)
    if item is None:
        yield from _of_the_plan(piece, known)
        yield Blocker("NO_PLATE", "requirement", str(piece.requirement_id), piece.since)
    else:
        if item.plan.dispatch_blocked:
            yield Blocker("PLAN_LOCKED", "plan", str(item.plan_id), item.plan.blocked_since)
        yield from _of_the_plate(item.plate, known)


def _of_the_order(piece: Piece, known: _Known) -> Iterator[Blocker]:
    intent = piece.requirement.line.intent
    if intent.state in (IntentState.CREATED, IntentState.AWAITING_PAYMENT):
        yield Blocker("NOT_PAID", "intent", str(intent.pk), intent.created_at)
    elif intent.pk not in known.released:
        code = "APPROVAL" if (GatedTransition.INTENT_RELEASE, intent.pk) in known.asked else "NOT_RELEASED"
        yield Blocker(code, "intent", str(intent.pk), intent.paid_at)


def _of_the_plan(piece: Piece, known: _Known) -> Iterator[Blocker]:
    plan = known.plan_of(piece)
    if plan is None:
        revision_id = piece.requirement.part_revision_id
        status = known.preflights.get(revision_id) if revision_id else None
        if status not in (PreflightStatus.PASS, PreflightStatus.WARN):
            yield Blocker("PREFLIGHT", "requirement", str(piece.requirement_id), piece.since, {"status": status and str(status)})
        if not known.has_slicer:
            yield Blocker("NO_SLICER", "requirement", str(piece.requirement_id), piece.since)
        yield Blocker("NO_PLAN", "requirement", str(piece.requirement_id), piece.since)
        return
    if plan.state == PlanState.DRAFT:
        open_reviews = known.reviews.get(plan.pk)
        if open_reviews:
            code = "NO_PROFILE" if open_reviews == ["NO_MATCH"] else "REVIEW"
            yield Blocker(code, "plan", str(plan.pk), plan.created_at, {"reviews": open_reviews})
        code = "APPROVAL" if (GatedTransition.PLAN_APPROVE, plan.pk) in known.asked else "PLAN_NOT_APPROVED"
        yield Blocker(code, "plan", str(plan.pk), plan.created_at)
    if plan.dispatch_blocked:
        yield Blocker("PLAN_LOCKED", "plan", str(plan.pk), plan.blocked_since)


def _of_the_plate(plate: BuildPlate, known: _Known) -> Iterator[Blocker]:
    if plate.state == PlateState.DRAFT:
        yield Blocker("PLATE_NOT_APPROVED", "plate", str(plate.pk), plate.created_at)
    if plate.output_id is not None:
        return
    failure = known.failures.get(plate.pk)
    if failure is not None:
        yield Blocker("SLICE_FAILED", "plate", str(plate.pk), failure.created_at, {"code": failure.code, **failure.params})
    if plate.slice_key:
        yield Blocker("SLICING", "plate", str(plate.pk), plate.approved_at)
    code = "APPROVAL" if (GatedTransition.PLATE_SLICE, plate.pk) in known.asked else "SLICE_NOT_ALLOWED"
    yield Blocker(code, "plate", str(plate.pk), plate.approved_at)
