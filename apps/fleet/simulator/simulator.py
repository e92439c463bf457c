"""The simulator: many printers, each at an address of its own, in one process, with one state directory."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from aiohttp import web

from . import control
from .files import read_json, write_json
from .host import Host
from .job import Clock
from .machine import Machine
from .physical import FILE, Bed, PhysicalLog
from .ports import HeldPort
from .real import front
from .real.host import RealHost
from .web import application

FIRST_ADDRESS = IPv4Address("127.0.10.1")
MOST_PRINTERS = 2000
KEPT = "simulator.json"
AT_ONCE = 4
PORTIONS = 25
"""In so many portions the printers of a farm speak, one after another within each tick: machines know nothing of each other."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What simulator is wanted. A state directory remembers addresses and keys: they stay the same from start to start.

    Args:
        printers: how many.
        state: the state directory.
        port: the port of all printers, each at its own 127.0.x.y; 0: any free one.
        own_ports: all at 127.0.0.1 instead, each at a port of its own.
        clock: how time runs.
        moonraker: the real Moonraker speaks for each, not a simulated one.
    """

    printers: int
    state: Path
    port: int = 0
    own_ports: bool = False
    clock: Clock = Clock()  # noqa: RUF009 - frozen
    moonraker: bool = False


class Simulator:
    """All printers of one state directory. Use it as a context manager."""

    def __init__(self, wish: Wish) -> None:
        if not 1 <= wish.printers <= MOST_PRINTERS:
            raise ValueError(f"1 to {MOST_PRINTERS} printers, not {wish.printers}")
        self._wish = wish
        self.hosts: dict[str, Machine] = {}
        self.control_url = ""
        self._known: dict[str, Any] = {}
        self._runners: dict[str, web.AppRunner] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._control: web.AppRunner | None = None
        self._held: list[HeldPort] = []

    async def __aenter__(self) -> Self:
        self._wish.state.mkdir(parents=True, exist_ok=True)
        self.log = PhysicalLog(self._wish.state / FILE)
        self._known = read_json(self._wish.state / KEPT, {"printers": {}})
        try:
            for number in range(1, self._wish.printers + 1):
                host = self._machine(f"sim-{number:02d}")
                self._place(host, number)
            await self._begin_all()
            for host in self.hosts.values():
                await self._serve(host)
            self.control_url = await self._open_control()
        except BaseException:
            await self._close()
            raise
        write_json(self._wish.state / KEPT, self._known)
        self._tasks = [asyncio.create_task(self._run()), *(asyncio.create_task(self._restarts(host)) for host in self.hosts.values())]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, problem: BaseException | None, where: TracebackType | None) -> None:
        await self._close()

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for host in self.hosts.values():
            host.wake()
            await self._stop_serving(host)
            await host.end()
        if self._control is not None:
            await self._control.cleanup()
        for port in self._held:
            port.release()
        self.log.close()

    def _machine(self, name: str) -> Machine:
        known = self._known["printers"].setdefault(name, {"key": secrets.token_hex(16), "host": "", "port": 0})
        folder = self._wish.state / "printers" / name
        bed, clock = Bed(self.log, name), self._wish.clock
        host = RealHost(name, folder, bed, clock) if self._wish.moonraker else Host(name, folder, bed, clock, known["key"])
        self.hosts[name] = host
        return host

    def _place(self, host: Machine, number: int) -> None:
        """Decide where it is served: where it was the last time, else at an address that is free."""
        known = self._known["printers"][host.name]
        if not known["host"]:
            known["host"] = "127.0.0.1" if self._wish.own_ports else str(FIRST_ADDRESS + 256 * ((number - 1) // 250) + (number - 1) % 250)
            known["port"] = 0 if self._wish.own_ports else self._wish.port or self._known.get("port", 0)
        known["port"] = host.port = known["port"] or self._chosen(known["host"])
        if not self._wish.own_ports:
            self._known.setdefault("port", known["port"])

    def _chosen(self, address: str) -> int:
        """Return a port there that is ours as long as we are, also while nothing answers at it."""
        self._held.append(HeldPort(address))
        return self._held[-1].number

    async def _begin_all(self) -> None:
        """Start what speaks for the printers, a few at once: a real Moonraker takes a second of the processor."""
        few = asyncio.Semaphore(AT_ONCE)

        async def begin(host: Machine) -> None:
            async with few:
                await host.begin()

        await asyncio.gather(*(begin(host) for host in self.hosts.values()))

    async def _serve(self, host: Machine) -> None:
        runner = web.AppRunner(_application(host), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self._runners[host.name] = runner
        await web.TCPSite(runner, self._known["printers"][host.name]["host"], host.port).start()

    async def _stop_serving(self, host: Machine) -> None:
        runner = self._runners.pop(host.name, None)
        if runner is None:
            return
        for line in host.lines():
            line.hang_up()
        await runner.cleanup()

    async def _open_control(self) -> str:
        self._control = web.AppRunner(control.application(self), access_log=None, shutdown_timeout=0.1)
        await self._control.setup()
        self._known["control_port"] = self._known.get("control_port") or self._chosen("127.0.0.1")
        await web.TCPSite(self._control, "127.0.0.1", self._known["control_port"]).start()
        return f"http://127.0.0.1:{self._known['control_port']}"

    # -- Moonraker processes ------------------------------------------------------------------------------------------------------------

    async def take_down(self, host: Machine, *, gracefully: bool) -> None:
        """End one Moonraker; Klippy goes on printing. What the print comes to will be missing from the history."""
        await self._stop_serving(host)
        await host.leave(gracefully=gracefully)

    async def bring_up(self, host: Machine) -> None:
        """Start one Moonraker again."""
        if host.name not in self._runners:
            await host.begin()
            await self._serve(host)

    async def _restarts(self, host: Machine) -> None:
        """Restart a Moonraker whenever its faults say so."""
        while True:
            await host.restart_wanted.wait()
            host.restart_wanted.clear()
            await self.take_down(host, gracefully=False)
            await asyncio.sleep(self._wish.clock.restart_s)
            await self.bring_up(host)

    # -- time ---------------------------------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        """Let time pass for everybody: once a tick for each, not all at the same moment."""
        loop, tick = asyncio.get_running_loop(), self._wish.clock.tick_s
        hosts = list(self.hosts.values())
        portions = [hosts[at::PORTIONS] for at in range(min(PORTIONS, len(hosts)))]
        before = dict.fromkeys(self.hosts, loop.time())
        due = loop.time()
        while True:
            for portion in portions:
                due = max(due + tick / len(portions), loop.time() - tick)
                await asyncio.sleep(due - loop.time())
                now = loop.time()
                for host in portion:
                    host.tick(now - before[host.name])
                    before[host.name] = now

    # -- what it says about itself ------------------------------------------------------------------------------------------------------

    def describe(self) -> dict[str, Any]:
        """Return addresses, keys and what each printer does, as JSON-like values."""
        return {"control": self.control_url, "state": str(self._wish.state), "printers": list(self._described())}

    def _described(self) -> Iterator[dict[str, Any]]:
        for name, host in self.hosts.items():
            known = self._known["printers"][name]
            yield {
                "name": name,
                "address": f"http://{known['host']}:{known['port']}",
                "api_key": host.api_key,
                "state": host.klippy.print_state if host.klippy.state == "ready" else host.klippy.state,
                "filename": host.klippy.filename,
                "bed_is_occupied": host.klippy.bed.is_occupied,
                "has_filament": host.klippy.has_filament,
            }


def _application(machine: Machine) -> web.Application:
    """Return what answers at a printer's address."""
    return front.application(machine) if isinstance(machine, RealHost) else application(cast(Host, machine))
