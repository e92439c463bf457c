"""The connector: one follower for each printer in service that is this process's share, as the record says at any moment."""

from __future__ import annotations

import asyncio
import gc
import logging
import resource
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

import uvloop
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from apps.fleet import commands as fleet
from apps.fleet.drivers import BadAddress, MachineError, connect
from apps.fleet.models import Printer
from apps.journal.refusals import Refusal
from apps.runs import queries

from . import keeping
from .awake import AwakeClock
from .ending import end
from .following import Follower, Pace, own_context
from .roster import Roster
from .shards import LEASE_S, Shards

LOOK_S = 1.0
"""How often the record is asked what changed of the printers and the attempts on them."""

STOPPED_S = 8.0
"""A transaction in which nothing happens for this long is that of a process that no longer runs."""

SETTLED_AGAIN = 1.1
"""A floor that grew by so much is settled anew."""

THREADS = 4
"""What is recorded at once. SQLite has one writer at a time: there it is one, and nobody waits for another in naps of a tenth of a second."""

SWITCH_S = 0.001
"""How long a thread that works may keep the one that listens waiting."""

TIMEOUT_S = 5.0

log = logging.getLogger("farmos.connector")


@dataclass(frozen=True, slots=True)
class _Followed:
    """A printer as it is followed. When its kind, address or key change, it is followed anew."""

    connector: str
    address: str
    key: str
    task: asyncio.Task[None] = field(compare=False)

    def is_outdated(self, printer: Printer) -> bool:
        """Does the record say something else by now?"""
        return (self.connector, self.address, self.key) != (printer.connector, printer.address, printer.access_key_sealed)


