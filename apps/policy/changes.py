"""What commands of higher apps may change here, in their transaction: count a failure and trip a breaker with it, take back a question."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.journal.context import Context
from apps.journal.event import SUBJECT_KINDS, Subject
from apps.journal.recording import record

from . import events
from .domain import breakers
from .models import Approval, Breaker, BreakerCount, Policy
from .states import ApprovalState, BreakerKind, GatedTransition, PolicyState, SubjectKind

SUBJECT_OF = {BreakerKind.PLAN_LOOP: "plan", BreakerKind.PRINTER: "printer", BreakerKind.RUNAWAY: "site"}
"""How timelines call what a breaker is about."""


def withdraw_question(ctx: Context, *, transition: GatedTransition, subject_kind: SubjectKind, subject_id: UUID, reason: str) -> None:
    """Take back the open question about a move, if there is one: what it was asked for is over, so no answer would change anything.

    ``reason`` is told to whoever looks for it.
    """
    about = {"transition": transition, "subject_kind": subject_kind, "subject_id": subject_id}
    for question in Approval.objects.filter(state=ApprovalState.PENDING, **about).order_by("id"):
        question.revoke(by=ctx.actor.who, reason=reason, now=ctx.now)
        question.save_changes("state", "revoked_by", "revoked_at", "revoke_reason")
        record_answer(ctx, question, events.ApprovalRevoked)


def record_answer(ctx: Context, approval: Approval, kind: Any) -> None:
    """Say what became of a question, to everything it concerned when it was asked. ``kind`` is the event."""
    happened = kind(
        approval_id=approval.pk, transition=approval.transition, subject_kind=approval.subject_kind, subject_id=approval.subject_id
    )
    kept = approval.decision.subjects
    concerned = [Subject(name, UUID(one)) for name, ids in kept.items() if name in SUBJECT_KINDS for one in ids]
    record(ctx.about(site_id=approval.site_id), event=happened, subjects=[Subject("approval", approval.pk), *concerned])


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
    if BreakerCount.objects.filter(breaker=breaker, subject_id=subject_id, failure_id=failure_id).exists():
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
    moments = _recent(breaker, subject_id, per_family, failed_at)
    if not breakers.trips(breaker, family=family, failed_at=moments, now=failed_at, failures=_limit(site_id, breaker)):
        return None
    return _trip(ctx, site_id, breaker, subject_id, per_family, moments, failure_id)


def take_back(ctx: Context, *, failure_id: UUID) -> list[Breaker]:
    """Count a failure no more that turned out to belong to an incident, and return the breakers that are back in because of that.

    The caller has locked what it was counted against. A breaker that other failures tripped as well stays out.
    """
    back_in: list[Breaker] = []
    for count in BreakerCount.objects.filter(failure_id=failure_id, taken_back_at=None).exclude(breaker=BreakerKind.RUNAWAY):
        BreakerCount.objects.filter(pk=count.pk).update(taken_back_at=ctx.now)
        kind = BreakerKind(count.breaker)
        per_family = count.family if kind == BreakerKind.PLAN_LOOP else ""
        tripped = Breaker.objects.filter(kind=kind, subject_id=count.subject_id, family=per_family, acknowledged_at__isnull=True).first()
        left = _recent(kind, count.subject_id, per_family, tripped.tripped_at) if tripped else []
        if tripped is None or count.family in breakers.LIMITS[kind].at_once or len(left) >= breakers.LIMITS[kind].failures:
            continue
        put_back(ctx, tripped, note=str(_("What tripped it belonged to an incident.")))
        back_in.append(tripped)
    return back_in


def put_back(ctx: Context, breaker: Breaker, *, note: str) -> None:
    """Put a breaker back in, in the name of whoever acts."""
    breaker.acknowledged_by, breaker.acknowledged_at, breaker.note = ctx.actor.who, ctx.now, note
    breaker.save_changes("acknowledged_by", "acknowledged_at", "note")
    kind = BreakerKind(breaker.kind)
    happened = events.BreakerAcknowledged(breaker_id=breaker.pk, breaker=kind, subject_id=breaker.subject_id, family=breaker.family)
    record(ctx.about(site_id=breaker.site_id), event=happened, subjects=[Subject(SUBJECT_OF[kind], breaker.subject_id)])


def _counted(breaker: BreakerKind, subject_id: UUID) -> QuerySet[BreakerCount]:
    return BreakerCount.objects.filter(breaker=breaker, subject_id=subject_id, taken_back_at=None)


def _recent(breaker: BreakerKind, subject_id: UUID, per_family: str, until: datetime) -> list[datetime]:
    """Return when the failures happened that count at ``until``: within the window, and after a person last put the breaker back in."""
    since = until - breakers.LIMITS[breaker].window
    found = _counted(breaker, subject_id).filter(failed_at__gt=since, **({"family": per_family} if per_family else {}))
    acknowledged = _acknowledged_at(breaker, subject_id, per_family)
    return [moment for moment in found.values_list("failed_at", flat=True) if acknowledged is None or moment > acknowledged]


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
