"""Who may do what with people, sites and customers; and in the journal, which stands below and knows no roles."""

from __future__ import annotations

from . import ADMINS, EVERYBODY, FLOOR, INTEGRATORS, LEADS, SERVICES, WORKERS, declare, seen

declare(
    "accounts",
    acts={
        "open_shop": SERVICES,
        "change_password": SERVICES,  # of oneself, after proving the old one or the e-mail address
        "grant_role": ADMINS,
        "revoke_grant": ADMINS,
        "open_account": FLOOR | INTEGRATORS,
        "invite_person": ADMINS,
        "send_invitation": ADMINS,
        "accept_invitation": SERVICES,  # of oneself, by the link in the mail
        "set_pin": SERVICES,  # of oneself
        "add_circuit": LEADS,
        "change_circuit": LEADS,
        "set_time_zone": ADMINS,
        "set_working_hours": LEADS,
        "add_holidays": LEADS,
        "remove_holiday": LEADS,
        "register_device": LEADS,
        "revoke_device": LEADS,
        "issue_token": ADMINS,
        "revoke_token": ADMINS,
        "note_token_use": SERVICES,
        "try_sign_in": SERVICES,
        "note_sign_in": SERVICES,
        "ask_sign_in_link": SERVICES,
        "use_sign_in_link": SERVICES,
    },
    sights={
        "site": seen(EVERYBODY, "pk"),
        "shift": seen(EVERYBODY, "site"),
        "holiday": seen(EVERYBODY, "site"),
        "circuit": seen(EVERYBODY, "site"),
        "user": seen(LEADS, "grants__site", "memberships__account__site"),
        "grant": seen(LEADS, "site"),
        "account": seen(WORKERS | INTEGRATORS, "site", account="pk"),
        "member": seen(LEADS, "account__site", account="account"),
        "apitoken": seen(ADMINS, "user__grants__site"),
        "device": seen(LEADS, "site"),
        "signintry": seen(ADMINS),
        "signinlink": seen(ADMINS, "user__grants__site", "user__memberships__account__site"),
        "address": seen(WORKERS | INTEGRATORS, "account__site", account="account"),
    },
    proven=("grant_role", "invite_person", "issue_token", "register_device"),
)

declare(
    "journal",
    acts={
        "give_up_delivery": SERVICES,
        "retry_delivery": LEADS,
        "abandon_delivery": LEADS,
        "request_action": WORKERS | INTEGRATORS,  # what is asked is done with the rights of whoever asks
        "accept_action": SERVICES,
        "reject_action": SERVICES,
    },
    sights={
        "actionrequest": seen(EVERYBODY, "site_id"),
        "event": seen(LEADS | INTEGRATORS, "site_id"),
        "eventsubject": seen(LEADS | INTEGRATORS, "event__site_id"),
        "delivery": seen(LEADS, "event__site_id"),
        "receipt": seen(LEADS),
        "heartbeat": seen(LEADS),
    },
)
