"""What the contract tests run against: anything that speaks Moonraker and can be reached into.

One kind is this project's simulator; in the other the real Moonraker speaks for the same simulated Klippy.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from apps.fleet.domain.observation import Observation
from apps.fleet.drivers.moonraker import Moonraker
from apps.fleet.simulator.job import Clock
from apps.fleet.simulator.physical import Print, physical_account
from apps.fleet.simulator.simulator import Simulator, Wish

PATIENCE_S = 60.0
"""Longer than anything takes on a machine that has other work too: only what never comes is waited for so long."""

CLOCK = Clock(speed=600.0, least_s=0.4, tick_s=0.02, restart_s=0.2)
HELD = 0.01
"""Simulated seconds in one of ours, so few that nothing comes to its end."""

FOR_HOURS: dict[str, Any] = {"seconds": 72_000}
"""What to say to ``foreign-print`` so that it still prints when the test is over."""


class Rig(ABC):
    """One machine under test."""

    address: str
    api_key: str
    locks: Path

    def moonraker(self, *, api_key: str | None = None, timeout_s: float = PATIENCE_S) -> Moonraker:
        """Return a client for it."""
        return Moonraker(self.address, api_key=self.api_key if api_key is None else api_key, timeout_s=timeout_s, locks=self.locks)

    @abstractmethod
    async def reach_in(self, action: str, **given: Any) -> Any:
        """Do something to the machine or its connection, by the words of the simulator's control API."""

    @abstractmethod
    def prints(self) -> list[Print]:
        """Return what it physically printed."""

    async def hold(self) -> None:
        """Let time all but stand still for what the machine does: a short print lasts, and heating up, until ``let_run``."""
        await self.reach_in("clock", speed=HELD)

    async def let_run(self) -> None:
        """Let its time pass as it did before ``hold``."""
        await self.reach_in("clock", speed=CLOCK.speed)

    async def until_ended(self) -> None:
        """Wait until its last print has physically ended, whoever knows of it."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.prints()[-1].outcome:
                await asyncio.sleep(0.02)


class SimulatorRig(Rig):
    """The simulator of this project."""

    def __init__(self, simulator: Simulator, state: Path, *, number: int = 0) -> None:
        found = simulator.describe()
        known = found["printers"][number]
        self.address, self.api_key, self.name = known["address"], known["api_key"], known["name"]
        self.locks = state / "locks"
        self._control, self.state = found["control"], state

    async def reach_in(self, action: str, **given: Any) -> Any:
        """Use the control API."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self._control}/sim/printers/{self.name}/{action}", json=given) as told,
        ):
            answer = await told.json()
        assert told.status == 200, answer
        return answer["result"]

    def prints(self) -> list[Print]:
        """Read the physical log."""
        return physical_account(self.state).get(self.name, [])


@asynccontextmanager
async def simulator_rig(state: Path, clock: Clock = CLOCK, *, moonraker: bool = False) -> AsyncIterator[SimulatorRig]:
    """Run a simulator with one printer."""
    async with Simulator(Wish(1, state, clock=clock, moonraker=moonraker)) as simulator:
        yield SimulatorRig(simulator, state)


async def until(look: Callable[[], Awaitable[Observation]], is_so: Callable[[Observation], bool]) -> Observation:
    """Look until it is so; return that observation."""
    seen = None
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                seen = await look()
                if is_so(seen):
                    return seen
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"it never came to that; last seen: {seen}") from None


def state_is(*states: str) -> Callable[[Observation], bool]:
    """Return a check of ``print_state``."""
    return lambda seen: seen.print_state in states
