"""What the contract's tests run on: one machine of each kind there is a driver for, and how to reach into it from outside."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from pathlib import Path

from apps.fleet.domain.observation import Observation
from apps.fleet.drivers import DRIVERS, Driver
from tests.fleet.contract.octoprint_server import OctoPrintServer
from tests.fleet.moonraker import files as klipper
from tests.fleet.moonraker.files import File, file_of
from tests.fleet.moonraker.rigs import CLOCK, PATIENCE_S, SimulatorRig, state_is, until

__all__ = ["PATIENCE_S", "Rig", "SimulatedMachine", "VirtualMachine", "begin", "print_whole", "state_is", "until", "virtual_gcode"]


class Rig(ABC):
    """One machine under test."""

    kind: str
    address: str
    api_key: str
    server: str
    """What ``identify`` begins with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def driver(self, *, kind: str = "", api_key: str | None = None, timeout_s: float = PATIENCE_S) -> Driver:
        """Return a driver for it: its own, or that of another kind."""
        key = self.api_key if api_key is None else api_key
        return DRIVERS[kind or self.kind](self.address, api_key=key, timeout_s=timeout_s, locks=self.folder / "locks")

    def path(self) -> str:
        """Return the path of an attempt of its own."""
        return f"farmos/{uuid.uuid4()}/0123456789ab.gcode"

    def short_file(self, mark: str = "") -> File:
        """Return a file that is printed within two seconds; ``mark`` makes it another."""
        return file_of(self.folder, self.gcode(mark, lasts=1))

    def watched_file(self) -> File:
        """Return a file that is seen printing, between ``hold`` and ``let_run``, and complete not long after."""
        return self.short_file()

    @abstractmethod
    async def hold(self) -> None:
        """Let what is printed go on until ``let_run``, where a machine can be told so."""

    @abstractmethod
    async def let_run(self) -> None:
        """Let time pass again as before ``hold``."""

    def long_file(self, mark: str = "") -> File:
        """Return a file that still prints when the test is over."""
        return file_of(self.folder, self.gcode(mark, lasts=300))

    @abstractmethod
    def gcode(self, mark: str, *, lasts: int) -> bytes:
        """Return the content of a file that prints for so many seconds."""

    @abstractmethod
    async def spoil(self, path: str) -> None:
        """Put other bytes where ``path`` is stored, behind everybody's back."""


class SimulatedMachine(Rig):
    """The simulator of this project, spoken with as Moonraker, or through Moonraker itself."""

    kind = "moonraker"
    server = "Moonraker"

    def __init__(self, folder: Path, inner: SimulatorRig) -> None:
        super().__init__(folder)
        self.address, self.api_key, self._state = inner.address, inner.api_key, inner.state
        self._inner = inner

    async def hold(self) -> None:
        """Let its time all but stand still."""
        await self._inner.hold()

    async def let_run(self) -> None:
        """Let its time pass."""
        await self._inner.let_run()

    def gcode(self, mark: str, *, lasts: int) -> bytes:
        """Return a file with an estimate, by which the simulator takes its time."""
        return klipper.gcode(estimate=f"{lasts * CLOCK.speed:.0f}s", body=f"; {mark}")

    async def spoil(self, path: str) -> None:
        """Write into its folder."""
        next(self._state.rglob(path)).write_bytes(b"G28 ; somebody else's\n")


def virtual_gcode(mark: str = "", *, lasts: int = 1) -> bytes:
    """Return a file of pauses, whose time the virtual printer keeps: so many seconds at least."""
    lines = ["G28", *(["G4 P50", "G1 X10 F6000", "G1 X20 F6000"] * (20 * lasts))]
    return "\n".join([f"; {mark}", *lines, "M104 S0"]).encode() + b"\n"


class VirtualMachine(Rig):
    """OctoPrint's virtual printer, behind a real OctoPrint."""

    kind = "octoprint"
    server = "OctoPrint"

    def __init__(self, folder: Path, inner: OctoPrintServer) -> None:
        super().__init__(folder)
        self.address, self.api_key, self._base = inner.address, inner.api_key, inner.base

    def watched_file(self) -> File:
        """Return a file that prints for longer than whoever looks ten times a second looks away, on a busy computer too."""
        return file_of(self.folder, self.gcode("watched", lasts=15))

    async def hold(self) -> None:
        """Nothing: its time is this computer's."""

    async def let_run(self) -> None:
        """Nothing: it ran all the time."""

    def gcode(self, mark: str, *, lasts: int) -> bytes:
        """Return a file for the virtual printer."""
        return virtual_gcode(mark, lasts=lasts)

    async def spoil(self, path: str) -> None:
        """Write into its uploads."""
        (self._base / "uploads" / path).write_bytes(b"G28 ; somebody else's\n")


async def begin(machine: Driver, path: str, file: File) -> Observation:
    """Bring ``file`` there and start it; return what is seen when it prints."""
    await machine.upload(path, file.local, file.sha256)
    await machine.choose(path)
    await machine.start(path)
    return await until(lambda: machine.observe(path), lambda seen: seen.print_state == "printing" and seen.is_active)


async def print_whole(machine: Driver, path: str, file: File) -> Observation:
    """Bring ``file`` there and print it; return what is seen when it is complete."""
    await machine.upload(path, file.local, file.sha256)
    await machine.choose(path)
    await machine.start(path)
    return await until(lambda: machine.observe(path), state_is("complete"))
