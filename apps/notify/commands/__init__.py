"""What can be done with notices, notifications, preferences and mails."""

from __future__ import annotations

from .mails import drop_mail, note_mail_sent, write_to_customer
from .notices import close_notice, escalate, raise_notice
from .people import acknowledge, mark_read, mute, set_preferences

__all__ = [
    "acknowledge",
    "close_notice",
    "drop_mail",
    "escalate",
    "mark_read",
    "mute",
    "note_mail_sent",
    "raise_notice",
    "set_preferences",
    "write_to_customer",
]
