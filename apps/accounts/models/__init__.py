"""Who works here, where "here" is, and who buys."""

from __future__ import annotations

from .customers import Account, Address, Member
from .sites import Circuit, Holiday, Shift, Site
from .users import Grant, User, normal_email

__all__ = ["Account", "Address", "Circuit", "Grant", "Holiday", "Member", "Shift", "Site", "User", "normal_email"]
