"""What commands of higher apps may change here, inside their own transaction: count a failure once, and trip a breaker with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record

from . import events
from .domain import breakers
from .models import Breaker, BreakerCount, Policy
from .states import BreakerKind, PolicyState

SUBJECT_OF = {BreakerKind.PLAN_LOOP: "plan", BreakerKind.PRINTER: "printer", BreakerKind.RUNAWAY: "site"}
"""How timelines call what a breaker is about."""


def count_failure(
    ctx: Context, *, site_id: UUID, breaker: BreakerKind, subject_id: UUID, family: str, failure_id: UUID, failed_at: datetime
) -> Breaker | None:
    """Count one failure (or automatic start) once, and return the breaker when exactly this one tripped it.

    The caller has locked the subject (plan, printer or site): two failures at the same moment count one after the other. Failures of an incident
    must not be given here. A breaker that is out already stays out and is not returned again.

    Args:
        ctx: The command's context.
        site_id: Where.
        breaker: Which breaker.
        subject_id: The plan, printer or site.
        family: Reason family (``FAMILY_OF`` in catalog.states); for RUNAWAY empty.
        failure_id: The attempt or piece fact that failed; the same id is counted once per breaker and subject.
        failed_at: When it failed.
    """
    if not breakers.counts_for(breaker, family):
        return None
    counted = BreakerCount.objects.filter(breaker=breaker, subject_id=subject_id)
    if counted.filter(failure_id=failure_id).exists():
        return None
    BreakerCount(
        created_at=ctx.now,
        site_id=site_id,
        breaker=breaker,
        subject_id=subject_id,
        family=family,
        failure_id=failure_id,
        failed_at=failed_at,
    ).add()
    per_family = family if breaker == BreakerKind.PLAN_LOOP else ""
    since = failed_at - breakers.LIMITS[breaker].window
    recent = counted.filter(failed_at__gt=since, **({"family": family} if per_family else {}))
    acknowledged = _acknowledged_at(breaker, subject_id, per_family)
    moments = [moment for moment in recent.values_list("failed_at", flat=True) if acknowledged is None or moment > acknowledged]
    if not breakers.trips(breaker, family=family, failed_at=moments, now=failed_at, failures=_limit(site_id, breaker)):
        return None
    return _trip(ctx, site_id, breaker, subject_id, per_family, moments, failure_id)


def _acknowledged_at(breaker: BreakerKind, subject_id: UUID, family: str) -> datetime | None:
    """Return when a person last put this breaker back in: failures before that are settled."""
    rows = Breaker.objects.filter(kind=breaker, subject_id=subject_id, family=family, acknowledged_at__isnull=False)
    return rows.order_by("-acknowledged_at").values_list("acknowledged_at", flat=True).first()


def _limit(site_id: UUID, breaker: BreakerKind) -> int | None:
    if breaker != BreakerKind.RUNAWAY:
        return None
    policy = Policy.objects.filter(site_id=site_id, state=PolicyState.ACTIVE).first()
    limit = (policy.body.get("limits") or {}).get("automatic_starts_per_hour") if policy else None
    return limit if isinstance(limit, int) and not isinstance(limit, bool) else None


def _trip(
    ctx: Context, site_id: UUID, breaker: BreakerKind, subject_id: UUID, family: str, moments: list[datetime], failure_id: UUID
) -> Breaker | None:
    if Breaker.objects.filter(kind=breaker, subject_id=subject_id, family=family, acknowledged_at__isnull=True).exists():
        return None
    tripped = Breaker(
        created_at=ctx.now,
        site_id=site_id,
        kind=breaker,
        subject_id=subject_id,
        family=family,
        tripped_at=ctx.now,
        evidence={"failures": len(moments), "last": str(failure_id)},
    ).add()
    happened = events.BreakerTripped(
        breaker_id=tripped.pk, breaker=breaker, subject_id=subject_id, family=family, failures=max(1, len(moments))
    )
    record(ctx.about(site_id=site_id), event=happened, subjects=[Subject(SUBJECT_OF[breaker], subject_id)])
    return tripped
