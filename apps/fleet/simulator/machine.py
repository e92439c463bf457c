"""What every simulated printer is, whatever speaks for it: a Klippy with its bed, faults on the way to it, and connections that can break."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Collection, Coroutine
from pathlib import Path
from typing import Any, Protocol

from .faults import Faults
from .job import Clock
from .klippy import Klippy
from .physical import Bed


class Line(Protocol):
    """One client's connection."""

    def hang_up(self) -> None:
        """Break it without a word, as a killed process does."""


class Machine(ABC):
    """One printer.

    Args:
        name: what the physical log calls it.
        gcodes: its virtual SD card.
        bed: its bed.
        clock: how its time runs.
        api_key: what clients must know.
    """

    def __init__(self, name: str, gcodes: Path, bed: Bed, clock: Clock, api_key: str) -> None:
        self.name = name
        self.api_key = api_key
        self.port = 0
        """Where it is served, once it is."""
        self.klippy = Klippy(gcodes, bed, clock)
        self.faults = Faults(name)
        self.awake = asyncio.Event()
        self.awake.set()
        self.restart_wanted = asyncio.Event()
        """Set when a fault asks for a restart of Moonraker itself."""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def klippy_is_connected(self) -> bool:
        """Does Moonraker have a line to Klippy?"""
        return self.klippy.state != "disconnected"

    @abstractmethod
    def lines(self) -> Collection[Line]:
        """Return who is connected."""

    @abstractmethod
    async def begin(self) -> None:
        """Let its Moonraker be there."""

    @abstractmethod
    async def leave(self, *, gracefully: bool) -> None:
        """Let its Moonraker be gone; Klippy goes on printing."""

    @abstractmethod
    def tick(self, seconds: float) -> None:
        """Let time pass, then tell everybody what changed."""

    @abstractmethod
    async def restart_klippy(self, *, firmware: bool = True) -> None:
        """Klippy's process ends and comes back: all it knew of prints is gone. After a shutdown only a firmware restart helps."""

    @abstractmethod
    def hang(self) -> None:
        """Moonraker stops answering; its connections stay open."""

    @abstractmethod
    def wake(self) -> None:
        """Moonraker goes on where it hung."""

    @abstractmethod
    async def change_key(self, wanted: str) -> None:
        """Let another key be the right one; the old one is refused at once."""

    @abstractmethod
    def corrupt_simultaneous(self, *, on: bool) -> None:
        """Let uploads in the same second spoil each other, or not.

        Raises:
            ValueError: not to be chosen here.
        """

    @abstractmethod
    def limit_storage(self, free: int | None) -> None:
        """Let only so many bytes fit on its card; None: as many as there are.

        Raises:
            ValueError: not to be chosen here.
        """

    @abstractmethod
    def set_back(self, hours: float) -> None:
        """Let its clock be wrong by so many hours.

        Raises:
            ValueError: not to be chosen here.
        """

    @abstractmethod
    def clone(self, other: Machine) -> None:
        """Let its card be a copy of another printer's.

        Raises:
            ValueError: not to be chosen here.
        """

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside; it ends with the simulator."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Stop what runs beside."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
