"""Who may do what with notifications. Everybody sees to their own on pages; nobody sees to what others were told."""

from __future__ import annotations

from apps.accounts.rights import EVERYBODY, LEADS, SERVICES, declare, seen

declare(
    "notify",
    acts={
        "raise_notice": SERVICES,
        "close_notice": SERVICES,
        "escalate": SERVICES,
        "acknowledge": SERVICES,  # of oneself, as the next three
        "mark_read": SERVICES,
        "mute": SERVICES,
        "set_preferences": SERVICES,
        "write_to_customer": SERVICES,
        "note_mail_sent": SERVICES,
        "drop_mail": SERVICES,
    },
    sights={
        "notice": seen(EVERYBODY, "site"),
        "notification": seen(LEADS, "notice__site"),
        "preference": seen(LEADS, "person__grants__site"),
        "mailout": seen(LEADS, "site"),
    },
)
