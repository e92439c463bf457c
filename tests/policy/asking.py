"""The gate needs a command around it: this one asks it one question and answers with what it said."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.results import Parked
from apps.policy import changes, events, gate
from apps.policy.states import BreakerKind, GatedTransition, SubjectKind


@command("policytests.ask")
def ask(
    ctx: Context,
    *,
    site_id: UUID,
    transition: GatedTransition,
    subject_id: UUID,
    facts: dict[str, Any],
    subject_version: int = 1,
    override: str = "",
) -> Any:
    """Ask the gate and answer: True, the refusal, or where it is parked."""
    verdict = gate.judge(
        ctx,
        gate.Question(
            transition=transition,
            subject_kind=SubjectKind.RUN,
            subject_id=subject_id,
            subject_version=subject_version,
            site_id=site_id,
            facts=facts,
            subjects=[Subject("site", site_id)],
            override=override,
        ),
    )
    if verdict.allowed:
        return True
    return verdict.refusal if verdict.approval is None else Parked(verdict.approval.pk)


@command("policytests.count")
def count(ctx: Context, *, site_id: UUID, breaker: BreakerKind, subject_id: UUID, family: str, failure_id: UUID) -> UUID | None:
    """Count a failure at the context's moment and answer with the breaker it tripped."""
    tripped = changes.count_failure(
        ctx, site_id=site_id, breaker=breaker, subject_id=subject_id, family=family, failure_id=failure_id, failed_at=ctx.now
    )
    counted = events.PolicyActivated(policy_id=failure_id, key="counted", policy_version=1, sha256="")
    record(ctx, event=counted, subjects=[Subject("site", site_id)])  # in its place: whatever ended the attempt
    return None if tripped is None else tripped.pk
