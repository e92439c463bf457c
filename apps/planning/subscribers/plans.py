"""Plans: drafted for released orders, approved by policy, dropped with their order."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.catalog.states import Reason
from apps.journal.owed import Later, Owed
from apps.journal.refusals import Refusal
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.orders import events as orders
from apps.orders.models import Intent, Piece, Release
from apps.orders.states import IntentState, PieceState
from apps.parts import events as parts
from apps.planning import commands, events, queries
from apps.planning.models import BuildPlate, Plan
from apps.planning.states import PlanState, PlateState
from apps.policy import events as policy
from apps.policy.states import GatedTransition

LOOK_FOR_SLICER_S = 30.0


@subscribe(orders.IntentReleased, orders.IntentAmended, label=_("Draft build plans for an order"), lane=Lane.DEFAULT)
def draft_plans(owed: Owed) -> None:
    """Draft a plan for each printed component of a released order that has none. A component with a plan is left alone.

    A plan says which slicer it is for. While none is installed this waits for it, however long that takes: ``why_waiting`` says so.
    """
    intent = Intent.objects.get(pk=owed.event.intent_id)
    if intent.state != IntentState.PAID or not Release.objects.filter(intent=intent).exists():
        return
    from apps.planning.queries import drafting

    for requirement in drafting.requirements_without_plan(intent.pk):
        recipe = drafting.recipe_for(requirement, slicer_digest=_installed_slicer())
        if recipe is not None:
            commands.draft_plan(owed.context(f"draft-{requirement.pk}"), requirement_id=requirement.pk, recipe=recipe)


def _installed_slicer() -> str:
    """Return the slicer's digest.

    Raises:
        Later: there is none (yet).
        Refusal: ``slicer-unknown``: what is there is no slicer.
    """
    from apps.slicing.drivers import prusaslicer

    try:
        return prusaslicer.digest()
    except prusaslicer.SlicerMissing as problem:
        if problem.code == "slicer-missing":
            raise Later(LOOK_FOR_SLICER_S) from problem
        raise Refusal(problem.code, **problem.params) from problem


@subscribe(
    events.PlanDrafted, events.PlanRevised, events.PlanReviewAcknowledged, label=_("Approve a build plan by policy"), lane=Lane.DEFAULT
)
def approve_drafts(owed: Owed) -> None:
    """Approve a draft that nobody must look at. Where policy asks a person, the question is put and the draft waits."""
    plan = Plan.objects.get(pk=owed.event.plan_id)
    if is_ready(plan):
        commands.approve_plan(owed.context("approve"), plan_id=plan.pk)


def is_ready(plan: Plan) -> bool:
    """Is it a draft with nothing left for a person to look at, and something to make it from?"""
    if plan.state != PlanState.DRAFT or plan.reviews.filter(resolved_at__isnull=True).exists():
        return False
    return plan.source == "gcode" or plan.profile_version_id is not None


@subscribe(policy.ApprovalGranted, label=_("Go on with what was approved"), lane=Lane.DEFAULT)
def go_on(owed: Owed) -> None:
    """Try again what waited for this answer."""
    if owed.event.transition == GatedTransition.PLAN_APPROVE:
        commands.approve_plan(owed.context("approve"), plan_id=owed.event.subject_id)
    elif owed.event.transition == GatedTransition.PLATE_SLICE:
        commands.request_slice(owed.context("slice"), plate_id=owed.event.subject_id)


@subscribe(
    policy.HoldReleased,
    policy.PolicyActivated,
    parts.ReviewResolved,
    label=_("Look again at what was not allowed before"),
    lane=Lane.DEFAULT,
)
def look_again(owed: Owed) -> None:
    """Ask again for every draft and every plate of the site that policy may let go on now, and whether something can go on a plate."""
    drafts = Plan.objects.filter(state=PlanState.DRAFT)
    plates = BuildPlate.objects.filter(state=PlateState.APPROVED, slice_key="")
    if owed.site_id is not None:
        drafts, plates = drafts.filter(requirement__line__intent__site_id=owed.site_id), plates.filter(site_id=owed.site_id)
    for plan in drafts.order_by("id"):
        if is_ready(plan):
            commands.approve_plan(owed.context(f"approve-{plan.pk}"), plan_id=plan.pk)
    for plate in plates.order_by("id"):
        commands.request_slice(owed.context(f"slice-{plate.pk}"), plate_id=plate.pk)
    if owed.site_id is not None:
        commands.request_composition(owed.context("compose"), site_id=owed.site_id)


@subscribe(orders.IntentCanceled, orders.IntentAmended, label=_("Take canceled pieces out of the work"), lane=Lane.DEFAULT)
def drop_canceled(owed: Owed) -> None:
    """Void plates that nobody has begun and that hold canceled pieces, so that the others are composed again; and plans with nothing left to make."""
    intent_id = owed.event.intent_id
    for plate_id in queries.plates_with_canceled(intent_id):
        commands.void_plate(owed.context(f"plate-{plate_id}"), plate_id=plate_id, reason=Reason.CUSTOMER_CANCELED)
    wanted = Piece.objects.filter(requirement__line__intent_id=intent_id).exclude(state=PieceState.CANCELED).values("requirement")
    idle = Plan.objects.filter(requirement__line__intent_id=intent_id, state__in=[PlanState.DRAFT, PlanState.APPROVED])
    for plan in idle.exclude(requirement__in=wanted).order_by("id"):
        commands.void_plan(owed.context(f"plan-{plan.pk}"), plan_id=plan.pk, reason=Reason.CUSTOMER_CANCELED)


@subscribe(events.PlanSuperseded, events.PlanVoided, label=_("Take back plates of a plan that is no longer used"), lane=Lane.DEFAULT)
def drop_unsliced(owed: Owed) -> None:
    """Void plates of the plan that have no G-code (their slice failed or was never allowed): their pieces go on plates of the newer one."""
    for plate in queries.plates_without_output(owed.event.plan_id):
        commands.void_plate(owed.context(f"plate-{plate.pk}"), plate_id=plate.pk, reason=Reason.SUPERSEDED)
