"""An order that is paid is released to production, through the one gate."""

from __future__ import annotations

from uuid import UUID

from apps.accounts.states import Terms
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Refusal
from apps.journal.results import Parked
from apps.orders import events, facts, queries
from apps.orders.models import Intent, Release
from apps.orders.states import IntentKind, IntentState, ReleaseBasis
from apps.policy import gate
from apps.policy.states import GatedTransition, SubjectKind


@command("orders.release_intent")
def release_intent(ctx: Context, *, intent_id: UUID, override: str = "", note: str = "") -> UUID | Parked | Refusal | None:
    """Let an order be produced and return its release, when policy allows. One that is released already keeps its release.

    Blocked or parked it stays paid and unreleased, with the decision that says why. For automation an order that is not paid (any more) is
    nothing to do.

    Args:
        ctx: Who asks, when.
        intent_id: The order.
        override: A person's reason for passing a block.
        note: For the record.

    Raises:
        NotFound: no such order.
        Refusal: ``order-not-paid``.
    """
    intent: Intent = locks.intent(intent_id)
    present = Release.objects.filter(intent=intent).first()
    if present is not None:
        return present.pk
    if intent.state != IntentState.PAID:
        if ctx.is_automatic:
            return None
        raise Refusal("order-not-paid", state=str(intent.get_state_display()))
    here = ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
    verdict = gate.judge(here, _question(here, intent, override))
    if verdict.approval is not None:
        return Parked(verdict.approval.pk)
    if verdict.refusal is not None:
        return verdict.refusal
    basis = _basis(intent)
    release = Release(intent=intent, basis=basis, released_by=ctx.actor.who, decision=verdict.decision, note=note, created_at=ctx.now).add()
    released = events.IntentReleased(intent_id=intent.pk, basis=basis.value, decision_id=verdict.decision.pk)
    record(here, event=released, subjects=[Subject("intent", intent.pk)])
    return release.pk


def _question(ctx: Context, intent: Intent, override: str) -> gate.Question:
    return gate.Question(
        transition=GatedTransition.INTENT_RELEASE,
        subject_kind=SubjectKind.INTENT,
        subject_id=intent.pk,
        subject_version=1 + intent.amendments.count(),
        site_id=intent.site_id,
        facts=facts.intent_facts(intent, now=ctx.now),
        subjects=[Subject("intent", intent.pk)],
        override=override,
    )


def _basis(intent: Intent) -> ReleaseBasis:
    if intent.kind in (IntentKind.STOCK, IntentKind.INTERNAL):
        return ReleaseBasis.INTERNAL
    money = queries.money_of(intent)
    if money.due == 0:
        return ReleaseBasis.FREE
    if money.is_settled:
        return ReleaseBasis.PREPAID
    has_credit = intent.account is not None and intent.account.terms == Terms.CREDIT
    return ReleaseBasis.CREDIT_TERMS if has_credit and money.received == 0 else ReleaseBasis.DEPOSIT
