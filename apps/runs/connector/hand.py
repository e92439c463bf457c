"""A machine in the hands of an effect: its driver's coroutines, one at a time, from a worker's thread.

No event loop runs between two calls, so the database may be asked there as everywhere else. During a call nobody may: the thread's connection is
given back before it, so that a hundred machines that take their time hold none.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from django.db import connection

from apps.fleet.domain.identity import MachineIdentity
from apps.fleet.domain.observation import Observation
from apps.fleet.drivers import (
    AccessRejected,
    Capability,
    Driver,
    MachineError,
    NotUnderstood,
    OtherMachine,
    Picture,
    Unreachable,
    Webcam,
    connect,
)
from apps.fleet.models import Printer
from apps.journal.refusals import Refusal

T = TypeVar("T")
log = logging.getLogger("farmos.connector")
LOOK_AGAIN_S = 0.2


class Hand:
    """One machine, used as a context manager by one effect. Before anything is asked of it, it must be the machine that is meant.

    Raises:
        MachineError: nothing can be sent to this address, or not with this key; ``OtherMachine``: another one answers there.
    """

    def __init__(self, printer: Printer) -> None:
        try:
            self._machine: Driver = connect(printer)
        except Refusal as problem:
            raise AccessRejected(str(problem)) from problem
        self._printer = printer
        self._is_known = not printer.machine
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        try:
            self._run(self._machine.__aenter__())
        except BaseException:
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
            OtherMachine: another machine than the one that is meant.
        """
        seen = self._run(self._machine.observe(path))
        self._require(seen.machine)
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
        self._ask(self._machine.upload(path, local, sha256))

    def read_back(self, path: str) -> str:
        """Return the SHA-256 of what is stored as ``path``."""
        return self._ask(self._machine.read_back(path))

    def delete(self, path: str) -> None:
        """Delete ``path``."""
        self._ask(self._machine.delete(path))

    def choose(self, path: str) -> None:
        """Make ``path`` the file that the next start is about."""
        self._ask(self._machine.choose(path))

    def start(self, path: str) -> None:
        """Ask to print ``path``."""
        self._ask(self._machine.start(path))

    def barrier(self) -> None:
        """Return when everything asked before was followed, or never will be."""
        self._ask(self._machine.barrier())

    def pause(self) -> None:
        """Ask to pause."""
        self._ask(self._machine.pause())

    def resume(self) -> None:
        """Ask to go on."""
        self._ask(self._machine.resume())

    def cancel(self) -> None:
        """Ask to stop."""
        self._ask(self._machine.cancel())

    def objects(self) -> tuple[str, ...]:
        """Return what the running print says it consists of."""
        return self._ask(self._machine.objects())

    def exclude_object(self, name: str) -> None:
        """Ask to leave one object out."""
        self._ask(self._machine.exclude_object(name))

    def cameras(self) -> list[Webcam]:
        """Return the cameras the machine names that give single pictures; none where machines of its kind name none."""
        found = self._ask(self._machine.webcams()) if self.can(Capability.WEBCAMS) else []
        return [one for one in found if one.snapshot_url]

    def snapshot(self, camera: Webcam) -> Picture:
        """Return a picture."""
        return self._ask(self._machine.snapshot(camera))

    def emergency_stop(self) -> None:
        """Stop everything, now."""
        self._ask(self._machine.emergency_stop())

    def restart_firmware(self) -> None:
        """Start the firmware again."""
        self._ask(self._machine.restart_firmware())

    def _ask(self, asked: Coroutine[Any, Any, T]) -> T:
        """Ask it what may do something, once it is known that it is the machine that is meant."""
        if not self._is_known:
            try:
                self._require(self._run(self._machine.who()))
            except (OtherMachine, TransactionIsOpen):
                asked.close()
                raise
            except MachineError as problem:  # then what is asked fails as well, and says why; an emergency stop must not wait for it
                log.info("printer %s does not say which machine it is: %s", self._printer.code, problem)
        return self._run(asked)

    def _require(self, seen: MachineIdentity) -> None:
        if self._printer.is_another(seen):
            raise OtherMachine(seen)
        self._is_known = self._is_known or seen.says_something

    def _run(self, asked: Coroutine[Any, Any, T]) -> T:
        try:
            _let_go_of_the_database()
        except TransactionIsOpen:
            asked.close()
            raise
        return self._runner.run(asked)


class TransactionIsOpen(RuntimeError):
    """A machine was to be spoken with inside a transaction: whoever waits for a row would wait for the machine."""


def _let_go_of_the_database() -> None:
    """Give this thread's connection back for as long as a machine is spoken with. On SQLite nobody waits for it: it is an open file.

    Raises:
        TransactionIsOpen: that would undo it.
    """
    if connection.in_atomic_block:
        raise TransactionIsOpen("A machine is never spoken with inside a transaction.")
    if connection.vendor == "postgresql":
        connection.close()
