"""Leave nobody behind. Every child leads a session of its own; whatever it started (a slicer, a pool) is in that session too."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

PROC = Path("/proc")
ROUNDS = 50
PAUSE_S = 0.02


def members(session: int) -> list[int]:
    """Return the living processes of ``session``, zombies excluded."""
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, _parent, _group, belongs = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
                if int(belongs) == session and state not in "ZX":
                    found.append(int(entry.name))
    return found


def kill(session: int) -> None:
    """Kill every process of ``session``, also those that are being forked while we look (without /proc: its first process group)."""
    if not PROC.is_dir():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(session, signal.SIGKILL)
        return
    assert session > 1, "0 is everybody whose session began outside this container"  # noqa: S101
    for _ in range(ROUNDS):
        alive = members(session)
        if not alive:
            return
        for pid in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(PAUSE_S)


class Guardian:
    """A tiny forked process that outlives a killed supervisor just long enough to kill the sessions it leaves behind.

    The kernel kills the supervisor's own children (see ``launch.py``) but not what these had started. The guardian reads a pipe whose only
    writer is the supervisor: its end means that the supervisor is gone, however it went.
    """

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._writing)
            _watch(reading)
        os.close(reading)

    def add(self, session: int) -> None:
        """Have ``session`` killed should the supervisor be gone."""
        self._tell(f"+{session}\n")

    def remove(self, session: int) -> None:
        """``session`` has ended."""
        self._tell(f"-{session}\n")

    def close(self) -> None:
        """Let the guardian end; it kills what was not removed."""
        os.close(self._writing)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def abandon(self) -> None:
        """Forget a guardian that has died."""
        os.close(self._writing)

    def _tell(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(self._writing, line.encode())


def _watch(reading: int) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sessions: set[int] = set()
    status = 1
    try:
        with open(reading) as lines:
            for line in lines:
                (sessions.add if line[0] == "+" else sessions.discard)(int(line[1:]))
        for session in sessions:
            kill(session)
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)
