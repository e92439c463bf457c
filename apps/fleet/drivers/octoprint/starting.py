"""While OctoPrint starts (a minute on a small computer), a placeholder answers in its place: a page, a picture, and no HTTP to anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.fleet.drivers.errors import MachineError

if TYPE_CHECKING:
    from apps.fleet.drivers.web import Web

PICTURE = "/intermediary.gif"
"""What only the placeholder has."""


async def is_starting(web: Web) -> bool:
    """Does the placeholder answer? Never raises for trouble of the machine."""
    begins = bytearray()
    try:
        async with web.request("GET", PICTURE) as response:
            begins += await response.content.read(6)
            return response.status == 200 and begins.startswith(b"GIF8")
    except MachineError:
        return False
