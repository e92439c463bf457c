"""What the gate is told before an order is released to production. Not known is None, which is never good enough."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.catalog.states import QualityTier
from apps.journal.refusals import NotFound
from apps.parts import queries as parts
from apps.policy import queries as policy
from apps.policy.domain.facts import FactValue
from apps.policy.queries import HoldTarget
from apps.policy.states import HoldScope

from . import queries
from .models import Intent, LineItem

_WORST = ("PASS", "WARN", "FAIL")
_STRICTEST = (QualityTier.DRAFT, QualityTier.STANDARD, QualityTier.FINE, QualityTier.COSMETIC, QualityTier.FUNCTIONAL)


def intent_facts(intent: Intent, *, now: datetime) -> dict[str, FactValue]:
    """Return what is known about an order that is to be released."""
    lines = list(LineItem.objects.filter(intent=intent).select_related("material"))
    families = {line.material.family for line in lines if line.material is not None}
    targets = [HoldTarget(HoldScope.SITE, intent.site_id), HoldTarget(HoldScope.ORDER, intent.pk)]
    targets += [HoldTarget(HoldScope.LINE, line.pk) for line in lines]
    return {
        "intent.preflight.status": _preflight_status([line.part_revision_id for line in lines if line.part_revision_id is not None]),
        "intent.quality_tier": max(
            (line.quality_tier for line in lines), key=lambda tier: _STRICTEST.index(QualityTier(tier)), default=None
        ),
        "intent.value": queries.effective_price(intent),
        "material.family": families.pop() if len(families) == 1 else None,
        "hold.active": bool(policy.active_holds(on=targets, now=now)),
        "sla.minutes_remaining": None if intent.due_at is None else int((intent.due_at - now).total_seconds() // 60),
    }


def _preflight_status(revisions: list[UUID]) -> str | None:
    """Return the worst of the models' checks; None while one was never checked. An order without models has nothing against it."""
    worst = "PASS"
    for revision_id in revisions:
        try:
            status = str(parts.effective_status(parts.preflight_of(revision_id)).value)
        except NotFound:
            return None
        worst = max(worst, status, key=_WORST.index)
    return worst