class Connector:
    """Follows the printers in service, those of its shards, until ``stop`` is set."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._roster = Roster()
        self._shards = Shards()
        self._awake = AwakeClock()
        self._kept_at = self._forgot_at = time.monotonic()
        self._followed: dict[UUID, _Followed] = {}
        self._followers: dict[UUID, Follower] = {}
        self._answering = self._settled = 0

    def figures(self) -> dict[str, float]:
        """Return how it does, for its sign of life: how many printers it follows, how many of them answer, how long ago those were looked at.

        After a sleep also how long ago it woke: who fell silent right after that may have been so before.
        """
        woken_for = self._awake.woken_for()
        slept = {} if woken_for is None else {queries.WOKEN_FOR: round(woken_for, 1)}
        ages = sorted(age for follower in self._followers.copy().values() if (age := follower.age_s) is not None)
        oldest = {"age_p99_s": round(ages[int(len(ages) * 0.99)], 2), "age_max_s": round(ages[-1], 2)} if ages else {}
        return {"printers": len(self._followed), "answering": len(ages), **oldest, **slept}

    async def run(self, stop: asyncio.Event) -> None:
        """Begin and end followers as printers come, change and go."""
        recording = ThreadPoolExecutor(1 if connection.vendor == "sqlite" else THREADS, thread_name_prefix="recording")
        keeping_up = ThreadPoolExecutor(1, thread_name_prefix="keeping-up")  # leases wait for nothing that is recorded
        awake = asyncio.create_task(self._awake.run())
        try:
            while not stop.is_set():
                try:
                    await self._in_database(keeping_up, self._refresh)
                    await self._keep_up(self._roster.printers, recording)
                    self._settle()
                    await self._in_database(keeping_up, self._shards.give_back)
                    await self._in_database(keeping_up, self._keep_numbers)
                except (DatabaseError, InterfaceError) as problem:
                    log.warning("the printers could not be read, trying again: %s", type(problem).__name__)
                await _wait(stop, LOOK_S)
        finally:
            awake.cancel()
            await self._end(list(self._followed))
            await self._leave(keeping_up)
            recording.shutdown()
            keeping_up.shutdown()

    def _refresh(self) -> None:
        self._shards.keep()
        self._roster.refresh(self._shards.is_ours)
        _move_log()

    def _keep_numbers(self) -> None:
        """Keep what the printers measured, and forget what is too old, when it is time."""
        now = time.monotonic()
        if now - self._kept_at >= keeping.KEEP_S:
            self._kept_at = now
            ours = [one for pk, one in self._followers.copy().items() if self._shards.is_ours(pk)]
            keeping.keep(measured for one in ours if (measured := one.measured) is not None)
        if now - self._forgot_at >= keeping.FORGET_S and keeping.forget() < keeping.AT_ONCE:
            self._forgot_at = now

    async def _leave(self, database: Executor) -> None:
        try:
            await self._in_database(database, self._shards.leave)
        except (DatabaseError, InterfaceError) as problem:
            log.warning("the printers could not be handed over, others take them in %d s: %s", LEASE_S, type(problem).__name__)

    async def _in_database(self, database: Executor, do: Callable[[], None]) -> None:
        def with_a_living_connection() -> None:
            close_old_connections()
            do()

        await asyncio.get_running_loop().run_in_executor(database, with_a_living_connection)

    async def _keep_up(self, wanted: dict[UUID, Printer], database: Executor) -> None:
        gone = [
            printer_id
            for printer_id, followed in self._followed.items()
            if followed.task.done() or printer_id not in wanted or followed.is_outdated(wanted[printer_id])
        ]
        await self._end(gone)
        for printer_id, printer in wanted.items():
            if printer_id not in self._followed:
                task = asyncio.create_task(self._follow(printer, database), name=f"printer-{printer.code}")
                self._followed[printer_id] = _Followed(printer.connector, printer.address, printer.access_key_sealed, task)

    def _settle(self) -> None:
        """Look for no garbage any more among what follows the floor, once a larger one has come up: that stopped everything, 0.1 s each time."""
        answering = sum(follower.age_s is not None for follower in self._followers.values())
        if answering == self._answering and answering > self._settled * SETTLED_AGAIN:
            gc.collect()
            gc.freeze()
            self._settled = answering
        self._answering = answering

    async def _follow(self, printer: Printer, database: Executor) -> None:
        try:
            machine = connect(printer, timeout_s=TIMEOUT_S)
        except (BadAddress, Refusal) as problem:
            await self._say_unusable(printer, str(problem), database)
            await asyncio.Event().wait()  # until its record is corrected
        try:
            async with machine:
                follower = self._followers[printer.pk] = Follower(
                    printer.pk, machine, self._roster, self._shards, database, self._pace, self._awake
                )
                await follower.run()
        except MachineError as problem:
            await self._say_unusable(printer, str(problem), database)
            await asyncio.Event().wait()
        finally:
            self._followers.pop(printer.pk, None)

    async def _say_unusable(self, printer: Printer, why: str, database: Executor) -> None:
        def say() -> None:
            if self._shards.holds(printer.pk):
                fleet.observe_connection(
                    own_context("unusable"), printer_id=printer.pk, reachable=True, access_ok=False, evidence={"message": why[:300]}
                )

        await self._in_database(database, say)

    async def _end(self, printer_ids: list[UUID]) -> None:
        tasks = [self._followed.pop(printer_id).task for printer_id in printer_ids]
        await end(tasks)
        for task in tasks:
            if not task.cancelled() and (problem := task.exception()) is not None:
                log.error("a printer could not be followed, trying again: %s", "".join(traceback.format_exception(problem)))


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


def _set_up(connection: BaseDatabaseWrapper, **_more: object) -> None:
    """Make a new connection fit for this process.

    A connector that is stopped in the middle of a command must not keep the next one from its printers: PostgreSQL lets go of its locks. A file is
    opened once for each thread and not for each step, and not mapped into memory for each of them.
    """
    if connection.vendor == "sqlite":
        connection.close_at = None
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size = 0")
            cursor.execute("PRAGMA wal_autocheckpoint = 0")  # see _move_log
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = %s", [f"{STOPPED_S:.0f}s"])


def _move_log() -> None:
    """Move what was committed from SQLite's log into its file, which waits for the disk: here nobody waits for it, in a recording everybody would."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


def run(connector: Connector, install: Callable[[Callable[[], None]], None]) -> None:
    """Run a connector in this thread. ``install`` is handed the function that stops it."""

    async def connect_all() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def say_stop() -> None:
            if not loop.is_closed():  # who is told twice may have ended meanwhile
                loop.call_soon_threadsafe(stop.set)

        install(say_stop)
        await connector.run(stop)

    sys.setswitchinterval(SWITCH_S)
    connection_created.connect(_set_up)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)  # two sockets for each printer
    gc.collect()
    gc.freeze()  # what is loaded stays: garbage is looked for sooner, and only among what came since
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # half the cost of asyncio's own for many small messages
        runner.run(connect_all())
