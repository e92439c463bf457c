"""The one place where policy is asked before a side effect, whatever path the question came by. Called from commands, in their transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from apps.journal import canonical
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Refusal

from . import events
from .domain import engine
from .domain.facts import FactValue
from .models import Approval, Decision, Policy
from .states import ApprovalState, GatedTransition, Outcome, PolicyState, SubjectKind

if TYPE_CHECKING:
    from apps.journal.context import Context

log = logging.getLogger("farmos.policy")


@dataclass(frozen=True, slots=True)
class Question:
    """What is about to happen, and everything known about it.

    Args:
        transition: The gated move.
        subject_kind: What kind of thing moves.
        subject_id: Which one.
        subject_version: A number that changes whenever what would be approved changes; a grant for another number does not count.
        site_id: Whose policy decides.
        facts: Fact name (``run.printer_state`` …) → value, as gathered by the app's ``facts.py``. Times are minutes, money minor units.
        subjects: Everything concerned, for the decision's record and its event: orders, plan, plate, run, printer.
        override: A person's reason for passing a block; whether they may is checked at the edge.
    """

    transition: GatedTransition
    subject_kind: SubjectKind
    subject_id: UUID
    subject_version: int
    site_id: UUID
    facts: Mapping[str, FactValue]
    subjects: Sequence[Subject] = field(default=())
    override: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate answered: exactly one of allowed, a refusal to return, or an approval to park with."""

    decision: Decision
    outcome: Outcome
    refusal: Refusal | None = None
    approval: Approval | None = None

    @property
    def allowed(self) -> bool:
        """May it go on now?"""
        return self.outcome == Outcome.ALLOW


def judge(ctx: Context, question: Question) -> Verdict:
    """Ask the site's active policy, write the Decision (and, where a person must answer, the Approval), and return the verdict.

    Automation that is refused again, for the same from the same, is answered with the Decision that is there.

    A refusal is to be *returned* by the command, so that the decision is kept. On REQUIRE_APPROVAL the command moves its record to its waiting
    state and returns ``Parked(verdict.approval.pk)``; when ``ApprovalGranted`` arrives, whoever parked it tries again and the grant is found here.
    Without a usable policy automation is refused (``policy-unavailable``) and a person's own action goes through with a marked decision.
    """
    here = ctx.about(site_id=question.site_id)
    granted, denied = _answers(question)
    policy = Policy.objects.filter(site_id=question.site_id, state=PolicyState.ACTIVE).first()
    facts = {**question.facts, "trigger.is_automatic": ctx.is_automatic}
    asked = engine.snapshot(facts=facts, is_automatic=ctx.is_automatic, granted=granted, override=bool(question.override))
    ruling = None if policy is None else _ruling(policy, question, asked)
    if policy is None or ruling is None:
        return _without_policy(here, question, policy, asked)
    decision = _decide(here, question, policy, asked, ruling)
    if ruling.outcome == Outcome.ALLOW:
        if engine.OVERRIDDEN in {entry["code"] for entry in ruling.explanations}:
            _say_overridden(here, question, decision)
        return Verdict(decision, Outcome.ALLOW)
    why = {"decision": str(decision.pk), "rules": list(ruling.rule_ids), "why": list(ruling.explanations)}
    if ruling.outcome == Outcome.BLOCK:
        return Verdict(decision, Outcome.BLOCK, refusal=Refusal("policy-blocked", can_be_overridden=ruling.can_be_overridden, **why))
    if denied is not None:
        return Verdict(decision, Outcome.BLOCK, refusal=Refusal("approval-denied", approval=str(denied.pk), **why))
    return Verdict(decision, Outcome.REQUIRE_APPROVAL, approval=_ask(here, question, decision))


def _answers(question: Question) -> tuple[list[str], Approval | None]:
    """Return the rules that grants for exactly this cover, and a denial that still stands (the newest answer counts)."""
    rows = Approval.objects.filter(
        transition=question.transition,
        subject_kind=question.subject_kind,
        subject_id=question.subject_id,
        subject_version=question.subject_version,
        state__in=[ApprovalState.GRANTED, ApprovalState.DENIED],
    )
    answers = list(rows.select_related("decision").order_by("decided_at", "id"))
    granted = {rule for one in answers if one.state == ApprovalState.GRANTED for rule in one.decision.rule_ids}
    denied = answers[-1] if answers and answers[-1].state == ApprovalState.DENIED else None
    return sorted(granted), denied


def _ruling(policy: Policy, question: Question, asked: dict[str, object]) -> engine.Ruling | None:
    """Evaluate; None when the policy cannot be evaluated, which stops automation and nobody else."""
    try:
        return engine.replay(policy.body, transition=question.transition, inputs=asked)
    except Exception:
        log.exception("policy %s could not be evaluated for %s", policy.pk, question.transition)
        return None


