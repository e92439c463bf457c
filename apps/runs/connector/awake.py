"""A clock that stands still while nobody listens: a laptop that was shut, a paused virtual machine, a stopped process.

A silence is counted by it. Who was asleep for an hour has heard nobody for an hour, and that says nothing about anybody: after waking, each machine
has as long to answer as ever. Other clocks do not tell that: some stand still during a sleep and some do not, and where they jump, all timers run out
at the same moment.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

STEP_S = 2.0
"""What passes between two readings at most. Awake, somebody reads at least twice in that time."""


SLEPT_S = 10.0
"""Nobody read for so long: this process was asleep, or stopped. What is late by less is a busy computer."""


class AwakeClock:
    """Seconds for which this process was awake.

    Args:
        read: Seconds of a clock that never stands still.
    """

    def __init__(self, read: Callable[[], float] = lambda: time.clock_gettime(time.CLOCK_BOOTTIME)) -> None:
        self._read = read
        self._seen = read()
        self._awake = 0.0
        self._woke_at: float | None = None

    def now(self) -> float:
        """Return the seconds until now; whatever is asked first after a sleep sees no more than a step of it."""
        seen = self._read()
        if seen - self._seen >= SLEPT_S:
            self._woke_at = seen
        self._awake += min(max(seen - self._seen, 0.0), STEP_S)
        self._seen = seen
        return self._awake

    def woken_for(self) -> float | None:
        """Return the seconds since the last sleep; None: there was none. May be asked from any thread."""
        woke_at = self._woke_at
        return None if woke_at is None else max(self._read() - woke_at, 0.0)

    async def run(self) -> None:
        """Keep it going until cancelled."""
        while True:
            self.now()
            await asyncio.sleep(STEP_S / 2)
