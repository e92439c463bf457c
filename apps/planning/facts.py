"""What the gate is told before a plan is approved or a plate is sliced. Not known is None, which is never good enough."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from apps.journal.refusals import NotFound
from apps.orders.models import Intent
from apps.parts import queries as parts
from apps.policy import queries as policy
from apps.policy.domain.facts import FactValue
from apps.policy.domain.risk import HIGH, LOW, MEDIUM
from apps.policy.queries import HoldTarget
from apps.policy.states import HoldScope
from apps.profiles.models import ProfileVersion

from .models import BuildPlate, Output, Plan

_WORST_STATUS = ("PASS", "WARN", "FAIL")
_WORST_RISK = (LOW, MEDIUM, HIGH)


def plan_facts(plan: Plan, *, now: datetime) -> dict[str, FactValue]:
    """Return what is known about a plan that is to be approved."""
    line = plan.requirement.line
    return {
        "intent.preflight.status": _preflight_status([plan]),
        "intent.quality_tier": line.quality_tier,
        "intent.value": line.intent.price_minor,
        "material.family": line.material.family if line.material else None,
        "plan.risk_level": plan.risk_level or None,
        "plan.open_reviews": plan.reviews.filter(resolved_at__isnull=True).count(),
        "plan.dispatch_blocked": plan.dispatch_blocked,
        "plan.source": plan.source,
        "profile.is_new_to_fleet": _is_new_profile(plan.profile_version_id),
        "slicer.is_new_to_fleet": is_new_slicer(plan.slicer_digest),
        "hold.active": bool(policy.active_holds(on=holders_of([plan]), now=now)),
        "sla.minutes_remaining": _minutes_to_due([line.intent], now),
    }


def plate_facts(plate: BuildPlate, *, now: datetime) -> dict[str, FactValue]:
    """Return what is known about a plate that is to be sliced: the worst of its plans, the earliest of its promises."""
    plans = plans_of(plate)
    levels = [plan.risk_level for plan in plans]
    targets = [*holders_of(plans), HoldTarget(HoldScope.PLATE, plate.pk)]
    intents = [plan.requirement.line.intent for plan in plans]
    return {
        "intent.preflight.status": _preflight_status(plans),
        "intent.value": max((intent.price_minor for intent in intents), default=None),
        "plan.risk_level": max(levels, key=_WORST_RISK.index) if levels and all(levels) else None,
        "plan.open_reviews": sum(plan.reviews.filter(resolved_at__isnull=True).count() for plan in plans),
        "plan.dispatch_blocked": any(plan.dispatch_blocked for plan in plans),
        "plan.source": plans[0].source if plans else None,
        "profile.is_new_to_fleet": _is_new_profile(plans[0].profile_version_id if plans else None),
        "slicer.is_new_to_fleet": is_new_slicer(plans[0].slicer_digest if plans else ""),
        "hold.active": bool(policy.active_holds(on=targets, now=now)),
        "sla.minutes_remaining": _minutes_to_due(intents, now),
    }


def plans_of(plate: BuildPlate) -> list[Plan]:
    """Return the plans of a plate's parts, each once."""
    ids = plate.items.values_list("plan_id", flat=True)
    return list(
        Plan.objects.filter(pk__in=set(ids)).select_related("requirement__line__intent", "requirement__line__material").order_by("id")
    )


def holders_of(plans: Iterable[Plan]) -> list[HoldTarget]:
    """Return everything a hold can be on that would keep these plans from being made."""
    found: dict[HoldTarget, None] = {}
    for plan in plans:
        line = plan.requirement.line
        for target in (
            HoldTarget(HoldScope.SITE, line.intent.site_id),
            HoldTarget(HoldScope.ORDER, line.intent_id),
            HoldTarget(HoldScope.LINE, line.pk),
            HoldTarget(HoldScope.PLAN, plan.pk),
        ):
            found[target] = None
    return list(found)


def _preflight_status(plans: Iterable[Plan]) -> str | None:
    """Return the worst answer preflight gave to the models of these plans; None when one was not checked."""
    revisions = {plan.requirement.part_revision_id for plan in plans}
    try:
        statuses = [str(parts.effective_status(parts.preflight_of(one))) for one in revisions if one is not None]
    except NotFound:
        return None
    return max(statuses, key=_WORST_STATUS.index) if statuses and len(statuses) == len(revisions) else None


def _is_new_profile(version_id: UUID | None) -> bool | None:
    """Has this profile version given no output yet? None: there is none, or no such version."""
    if version_id is None or not ProfileVersion.objects.filter(pk=version_id).exists():
        return None
    return not Output.objects.filter(profile_version_id=version_id).exists()


def is_new_slicer(digest: str) -> bool | None:
    """Has this slicer given no output yet? None: there is none."""
    return not Output.objects.filter(slicer_digest=digest).exists() if digest else None


def _minutes_to_due(intents: Iterable[Intent], now: datetime) -> int | None:
    due = [intent.due_at for intent in intents if intent.due_at is not None]
    return int((min(due) - now).total_seconds() // 60) if due else None
