"""One upload at a time to a host, across all threads and processes of this machine.

Moonraker keeps an upload in a temporary file named after the second: two uploads in one second can leave each other's bytes under both names and
answer "201 Created" (measured). Several Moonrakers on one host share those temporary files, so the lock goes by host, not by port.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from apps.fleet.drivers.errors import TimedOut

LOOK_AGAIN_S = 0.05


def default_folder() -> Path:
    """Return where processes without a data directory of their own meet.

    Raises:
        PermissionError: somebody else made it, who could lead us anywhere.
    """
    folder = Path(tempfile.gettempdir()) / f"farmos-uploads-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    return folder


@asynccontextmanager
async def alone_on(host: str, folder: Path, *, wait_s: float) -> AsyncIterator[None]:
    """Hold the only upload to ``host`` for the body's time. The lock is the kernel's: it goes with its holder, however that ends.

    Raises:
        TimedOut: others uploaded for longer than ``wait_s``.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{hashlib.sha256(host.lower().encode()).hexdigest()[:24]}.lock"
    held = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        async with asyncio.timeout(wait_s):
            while not _taken(held):
                await asyncio.sleep(LOOK_AGAIN_S)
    except TimeoutError as problem:
        os.close(held)
        raise TimedOut("Other uploads to this machine took too long.") from problem
    except BaseException:
        os.close(held)
        raise
    try:
        yield
    finally:
        os.close(held)


def _taken(held: int) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
