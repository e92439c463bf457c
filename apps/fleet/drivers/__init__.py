"""Drivers: ``connect(printer)`` gives the ``Driver`` of a printer's kind. Everything above speaks with machines through that contract only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .contract import Capability, Driver, Pace, Picture, Webcam
from .errors import (
    AccessRejected,
    BadAddress,
    LostReply,
    MachineError,
    NotSupported,
    NotUnderstood,
    OtherMachine,
    Refused,
    StorageFull,
    TimedOut,
    Unreachable,
    UploadCorrupt,
)
from .moonraker import Moonraker
from .octoprint import OctoPrint

if TYPE_CHECKING:
    from apps.fleet.models import Printer

__all__ = [
    "DRIVERS",
    "AccessRejected",
    "BadAddress",
    "Capability",
    "Driver",
    "LostReply",
    "MachineError",
    "NotSupported",
    "NotUnderstood",
    "OtherMachine",
    "Pace",
    "Picture",
    "Refused",
    "StorageFull",
    "TimedOut",
    "Unreachable",
    "UploadCorrupt",
    "Webcam",
    "can",
    "connect",
]

DRIVERS: dict[str, type[Driver]] = {"moonraker": Moonraker, "simulator": Moonraker, "octoprint": OctoPrint}
"""``Printer.connector`` → who speaks with it. The simulator speaks Moonraker."""


def can(kind: str, what: Capability) -> bool:
    """Can printers of this kind (``Printer.connector``) do that?"""
    return kind in DRIVERS and what in DRIVERS[kind].capabilities


def connect(printer: Printer, *, timeout_s: float = 10.0) -> Driver:
    """Return the machine behind ``printer``, to be used as a context manager.

    Raises:
        BadAddress: the record's address is none farmos speaks to.
    """
    from django.conf import settings

    from apps.fleet import queries

    key = queries.access_key(printer)
    return DRIVERS[printer.connector](printer.address, api_key=key, timeout_s=timeout_s, locks=settings.DATA_DIR / "run" / "uploads")
