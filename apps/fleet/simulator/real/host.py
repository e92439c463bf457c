"""One simulated printer with a real Moonraker."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import aiohttp
from yarl import URL

from apps.fleet.simulator.job import Clock
from apps.fleet.simulator.machine import Line, Machine
from apps.fleet.simulator.methods import SNAPSHOT
from apps.fleet.simulator.physical import Bed

from .klippy_socket import KlippySocket
from .moonraker import PATIENCE_S, Moonraker

_NO_KEY = "0" * 32


class RealHost(Machine):
    """One printer whose Moonraker is the real one.

    Args:
        name: what the physical log calls it.
        folder: its part of the state directory.
        bed: its bed.
        clock: how its time runs.
    """

    def __init__(self, name: str, folder: Path, bed: Bed, clock: Clock) -> None:
        super().__init__(name, folder / "gcodes", bed, clock, api_key="")
        self.connected: set[Line] = set()
        self.session = aiohttp.ClientSession(auto_decompress=False)
        self._sockets = tempfile.TemporaryDirectory(prefix="klippy-")  # in a short place: the path of a socket must be
        socket = Path(self._sockets.name) / "klippy"
        self._moonraker = Moonraker(folder, socket)
        self._socket = KlippySocket(socket, self.klippy, self.spawn, lambda firmware: self.restart_klippy(firmware=firmware))
        self._is_open = False
        self._own_key = ""

    def url(self, asked: URL) -> URL:
        """Return where the real Moonraker has what is asked for here."""
        return URL(self._moonraker.address).join(asked)

    def lines(self) -> Collection[Line]:
        """Return who is connected."""
        return tuple(self.connected)

    async def begin(self) -> None:
        """Start its Moonraker and wait until it met its Klippy."""
        if not self._is_open:
            await self._socket.open()
            self._is_open = True
        await self._moonraker.start(camera=f"http://localhost:{self.port}{SNAPSHOT}")
        own = self._moonraker.api_key()
        self.api_key, self._own_key = (own if self.api_key == self._own_key else self.api_key), own
        await self._until_met()

    async def leave(self, *, gracefully: bool) -> None:
        """End its Moonraker; Klippy goes on printing."""
        await self._moonraker.end(gracefully=gracefully)

    def tick(self, seconds: float) -> None:
        """Let time pass; Moonraker is told what changed."""
        self.klippy.advance(seconds)
        self._socket.tell()

    async def restart_klippy(self, *, firmware: bool = True) -> None:
        """Klippy's process ends and comes back; returns when Moonraker met the new one."""
        broken = self.klippy.state in ("shutdown", "error") and not firmware
        pause = self.klippy.clock.restart_s / 2
        self.klippy.go_down()
        await self._socket.close()
        await asyncio.sleep(pause)
        self.klippy.come_up()
        await self._socket.open()
        await asyncio.sleep(pause)
        if broken:
            self.klippy.state, self.klippy.state_message = "error", "mcu 'mcu': Unable to connect"
        else:
            self.klippy.be_ready()
        await self._until_met()

    async def _until_met(self) -> None:
        """Wait until Moonraker says of Klippy what Klippy says of itself; without a Moonraker there is nothing to wait for.

        It says "ready" a moment before it asks to be told of prints, and knows nothing of one that begins in between.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while self._moonraker.is_running and not await self._has_met():
                    await asyncio.sleep(0.05)

    async def _has_met(self) -> bool:
        return await self._told() == self.klippy.state and (self.klippy.state != "ready" or self._socket.is_asked_for_prints)

    async def _told(self) -> str:
        try:
            async with self.session.get(f"{self._moonraker.address}/server/info", headers={"X-Api-Key": self._own_key}) as told:
                return str((await told.json())["result"]["klippy_state"])
        except (aiohttp.ClientError, KeyError, ValueError):
            return ""

    def hang(self) -> None:
        """Let Moonraker's process stand still: its connections stay open and nobody answers."""
        self._moonraker.stop_time()

    def wake(self) -> None:
        """Let it go on."""
        self._moonraker.go_on()

    async def change_key(self, wanted: str) -> None:
        """Let another key be the right one at the door; who is in stays in."""
        self.api_key = wanted

    def key_within(self, shown: str) -> str:
        """Return what Moonraker is shown for the key that was shown at the door."""
        if shown == self.api_key:
            return self._own_key
        return shown if shown != self._own_key else _NO_KEY

    def corrupt_simultaneous(self, *, on: bool) -> None:
        """Refuse: the real Moonraker does what it does.

        Raises:
            ValueError: always.
        """
        raise _as_it_is("whether uploads spoil each other", on)

    def limit_storage(self, free: int | None) -> None:
        """Refuse: its storage is this computer's."""
        raise _as_it_is("how much fits", free)

    def set_back(self, hours: float) -> None:
        """Refuse: its clock is this computer's."""
        raise _as_it_is("what time it is", hours)

    def clone(self, other: Machine) -> None:
        """Refuse: what it remembers is in its own database."""
        raise _as_it_is("what it remembers", other.name)

    async def end(self) -> None:
        """Stop everything."""
        await super().end()
        await self._moonraker.end(gracefully=False)
        self._moonraker.give_up_port()
        await self._socket.close()
        await self.session.close()
        self._sockets.cleanup()


def _as_it_is(what: str, wanted: object) -> ValueError:
    return ValueError(f"the real Moonraker does not let itself be told {what} ({wanted})")
