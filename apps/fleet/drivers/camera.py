"""One picture of a machine's camera, from a thread that may wait for it. Only asks; starts and stops nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from apps.journal.refusals import Refusal

from . import connect
from .contract import Capability, Picture
from .errors import AccessRejected, NotSupported, OtherMachine, TimedOut

if TYPE_CHECKING:
    from apps.fleet.models import Printer

PATIENCE_S = 10.0


def look_through(printer: Printer, *, patience_s: float = PATIENCE_S) -> Picture:
    """Return what the first camera of a printer that gives single pictures sees now. Nothing about the bytes is trusted.

    Raises:
        NotSupported: its kind of printer names no cameras, or it has none that gives single pictures.
        MachineError: it does not answer in time, does not let us in, or what it sends is no picture.
    """
    try:
        return asyncio.run(_look(printer, patience_s))
    except TimeoutError:
        raise TimedOut("The camera did not answer in time.") from None
    except Refusal as problem:
        raise AccessRejected(str(problem)) from problem


async def _look(printer: Printer, patience_s: float) -> Picture:
    async with asyncio.timeout(patience_s), connect(printer) as machine:
        if Capability.WEBCAMS not in machine.capabilities:
            raise NotSupported("This kind of printer names no cameras.")
        if printer.machine and printer.is_another(seen := await machine.who()):
            raise OtherMachine(seen)
        camera = next((one for one in await machine.webcams() if one.snapshot_url), None)
        if camera is None:
            raise NotSupported("It has no camera that gives single pictures.")
        return await machine.snapshot(camera)
