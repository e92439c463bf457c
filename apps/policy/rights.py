"""Who may do what with policies, approvals and holds."""

from __future__ import annotations

from apps.accounts.rights import ADMINS, ENGINEERS, EVERYBODY, LEADS, PLANNING, QUALITY, SERVICES, WORKERS, declare, seen

declare(
    "policy",
    acts={
        "override": ADMINS,  # a right beside the commands: passing a policy's block or a degraded printer, with a reason
        "activate_policy": ENGINEERS,
        "set_hours_rules": ENGINEERS,
        "grant_approval": LEADS,
        "deny_approval": LEADS,
        "revoke_approval": LEADS,
        "expire_approval": SERVICES,
        "acknowledge_breaker": PLANNING,
        "place_hold": WORKERS,
        "release_hold": PLANNING | QUALITY,
        "lapse_hold": SERVICES,
    },
    proven=("grant_approval", "override"),
    sights={
        "breakercount": seen(EVERYBODY, "site"),
        "breaker": seen(EVERYBODY, "site"),
        "hold": seen(EVERYBODY, "site"),
        "policy": seen(EVERYBODY, "site"),
        "decision": seen(EVERYBODY, "site"),
        "approval": seen(EVERYBODY, "site"),
    },
)
