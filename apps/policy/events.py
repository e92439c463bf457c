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
