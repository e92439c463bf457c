"""A machine in the hands of an effect: its driver's coroutines, one at a time, from a worker's thread.

No event loop runs between two calls, so the database may be asked there as everywhere else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from apps.fleet.domain.observation import Observation
from apps.fleet.drivers import AccessRejected, Capability, Driver, MachineError, NotUnderstood, Unreachable, connect
from apps.fleet.models import Printer
from apps.journal.refusals import Refusal

T = TypeVar("T")
LOOK_AGAIN_S = 0.2


class Hand:
    """One machine, used as a context manager by one effect.

    Raises:
        MachineError: nothing can be sent to this address, or not with this key.
    """

    def __init__(self, printer: Printer) -> None:
        try:
            self._machine: Driver = connect(printer)
        except Refusal as problem:
            raise AccessRejected(str(problem)) from problem
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        try:
            self._run(self._machine.__aenter__())
        except MachineError:
            self._runner.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, where: TracebackType | None) -> None:
        try:
            self._run(self._machine.__aexit__(kind, problem, where))
        finally:
            self._runner.close()

    def can(self, what: Capability) -> bool:
        """Can machines of this kind do that?"""
        return what in self._machine.capabilities

    def look(self, path: str | None = None) -> Observation:
        """Return what the machine says now.

        Raises:
            Unreachable: it said nothing usable.
            AccessRejected, NotUnderstood: something answers that does not let us in, or is something else.
        """
        seen = self._run(self._machine.observe(path))
        if not seen.reachable or seen.trouble == "refused":
            raise Unreachable(seen.message or "It does not answer.")
        if not seen.access_ok:
            raise (AccessRejected if seen.trouble == AccessRejected.trouble else NotUnderstood)(seen.message or "It does not let us in.")
        return seen

    def look_until(self, is_it: Callable[[Observation], bool], path: str, *, patience_s: float) -> Observation:
        """Look again and again until ``is_it``, and return what was seen then, or last. An answer that got lost on the way is asked for again.

        Raises:
            MachineError: as ``look``, from the last time.
        """
        deadline = time.monotonic() + patience_s
        while True:
            is_late = time.monotonic() >= deadline
            try:
                seen = self.look(path)
            except Unreachable:
                if is_late:
                    raise
            else:
                if is_late or is_it(seen):
                    return seen
            time.sleep(LOOK_AGAIN_S)

    def upload(self, path: str, local: Path, sha256: str) -> None:
        """Store ``local`` as ``path`` without printing it."""
        self._run(self._machine.upload(path, local, sha256))

    def read_back(self, path: str) -> str:
        """Return the SHA-256 of what is stored as ``path``."""
        return self._run(self._machine.read_back(path))

    def delete(self, path: str) -> None:
        """Delete ``path``."""
        self._run(self._machine.delete(path))

    def choose(self, path: str) -> None:
        """Make ``path`` the file that the next start is about."""
        self._run(self._machine.choose(path))

    def start(self, path: str) -> None:
        """Ask to print ``path``."""
        self._run(self._machine.start(path))

    def barrier(self) -> None:
        """Return when everything asked before was followed, or never will be."""
        self._run(self._machine.barrier())

    def pause(self) -> None:
        """Ask to pause."""
        self._run(self._machine.pause())

    def resume(self) -> None:
        """Ask to go on."""
        self._run(self._machine.resume())

    def cancel(self) -> None:
        """Ask to stop."""
        self._run(self._machine.cancel())

    def emergency_stop(self) -> None:
        """Stop everything, now."""
        self._run(self._machine.emergency_stop())

    def restart_firmware(self) -> None:
        """Start the firmware again."""
        self._run(self._machine.restart_firmware())

    def _run(self, asked: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(asked)
