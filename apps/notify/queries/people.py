"""Who is told of what."""

from __future__ import annotations

from uuid import UUID

from apps.accounts.models import Grant
from apps.accounts.states import Role
from apps.notify.domain.audience import Ladder
from apps.notify.models import Preference
from apps.notify.states import NoticeKind

FLOOR: Ladder = (Role.OPERATOR, Role.LEAD, Role.ADMIN)
LEADS: Ladder = (Role.LEAD, Role.ADMIN)
PLANNERS: Ladder = (Role.PLANNER, Role.LEAD, Role.ADMIN)
ADMINS: Ladder = (Role.ADMIN,)

_LADDERS: dict[NoticeKind, Ladder] = {
    NoticeKind.APPROVAL_NEEDED: LEADS,
    NoticeKind.AUTOMATION_OFF: LEADS,
    NoticeKind.PLAN_REVIEW: PLANNERS,
    NoticeKind.PLAN_LOCKED: PLANNERS,
    NoticeKind.SLICE_FAILED: PLANNERS,
    NoticeKind.PAYMENT_REVIEW: ADMINS,
    NoticeKind.REFUND_FAILED: ADMINS,
    NoticeKind.EFFECT_GAVE_UP: ADMINS,
    NoticeKind.MAIL_GAVE_UP: ADMINS,
}


def ladder_for(kind: str) -> Ladder:
    """Return whose work it is, nearest first. What happens on the floor is the operators'."""
    return _LADDERS.get(NoticeKind(kind), FLOOR)


def holders(site_id: UUID) -> dict[str, set[UUID]]:
    """Return who holds which role at a site and can sign in."""
    found: dict[str, set[UUID]] = {}
    for role, user_id in Grant.objects.filter(site_id=site_id, revoked_at=None, user__is_active=True).values_list("role", "user_id"):
        found[role] = found.get(role, set()) | {user_id}
    return found


def preference_of(person_id: UUID) -> Preference:
    """Return how this person wants to be told; unsaved defaults (version 0) when they never said."""
    found = Preference.objects.filter(person_id=person_id).first()
    return found or Preference(person_id=person_id, version=0)
