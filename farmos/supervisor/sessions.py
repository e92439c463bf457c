"""Leave nobody behind. Every child leads a session of its own; whatever it started (a slicer, a pool) is in that session too."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

from . import forks

PROC = Path("/proc")
ROUNDS = 50
PAUSE_S = 0.02


def session_of(pid: int) -> int | None:
    """Return the session of a living process; None where there is none with this number, or only what is left of one that has ended."""
    with contextlib.suppress(OSError):
        state, _parent, _group, session = (PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()[:4]  # its name is any bytes
        return None if state in b"ZX" else int(session)
    return None


def members(session: int) -> list[int]:
    """Return the living processes of ``session``."""
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit() and session_of(int(entry.name)) == session]


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

    The kernel kills the supervisor's own children (see ``birth.py``) but not what these had started. The guardian reads a pipe whose only
    writer is the supervisor: its end means that the supervisor is gone, however it went.
    """

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self.pid = forks.fork()
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
    for number in forks.STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    forks.let_signals_in()
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
