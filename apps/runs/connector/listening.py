"""The connector: one follower for each printer in service, as the record says at any moment."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

from django.db import DatabaseError, InterfaceError, close_old_connections

from apps.fleet import commands as fleet
from apps.fleet import queries
from apps.fleet.drivers import BadAddress, MachineError, connect
from apps.fleet.models import Printer
from apps.journal.refusals import Refusal

from .following import Follower, Pace, own_context

LOOK_S = 2.0
"""How often the record is asked which printers there are."""

THREADS = 4
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
    """Follows every printer in service until ``stop`` is set."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._followed: dict[UUID, _Followed] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Begin and end followers as printers come, change and go."""
        database = ThreadPoolExecutor(THREADS, thread_name_prefix="connector")
        try:
            while not stop.is_set():
                try:
                    await self._keep_up(await self._printers(database), database)
                except (DatabaseError, InterfaceError) as problem:
                    log.warning("the printers could not be read, trying again: %s", type(problem).__name__)
                await _wait(stop, LOOK_S)
        finally:
            await self._end(list(self._followed))
            database.shutdown()

    async def _printers(self, database: Executor) -> list[Printer]:
        def read() -> list[Printer]:
            close_old_connections()
            return [printer for printer in queries.printers_in_service() if printer.address]

        return await asyncio.get_running_loop().run_in_executor(database, read)

    async def _keep_up(self, printers: list[Printer], database: Executor) -> None:
        wanted = {printer.pk: printer for printer in printers}
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

    async def _follow(self, printer: Printer, database: Executor) -> None:
        try:
            machine = connect(printer, timeout_s=TIMEOUT_S)
        except (BadAddress, Refusal) as problem:
            await self._say_unusable(printer, str(problem), database)
            await asyncio.Event().wait()  # until its record is corrected
        try:
            async with machine:
                await Follower(printer.pk, machine, database, self._pace).run()
        except MachineError as problem:
            await self._say_unusable(printer, str(problem), database)
            await asyncio.Event().wait()

    async def _say_unusable(self, printer: Printer, why: str, database: Executor) -> None:
        def say() -> None:
            close_old_connections()
            fleet.observe_connection(
                own_context("unusable"), printer_id=printer.pk, reachable=True, access_ok=False, evidence={"message": why[:300]}
            )

        await asyncio.get_running_loop().run_in_executor(database, say)

    async def _end(self, printer_ids: list[UUID]) -> None:
        ending = [self._followed.pop(printer_id).task for printer_id in printer_ids]
        for task in ending:
            task.cancel()
        for ended in await asyncio.gather(*ending, return_exceptions=True):
            if isinstance(ended, Exception):
                log.error("a printer could not be followed, trying again: %s", "".join(traceback.format_exception(ended)))


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


def run(install: Callable[[Callable[[], None]], None], pace: Pace | None = None) -> None:
    """Run a connector in this thread. ``install`` is handed the function that stops it."""

    async def connect_all() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def say_stop() -> None:
            loop.call_soon_threadsafe(stop.set)

        install(say_stop)
        await Connector(pace).run(stop)

    asyncio.run(connect_all())
