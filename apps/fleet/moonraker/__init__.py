"""The connector to Klipper printers: ``connect(printer)`` gives a ``Moonraker``.

aiohttp is loaded when the first connection is opened, not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .client import Moonraker
from .errors import AccessRejected, BadAddress, MachineError, MachineRefused, NotMoonraker, TimedOut, Unreachable, UploadCorrupt

if TYPE_CHECKING:
    from apps.fleet.models import Printer

__all__ = [
    "AccessRejected",
    "BadAddress",
    "MachineError",
    "MachineRefused",
    "Moonraker",
    "NotMoonraker",
    "TimedOut",
    "Unreachable",
    "UploadCorrupt",
    "connect",
]


def connect(printer: Printer, *, timeout_s: float = 10.0) -> Moonraker:
    """Return the machine behind ``printer``, to be used as a context manager.

    Raises:
        BadAddress: the record's address is none farmos speaks to.
    """
    from django.conf import settings

    from apps.fleet import queries

    key = queries.access_key(printer)
    return Moonraker(printer.address, api_key=key, timeout_s=timeout_s, locks=settings.DATA_DIR / "run" / "uploads")