def _decide(
    ctx: Context, question: Question, policy: Policy | None, asked: dict[str, object], ruling: engine.Ruling, *, unavailable: bool = False
) -> Decision:
    inputs = canonical.text(asked)
    if ruling.outcome == Outcome.BLOCK and (said := _said_before(ctx, question, policy, inputs, ruling)) is not None:
        return said
    explanations = [dict(entry) for entry in ruling.explanations]
    if question.override and explanations and explanations[0]["code"] == engine.OVERRIDDEN:
        explanations[0]["reason"] = question.override
    decision = Decision(
        created_at=ctx.now,
        site_id=question.site_id,
        policy=policy,
        policy_unavailable=unavailable,
        transition=question.transition,
        subject_kind=question.subject_kind,
        subject_id=question.subject_id,
        subjects=_by_kind(question.subjects),
        inputs=inputs,
        outcome=ruling.outcome,
        explanations=explanations,
        rule_ids=list(ruling.rule_ids),
        actor=ctx.actor.who,
        is_automatic=ctx.is_automatic,
        command=question.transition,
    ).add()
    happened = events.DecisionMade(
        decision_id=decision.pk,
        transition=question.transition,
        subject_kind=question.subject_kind,
        subject_id=question.subject_id,
        outcome=ruling.outcome,
        rule_ids=list(ruling.rule_ids),
    )
    record(ctx, event=happened, subjects=[Subject("decision", decision.pk), *question.subjects])
    return decision


def _said_before(ctx: Context, question: Question, policy: Policy | None, inputs: str, ruling: engine.Ruling) -> Decision | None:
    """Return the last decision about this if it says the same from the same: automation asks about what waits at every event, and is told once.

    Without a policy nothing was looked at, so whatever else is known now is no other reason. What a person tries is written each time.
    """
    if not ctx.is_automatic:
        return None
    about = {"subject_kind": question.subject_kind, "subject_id": question.subject_id, "transition": question.transition}
    last = Decision.objects.filter(**about).order_by("-id").first()
    if last is None or (last.is_automatic, last.outcome) != (True, ruling.outcome):
        return None
    is_same = last.policy_id == (policy.pk if policy else None) and last.explanations == [dict(entry) for entry in ruling.explanations]
    return last if is_same and (last.policy_unavailable or last.inputs == inputs) else None


def _by_kind(subjects: Sequence[Subject]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for subject in subjects:
        found.setdefault(subject.kind, []).append(str(subject.id))
    return found


def _without_policy(ctx: Context, question: Question, policy: Policy | None, asked: dict[str, object]) -> Verdict:
    outcome = Outcome.BLOCK if ctx.is_automatic else Outcome.ALLOW
    ruling = engine.Ruling(outcome, (), ({"code": "policy_unavailable"},), can_be_overridden=False)
    decision = _decide(ctx, question, policy, asked, ruling, unavailable=True)
    if outcome == Outcome.ALLOW:
        return Verdict(decision, outcome)
    return Verdict(decision, outcome, refusal=Refusal("policy-unavailable", decision=str(decision.pk)))


def _say_overridden(ctx: Context, question: Question, decision: Decision) -> None:
    used = events.OverrideUsed(
        decision_id=decision.pk,
        transition=question.transition,
        subject_kind=question.subject_kind,
        subject_id=question.subject_id,
        rule_ids=list(decision.rule_ids),
    )
    record(ctx, event=used, subjects=[Subject("decision", decision.pk), *question.subjects])


def _ask(ctx: Context, question: Question, decision: Decision) -> Approval:
    """Return the open question about exactly this, or ask it; a question about an earlier version is taken back."""
    about: dict[str, Any] = {
        "transition": question.transition,
        "subject_kind": question.subject_kind,
        "subject_id": question.subject_id,
    }
    waiting = Approval.objects.filter(state=ApprovalState.PENDING, **about).first()
    if waiting is not None and waiting.subject_version == question.subject_version:
        return waiting
    if waiting is not None:
        waiting.revoke(by=ctx.actor.who, reason="superseded", now=ctx.now)
        waiting.save_changes("state", "revoked_by", "revoked_at", "revoke_reason")
    approval = Approval(
        created_at=ctx.now,
        site_id=question.site_id,
        decision=decision,
        subject_version=question.subject_version,
        asked_by=ctx.actor.who,
        **about,
    ).add()
    asked = events.ApprovalRequired(approval_id=approval.pk, decision_id=decision.pk, **about)
    record(ctx, event=asked, subjects=[Subject("approval", approval.pk), *question.subjects])
    return approval
