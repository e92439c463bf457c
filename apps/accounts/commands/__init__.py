"""What can be done with sites, people, customers, and the ways they come in."""

from __future__ import annotations

from .circuits import add_circuit, change_circuit
from .devices import register_device, revoke_device
from .hours import add_holidays, remove_holiday, set_time_zone, set_working_hours
from .invitations import accept_invitation, invite_person, send_invitation
from .people import change_password, grant_role, open_account, open_shop, revoke_grant, set_pin
from .sign_ins import ask_sign_in_link, note_sign_in, try_sign_in, use_sign_in_link
from .tokens import issue_token, note_token_use, revoke_token

__all__ = [
    "accept_invitation",
    "add_circuit",
    "add_holidays",
    "ask_sign_in_link",
    "change_circuit",
    "change_password",
    "grant_role",
    "invite_person",
    "issue_token",
    "note_sign_in",
    "note_token_use",
    "open_account",
    "open_shop",
    "register_device",
    "remove_holiday",
    "revoke_device",
    "revoke_grant",
    "revoke_token",
    "send_invitation",
    "set_pin",
    "set_time_zone",
    "set_working_hours",
    "try_sign_in",
    "use_sign_in_link",
]
