"""Why something does not go on: the newest decision about it, in sentences, and the question to a person behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.console.labels.rules import Reason, reasons_of
from apps.policy import queries as policy
from apps.policy.models import Approval, Decision
from apps.policy.states import ApprovalState, GatedTransition, Outcome, SubjectKind

TITLES: dict[str, tuple[Any, Any]] = {
    GatedTransition.PLAN_APPROVE: (_("Approving this plan needs a person"), _("This plan may not be approved")),
    GatedTransition.PLATE_SLICE: (_("Slicing needs a person"), _("Slicing is not allowed")),
    GatedTransition.RUN_QUEUE: (_("Queueing needs a person"), _("Queueing is not allowed")),
    GatedTransition.RUN_DISPATCH: (_("Start requires approval"), _("Starting is not allowed")),
    GatedTransition.RUN_PAUSE: (_("Pausing needs a person"), _("Pausing is not allowed")),
    GatedTransition.RUN_RESUME: (_("Going on needs a person"), _("Going on is not allowed")),
    GatedTransition.ITEM_REPRINT: (_("Printing it again needs a person"), _("Printing it again is not allowed")),
    GatedTransition.INTENT_RELEASE: (_("Release requires approval"), _("Release to production is stopped")),
    GatedTransition.OPERATION_APPROVE: (_("Approving needs a person"), _("Approving is not allowed")),
    GatedTransition.OPERATION_EXECUTE: (_("Making toolpaths needs a person"), _("Making toolpaths is not allowed")),
}
"""Gated move → what a card says when a person is asked, and when it is stopped."""


@dataclass(frozen=True, slots=True)
class Blocking:
    """What stands in the way of a move.

    Args:
        title: What the card says first.
        is_question: A person is asked; else it is stopped.
        reasons: Why, strongest first.
        decision: What the gate answered; rule, policy version and id are told in one small line.
        approval: The question, where there is one: also one that was denied.
        can_be_passed: Somebody with the right may pass the block with a reason.
    """

    title: Any
    is_question: bool
    reasons: list[Reason]
    decision: Decision
    approval: Approval | None
    can_be_passed: bool

    @property
    def is_denied(self) -> bool:
        """Did somebody say no?"""
        return self.approval is not None and self.approval.state == ApprovalState.DENIED

    @property
    def rules(self) -> str:
        """The rules that fired, as decisions name them."""
        return ", ".join(str(rule).replace("-", " ") for rule in self.decision.rule_ids)


def blocking(transition: GatedTransition, kind: SubjectKind, subject_id: UUID, *, currency: str = "") -> Blocking | None:
    """Return what the newest decision about a move says, unless it let the move go on or nobody asked yet. Two queries."""
    asked = Decision.objects.filter(subject_kind=kind, subject_id=subject_id, transition=transition)
    decision = asked.select_related("policy").order_by("-id").first()
    if decision is None or decision.outcome == Outcome.ALLOW:
        return None
    about = Approval.objects.filter(transition=transition, subject_kind=kind, subject_id=subject_id).order_by("-id").first()
    return of_decision(decision, about if about and about.state != ApprovalState.EXPIRED else None, currency=currency)


def of_decision(decision: Decision, approval: Approval | None, *, currency: str = "") -> Blocking:
    """Return a decision that did not let something go on, for a card."""
    is_question = decision.outcome == Outcome.REQUIRE_APPROVAL
    asks, stops = TITLES[decision.transition]
    return Blocking(
        asks if is_question else stops,
        is_question,
        reasons_of(decision.explanations, currency=currency),
        decision,
        approval,
        not is_question and _can_be_passed(decision),
    )


def _can_be_passed(decision: Decision) -> bool:
    """Would the policy let somebody pass this block? What cannot be asked again may not."""
    try:
        return policy.replay(decision).can_be_overridden
    except Exception:
        return False
