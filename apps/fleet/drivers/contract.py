"""What farmos asks of a machine, whatever speaks for it. A driver is one class that keeps this contract; nothing above knows more of it.

Replies to commands prove little: look at ``observe`` afterwards. ``docs/adding-a-connector.md`` tells how to write one,
``tests/fleet/contract/`` are the tests that every driver passes.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from apps.fleet.domain import observation
from apps.fleet.domain.identity import MachineIdentity
from apps.fleet.domain.observation import FileFacts, HistoryJob, Observation
from apps.fleet.domain.telemetry import Sample

from .address import Address
from .errors import MachineError, NotSupported, NotUnderstood, TimedOut
from .files import checked_path

ANSWERS = frozenset({"access", "not_understood", "refused"})
"""Troubles that prove that something is there."""


class Capability(StrEnum):
    """What not every machine can do. What is not here, every driver does."""

    EXCLUDE_OBJECT = "exclude_object"
    """Leave one object out of a running print."""
    EMERGENCY_STOP = "emergency_stop"
    RESTART_FIRMWARE = "restart_firmware"
    HISTORY = "history"
    """It keeps a history of jobs, with ids."""
    WEBCAMS = "webcams"
    """It names its cameras, and pictures can be had from them."""
    LAYERS = "layers"
    """Its observations count layers, where the file does."""
    PROCESS = "process"
    """Its observations name the process that prints, so that a restart shows. Where they do not, only a file that is still ``chosen`` proves that a
    start which was sent never ran."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look, in seconds."""

    poll_s: float = 12.0
    """Ask for everything this often, also while updates come."""
    ask_s: float = 2.0
    """Ask a machine that tells nothing by itself this often."""
    coarse_s: float = 20.0
    """Tell at least this often, so that "last seen" stays true and progress moves."""
    heartbeat_s: float = 6.0
    """A machine that speaks all the time hangs when it is silent for this long."""
    first_retry_s: float = 0.5
    longest_retry_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Webcam:
    """A camera as the machine names it. ``snapshot_url`` may be relative, or say "localhost" and mean the machine; empty: no single pictures."""

    name: str
    snapshot_url: str
    stream_url: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a camera."""

    content: bytes
    mime: str


OnObservation = Callable[[Observation], Awaitable[None]]
OnSample = Callable[[Sample], object]


def nowhere(_sample: Sample) -> None:
    """Drop a sample: the ``OnSample`` of those who want none."""


class Driver(ABC):
    """One machine. Use it as a context manager; one instance serves one task at a time, except that ``watch`` may run beside.

    Args:
        address: such as ``http://192.168.1.20:7125``.
        api_key: its key, empty when it trusts us without.
        timeout_s: the longest any question may take; commands and files have longer limits of their own.
        locks: the directory where processes of this computer agree on one upload at a time, for machines that need that.

    Every method that speaks with the machine raises ``MachineError``; ``observe`` never does.

    Raises:
        BadAddress: at once, for an address farmos does not speak to.
    """

    kind: ClassVar[str]
    """The printers it serves, as ``Printer.connector`` says it."""

    server: ClassVar[str]
    """The name of what it speaks with, for people."""

    capabilities: ClassVar[frozenset[Capability]]

    def __init__(self, address: str, *, api_key: str = "", timeout_s: float = 10.0, locks: Path | None = None) -> None:
        self.address = Address.parse(address)
        self.api_key = api_key
        self.timeout_s = timeout_s
        self.locks = locks

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, problem: BaseException | None, where: TracebackType | None) -> None:
        await self.close()

    @abstractmethod
    async def open(self) -> None:
        """Get ready; nothing is sent yet."""

    @abstractmethod
    async def close(self) -> None:
        """Drop every connection."""

    # -- looking ------------------------------------------------------------------------------------------------------------------------

    @abstractmethod
    async def identify(self) -> str:
        """Return name and version of what answers.

        Raises:
            NotUnderstood: it is something else.
        """

    @abstractmethod
    async def who(self) -> MachineIdentity:
        """Return which machine answers, as far as it says what others would not. Observations say it too."""

    @abstractmethod
    async def look(self, path: str | None = None) -> Observation:
        """Return what the machine says now; with ``path`` also what it remembers of that file. Raises for trouble, other than ``observe``."""

    async def observe(self, path: str | None = None) -> Observation:
        """Return what the machine says now; with ``path`` also what it remembers of that file. Trouble is an observation too."""
        try:
            async with asyncio.timeout(self.timeout_s * 2):
                return await self.look(path)
        except TimeoutError:
            return self.unheard(TimedOut("It did not answer everything in time."))
        except NotUnderstood as problem:
            return self.unheard(await self._who_answers(problem))
        except MachineError as problem:
            return self.unheard(problem)

    @abstractmethod
    async def watch(self, on_observation: OnObservation, *, on_sample: OnSample = nowhere, pace: Pace | None = None) -> None:
        """Tell every relevant change until cancelled, and hand out the numbers as often as the machine tells them, once a second at most.

        Errors of ``on_observation`` end the watch: they are the caller's.
        """

    @property
    def heard_at(self) -> float | None:
        """When the machine last said something that left all as ``watch`` told it, by ``time.monotonic()``; None: an observation is all there is.

        Only machines that tell their changes by themselves prove by saying anything else that nothing changed.
        """
        return None

    @abstractmethod
    async def metadata(self, path: str) -> FileFacts | None:
        """Return what is known of the stored file ``path``, None when there is none."""

    async def history(self, path: str) -> HistoryJob | None:
        """Return the newest job of ``path``; None proves nothing.

        Raises:
            NotSupported: without ``Capability.HISTORY``.
        """
        raise self._cannot(Capability.HISTORY)

    def unheard(self, problem: MachineError) -> Observation:
        """Return the observation that stands for ``problem``."""
        return observation.unheard(
            observed_at=datetime.now(tz=UTC),
            source="poll",
            trouble=problem.trouble,
            message=str(problem),
            reachable=problem.trouble in ANSWERS,
        )

    async def _who_answers(self, problem: NotUnderstood) -> NotUnderstood:
        """Return ``problem``, with the name of what answers instead where it can be told."""
        from .recognition import recognise

        found = await recognise(self.address, api_key=self.api_key, timeout_s=self.timeout_s)
        if found is None or found.kind == self.kind:
            return problem
        return NotUnderstood(f"This is {found.software}, and the printer is set up as {self.server}.")

    # -- files --------------------------------------------------------------------------------------------------------------------------

    @abstractmethod
    async def upload(self, path: str, local: Path, sha256: str) -> None:
        """Store ``local`` as ``path``, never printing it. Only ``read_back`` proves what was stored.

        Raises:
            UploadCorrupt: ``local`` is not what ``sha256`` says, or the machine received something else.
            StorageFull: it has no room; part of the file may have been stored.
            Refused: among others, the file is loaded right now.
            ValueError: ``path`` is not a path farmos uses on a machine.
        """

    @abstractmethod
    async def read_back(self, path: str) -> str:
        """Return the SHA-256 (hex) of what the machine has stored as ``path``.

        Raises:
            Refused: there is no such file.
        """

    @abstractmethod
    async def delete(self, path: str) -> None:
        """Delete the stored file ``path``; nothing to do when it is not there.

        Raises:
            Refused: it is loaded right now.
        """

    async def choose(self, path: str) -> None:
        """Make ``path`` the file that the next start is about, without starting it. Most machines have no such thing: nothing is sent then."""
        checked_path(path)

    # -- commands -----------------------------------------------------------------------------------------------------------------------

    @abstractmethod
    async def start(self, path: str) -> None:
        """Print ``path``. Check first: some machines replace a paused print without asking."""

    @abstractmethod
    async def pause(self) -> None:
        """Ask to pause the print."""

    @abstractmethod
    async def resume(self) -> None:
        """Ask to go on."""

    @abstractmethod
    async def cancel(self) -> None:
        """Ask to stop the print."""

    @abstractmethod
    async def barrier(self) -> None:
        """Return when every start sent before has been followed, or never will be."""

    async def objects(self) -> tuple[str, ...]:
        """Return the names of the objects that the running print says it consists of, as the machine writes them; none: it says nothing about any.

        Raises:
            NotSupported: without ``Capability.EXCLUDE_OBJECT``.
        """
        raise self._cannot(Capability.EXCLUDE_OBJECT)

    async def exclude_object(self, name: str) -> None:
        """Ask to leave out one object of the running print.

        Raises:
            NotSupported: without ``Capability.EXCLUDE_OBJECT``.
        """
        raise self._cannot(Capability.EXCLUDE_OBJECT)

    async def emergency_stop(self) -> None:
        """Stop everything at once; the machine is down afterwards.

        Raises:
            NotSupported: without ``Capability.EMERGENCY_STOP``.
        """
        raise self._cannot(Capability.EMERGENCY_STOP)

    async def restart_firmware(self) -> None:
        """Bring the firmware back after a stop. It forgets every print.

        Raises:
            NotSupported: without ``Capability.RESTART_FIRMWARE``.
        """
        raise self._cannot(Capability.RESTART_FIRMWARE)

    # -- cameras ------------------------------------------------------------------------------------------------------------------------

    async def webcams(self) -> list[Webcam]:
        """Return the cameras the machine names.

        Raises:
            NotSupported: without ``Capability.WEBCAMS``.
        """
        raise self._cannot(Capability.WEBCAMS)

    async def snapshot(self, webcam: Webcam) -> Picture:
        """Return a picture of ``webcam``. Our key is not shown to it.

        Raises:
            NotSupported: without ``Capability.WEBCAMS``, or this one gives no single pictures.
            BadAddress: it is at another machine: what a machine names is not a reason to go there.
            NotUnderstood: what it sends is no picture, or too large a one.
        """
        if Capability.WEBCAMS not in self.capabilities or not webcam.snapshot_url:
            raise self._cannot(Capability.WEBCAMS)
        from .pictures import take

        return await take(self.address, webcam.snapshot_url, timeout_s=self.timeout_s)

    def _cannot(self, what: Capability) -> NotSupported:
        return NotSupported(f"{self.server} cannot do that: {what}.")
