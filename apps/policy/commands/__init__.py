"""What can be done with policies, approvals, breakers and holds."""

from __future__ import annotations

from .approvals import deny_approval, expire_approval, grant_approval, revoke_approval
from .breakers import acknowledge_breaker
from .holds import lapse_hold, place_hold, release_hold
from .policies import activate_policy, set_hours_rules

__all__ = [
    "acknowledge_breaker",
    "activate_policy",
    "deny_approval",
    "expire_approval",
    "grant_approval",
    "lapse_hold",
    "place_hold",
    "release_hold",
    "revoke_approval",
    "set_hours_rules",
]
