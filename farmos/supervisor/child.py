"""One role's process: started, watched, restarted with growing pauses, stopped."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import birth, sessions
from .logs import Lines, LogFile
from .place import Place
from .roles import Role

HEALTHY_AFTER_S = 20.0
"""A child that ran this long was well: its next death starts counting anew."""

SHORTEST_PAUSE_S = 0.1
LONGEST_PAUSE_S = float(os.environ.get("FARMOS_LONGEST_PAUSE_S", "30"))
LOUD_AFTER = 5
READ_BYTES = 65536


@dataclass
class Life:
    """One process of a role. It leads a session with the number of its pid; ``output`` is the descriptor of what it prints."""

    pid: int
    output: int
    began: float
    lines: Lines = field(default_factory=Lines)
    kill_at: float | None = None
    status: int | None = None

    def has_ended(self) -> bool:
        """Is the process itself gone?"""
        if self.status is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def in_words(self) -> str:
        """Say how it ended."""
        if self.status is not None and self.status < 0:
            return f"was killed by {signal.Signals(-self.status).name}"
        return f"ended with status {self.status}"

    def kill(self) -> None:
        """Kill the whole session, now."""
        sessions.kill(self.pid)


class Child:
    """A role, through all its lives."""

    def __init__(self, role: Role, place: Place, environment: Mapping[str, str]) -> None:
        self.role = role
        self.lock = place.run / f"{role.name}.lock"
        self.log = LogFile(place.logs / f"{role.name}.log")
        self.environment = {**environment, "FARMOS_ROLE": role.name}
        self.life: Life | None = None
        self.start_at = 0.0
        self.early_deaths = 0
        self.starts = 0

    def start(self, now: float) -> Life:
        """Start the process."""
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        try:
            pid = birth.fork(self.role, lock=self.lock, environment=self.environment, output=writing)
        except OSError:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self.starts += 1
        self.life = Life(pid, reading, now)
        return self.life

    def read(self, life: Life) -> list[bytes] | None:
        """Return the lines that have arrived, which are then in the log already; None at the end of the output."""
        try:
            data = os.read(life.output, READ_BYTES)
        except BlockingIOError:
            return []
        if not data:
            return None
        self.log.write(data)
        return life.lines.feed(data)

    def bury(self, life: Life, now: float) -> None:
        """Take leave of an ended process: kill what it left behind and decide when to start again."""
        life.kill()
        self.life = None
        well = now - life.began >= HEALTHY_AFTER_S
        self.early_deaths = 0 if well else self.early_deaths + 1
        self.start_at = now + pause_s(self.early_deaths)

    def ask_to_stop(self, now: float) -> bool:
        """Send the stop signal, once; its grace begins. Return whether it was sent now."""
        if self.life is None or self.life.kill_at is not None:
            return False
        self.life.kill_at = now + self.role.grace_s
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.life.pid, signal.SIGTERM)
        return True


def pause_s(early_deaths: int) -> float:
    """Return how long to wait before the next start: not at all after a good life or one early death, then twice as long each time."""
    return 0.0 if early_deaths <= 1 else min(SHORTEST_PAUSE_S * 2**early_deaths, LONGEST_PAUSE_S)
