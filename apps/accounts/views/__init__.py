"""The pages on which people come in, and those of one's own account."""

from __future__ import annotations

from .devices import SetUpDevice, SwitchPerson
from .links import AcceptInvitation, AskForLink, UseLink
from .password import ChangeOwnPassword
from .pins import SetPin
from .prove import Prove
from .sign_in import CustomerSignIn, SignOut, StaffSignIn

__all__ = [
    "AcceptInvitation",
    "AskForLink",
    "ChangeOwnPassword",
    "CustomerSignIn",
    "Prove",
    "SetPin",
    "SetUpDevice",
    "SignOut",
    "StaffSignIn",
    "SwitchPerson",
    "UseLink",
]
