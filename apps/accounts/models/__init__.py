"""Who works here, where "here" is, and who buys."""

from __future__ import annotations

from .access import ApiToken, Device, SignInLink, SignInTry
from .customers import Account, Address, Member
from .sites import Circuit, Holiday, Shift, Site
from .users import Grant, User, normal_email

__all__ = [
    "Account",
    "Address",
    "ApiToken",
    "Circuit",
    "Device",
    "Grant",
    "Holiday",
    "Member",
    "Shift",
    "SignInLink",
    "SignInTry",
    "Site",
    "User",
    "normal_email",
]
