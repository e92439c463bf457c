"""What happened to holds. Notes stay with the hold: an event never holds what somebody wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("policy", label=_("Policy"))
subject_kind("decision", label=_("Decision"))
subject_kind("approval", label=_("Approval"))
subject_kind("hold", label=_("On hold"))


@event()
@dataclass(frozen=True, kw_only=True)
class HoldPlaced:
    """Something may not start until the hold is released or its time is over."""

    hold_id: UUID
    scope: str
    scope_id: UUID
    group: str = ""
    reason: str
    until: datetime | None = None


@event()
@dataclass(frozen=True, kw_only=True)
class HoldReleased:
    """A hold is over: somebody released it, or its time had passed (``by_itself``). Other holds on the same thing stay."""

    hold_id: UUID
    scope: str
    scope_id: UUID
    group: str = ""
    reason: str
    by_itself: bool = False


@event()
@dataclass(frozen=True, kw_only=True)
class DecisionMade:
    """The gate answered. Facts and explanations stay with the decision."""

    decision_id: UUID
    transition: str
    subject_kind: str
    subject_id: UUID
    outcome: str
    rule_ids: list[str]


@event()
@dataclass(frozen=True, kw_only=True)
class ApprovalRequired:
    """A person must answer before this may move; the work is parked, not dropped."""

    approval_id: UUID
    decision_id: UUID
    transition: str
    subject_kind: str
    subject_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class ApprovalGranted:
    """Somebody let it move. Whoever parked it tries again."""

    approval_id: UUID
    transition: str
    subject_kind: str
    subject_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class ApprovalDenied:
    """Somebody said no."""

    approval_id: UUID
    transition: str
    subject_kind: str
    subject_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class ApprovalExpired:
    """Nobody answered in time."""

    approval_id: UUID
    transition: str
    subject_kind: str
    subject_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class ApprovalRevoked:
    """A question or a grant was taken back. What already started is not touched."""

    approval_id: UUID
    transition: str
    subject_kind: str
    subject_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class OverrideUsed:
    """A person passed a block, with a reason that stays with the decision."""

    decision_id: UUID
    transition: str
    subject_kind: str
    subject_id: UUID
    rule_ids: list[str]


@event()
@dataclass(frozen=True, kw_only=True)
class PolicyActivated:
    """From now on this version decides at its site."""

    policy_id: UUID
    key: str
    policy_version: int
    sha256: str


@event()
@dataclass(frozen=True, kw_only=True)
class BreakerTripped:
    """Too many failures of one kind: automation is off for this subject until somebody acknowledges it."""

    breaker_id: UUID
    breaker: str
    subject_id: UUID
    family: str = ""
    failures: int


@event()
@dataclass(frozen=True, kw_only=True)
class BreakerAcknowledged:
    """Somebody looked into it; automation may go on."""

    breaker_id: UUID
    breaker: str
    subject_id: UUID
    family: str = ""
