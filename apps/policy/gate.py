"""The one place where policy is asked before a side effect, whatever path the question came by. Called from commands only, inside their transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from apps.journal.event import Subject
from apps.journal.refusals import Refusal

from .models import Approval, Decision
from .states import GatedTransition, Outcome, SubjectKind

if TYPE_CHECKING:
    from apps.journal.context import Context

FactValue = bool | int | float | str | None | tuple[str, ...]
"""What a fact may be. None means: not known, which is never good enough."""


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

    A refusal is to be *returned* by the command, so that the decision is kept. On REQUIRE_APPROVAL the command moves its record to its waiting
    state and returns ``Parked(verdict.approval.pk)``; when ``ApprovalGranted`` arrives, whoever parked it tries again and the grant is found here.
    Without a usable policy automation is refused (``policy-unavailable``) and a person's own action goes through with a marked decision.
    """
    raise NotImplementedError
