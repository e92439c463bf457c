"""Telling people what plans, approvals, slicing, automation and farmos itself need."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.queries import default_site
from apps.journal import events as journal
from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.notify.queries import concerns
from apps.planning import events as planning
from apps.planning.models import BuildPlate, Plan
from apps.policy import events as policy
from apps.policy.models import Approval, Breaker

from .telling import bring_in_line, watch


@subscribe(
    policy.ApprovalRequired,
    policy.ApprovalGranted,
    policy.ApprovalDenied,
    policy.ApprovalExpired,
    policy.ApprovalRevoked,
    label=_("Tell people about an approval"),
    lane=Lane.DEFAULT,
)
def watch_approval(owed: Owed) -> None:
    """Tell leads that work waits for their answer, until it is given."""
    sites = Approval.objects.values_list("site_id", flat=True)
    watch(owed, kind="approval", record_id=owed.event.approval_id, sites=sites, look=concerns.about_approval)


@subscribe(
    planning.PlanDrafted,
    planning.PlanRevised,
    planning.PlanReviewRequired,
    planning.PlanReviewAcknowledged,
    planning.PlanApproved,
    planning.PlanSuperseded,
    planning.PlanVoided,
    label=_("Tell people about a build plan"),
    lane=Lane.DEFAULT,
)
def watch_plan(owed: Owed) -> None:
    """Tell planners that a plan waits for them, until it does not."""
    sites = Plan.objects.values_list("requirement__line__intent__site_id", flat=True)
    watch(owed, kind="plan", record_id=owed.event.plan_id, sites=sites, look=concerns.about_plan)


@subscribe(
    planning.SliceFailed,
    planning.Sliced,
    planning.BuildPlateVoided,
    planning.BuildPlateSuperseded,
    label=_("Tell people about slicing"),
    lane=Lane.DEFAULT,
)
def watch_slice(owed: Owed) -> None:
    """Tell planners that a plate has no usable G-code, until it has."""
    sites = BuildPlate.objects.values_list("site_id", flat=True)
    watch(owed, kind="plate", record_id=owed.event.plate_id, sites=sites, look=concerns.about_slice, fact="slice")


@subscribe(policy.BreakerTripped, policy.BreakerAcknowledged, label=_("Tell people that automation stopped"), lane=Lane.DEFAULT)
def watch_breaker(owed: Owed) -> None:
    """Tell leads that automation stopped itself, until somebody looked into it."""
    sites = Breaker.objects.values_list("site_id", flat=True)
    watch(owed, kind="breaker", record_id=owed.event.breaker_id, sites=sites, look=concerns.about_breaker)


@subscribe(
    journal.EffectGaveUp, journal.EffectRetried, journal.EffectAbandoned, label=_("Tell people what was given up"), lane=Lane.DEFAULT
)
def watch_given_up(owed: Owed) -> None:
    """Tell admins what farmos stopped trying, until they saw to it. What notify itself gave up is told only where it is mail."""
    delivery_id, subscriber = owed.event.delivery, owed.event.subscriber
    site_id: UUID = owed.site_id or default_site().pk
    if subscriber == concerns.MAIL_SENDER:
        bring_in_line(owed, site_id=site_id, cause="mail", look=lambda: concerns.about_mail(delivery_id))
    elif not subscriber.startswith("notify."):
        bring_in_line(owed, site_id=site_id, cause=f"delivery:{delivery_id}", look=lambda: concerns.about_given_up(delivery_id))
