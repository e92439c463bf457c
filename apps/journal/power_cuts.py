"""Places at which a test lets the power fail: the process is killed there, as by ``kill -9``. Nothing happens unless a test asks for it.

``FARMOS_KILL_AT`` names the places, separated by commas. With ``FARMOS_KILL_MARKS``, a directory, each place kills once: whoever is started again
afterwards gets past it. Both are read when the process starts.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

_WANTED = frozenset(filter(None, os.environ.get("FARMOS_KILL_AT", "").split(",")))


def may_happen(place: str) -> None:
    """End this process here, at once, if a test wants the power to fail at ``place`` (such as ``dispatch.uploaded``)."""
    if _WANTED and place in _WANTED and _is_first(place):
        os.kill(os.getpid(), signal.SIGKILL)


def _is_first(place: str) -> bool:
    marks = os.environ.get("FARMOS_KILL_MARKS", "")
    if not marks:
        return True
    try:
        os.close(os.open(Path(marks) / place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True
