"""Letting a follower listen to one scripted machine until the record, or the machine, says that it heard enough."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from apps.fleet.models import Printer
from apps.runs.connector.awake import AwakeClock
from apps.runs.connector.ending import end
from apps.runs.connector.following import Follower, Pace
from apps.runs.connector.roster import Roster
from apps.runs.connector.shards import Shards
from tests.runs.floor import PATIENCE_S


class Held(Shards):
    """The shards of a connector whose leases never run out, however long it waits for the processor."""

    def __init__(self) -> None:
        super().__init__(lease_s=10 * PATIENCE_S)


def follow(printer: Printer, machine: Any, pace: Pace, *, until: Callable[[], Any], awake: AwakeClock | None = None) -> None:
    """Let a follower of ``printer`` listen to ``machine``, which has a driver's ``observe`` and ``watch``, until ``until()`` is true.

    Args:
        printer: Whose record is kept.
        machine: What is listened to.
        pace: How often it is looked at.
        until: Asked in the thread that uses the database.
        awake: The clock by which a silence is counted; the computer's by default.
    """
    shards, roster = Held(), Roster()
    shards.keep()
    roster.refresh(shards.is_ours)

    async def listen() -> None:
        with ThreadPoolExecutor(1) as database:
            following = asyncio.create_task(Follower(printer.pk, machine, roster, shards, database, pace, awake or AwakeClock()).run())
            try:
                async with asyncio.timeout(PATIENCE_S):
                    while not await asyncio.get_running_loop().run_in_executor(database, until):
                        await asyncio.sleep(0.01)
            finally:
                await end([following])
            if not following.cancelled():
                following.result()

    asyncio.run(listen())
