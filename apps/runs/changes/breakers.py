"""Feeding the circuit breakers, and what follows when one trips."""

from __future__ import annotations

from uuid import UUID

from apps.catalog.states import FAMILY_OF, Reason, ReasonFamily
from apps.fleet import changes as fleet
from apps.journal.context import Context
from apps.journal.identity import new_id
from apps.planning import changes as planning
from apps.planning.models import Plan, PlateItem
from apps.planning.states import ReviewCode
from apps.policy import changes as policy
from apps.policy.states import BreakerKind
from apps.runs.queries.incidents import is_of_incident

from .attempt import Attempt


def count_run_failure(ctx: Context, attempt: Attempt, *, reason: Reason) -> None:
    """Count a failed attempt once against its printer and each plan on its plate. Failures of an incident count for neither."""
    family = FAMILY_OF[Reason(reason)]
    if family == ReasonFamily.HUMAN or is_of_incident(attempt.run.pk):
        return
    for plan in {item.plan_id: item.plan for item in attempt.items}.values():
        count_plan_failure(ctx, plan, site_id=attempt.site_id, reason=reason, failure_id=attempt.run.pk)
    _count_against_printer(ctx, attempt, reason, family)


def count_part_failure(ctx: Context, attempt: Attempt, item: PlateItem, *, reason: Reason) -> None:
    """Count a failed part once per attempt against its plan and the printer. A fault of model or settings also asks a person to look at the plan."""
    family = FAMILY_OF[Reason(reason)]
    if family == ReasonFamily.HUMAN or is_of_incident(attempt.run.pk):
        return
    count_plan_failure(ctx, item.plan, site_id=attempt.site_id, reason=reason, failure_id=attempt.run.pk)
    if family == ReasonFamily.PROCESS:
        evidence = {"run": str(attempt.run.pk), "item": str(item.pk), "reason": str(reason)}
        planning.require_review(ctx, item.plan, code=ReviewCode.FAILED_BEFORE, evidence=evidence)
    _count_against_printer(ctx, attempt, reason, family)


def _count_against_printer(ctx: Context, attempt: Attempt, reason: Reason, family: ReasonFamily, *, failure_id: UUID | None = None) -> None:
    if attempt.printer is None or family == ReasonFamily.QA:
        return
    tripped = policy.count_failure(
        ctx,
        site_id=attempt.site_id,
        breaker=BreakerKind.PRINTER,
        subject_id=attempt.printer.pk,
        family=family,
        failure_id=failure_id or attempt.run.pk,
        failed_at=ctx.now,
    )
    if tripped is not None:
        evidence = {"breaker": str(tripped.pk), "run": str(attempt.run.pk), **tripped.evidence}
        fleet.degrade(ctx, attempt.printer, reason=reason, evidence=evidence)


def count_refused_start(ctx: Context, attempt: Attempt) -> None:
    """Count against the printer that it answers but cannot be given an attempt; after the third time it is degraded, and a person looks."""
    _count_against_printer(ctx, attempt, Reason.MOONRAKER_ERROR, ReasonFamily.CONNECTIVITY, failure_id=new_id())


def count_plan_failure(ctx: Context, plan: Plan, *, site_id: UUID, reason: Reason, failure_id: UUID) -> None:
    """Count a failure once against the plan, by family; when the breaker trips, lock the plan until a person looked at it.

    Args:
        ctx: The command's context.
        plan: The locked plan.
        site_id: Where.
        reason: Why it failed.
        failure_id: The attempt or the piece's fact.
    """
    family = FAMILY_OF[Reason(reason)]
    tripped = policy.count_failure(
        ctx,
        site_id=site_id,
        breaker=BreakerKind.PLAN_LOOP,
        subject_id=plan.pk,
        family=family,
        failure_id=failure_id,
        failed_at=ctx.now,
    )
    if tripped is not None:
        evidence = {"breaker": str(tripped.pk), "family": str(family), "reason": str(reason), **tripped.evidence}
        planning.require_review(ctx, plan, code=ReviewCode.FAILED_BEFORE, evidence=evidence, block_dispatch=True)


def count_start(ctx: Context, *, site_id: UUID, start_id: UUID) -> None:
    """Count a start that no person asked for. Too many in an hour switch automation off at the site."""
    if ctx.is_automatic:
        policy.count_failure(
            ctx, site_id=site_id, breaker=BreakerKind.RUNAWAY, subject_id=site_id, family="", failure_id=start_id, failed_at=ctx.now
        )
