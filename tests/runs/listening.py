"""Letting a follower listen to one scripted machine for a while."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from apps.fleet.models import Printer
from apps.runs.connector.awake import AwakeClock
from apps.runs.connector.following import Follower, Pace
from apps.runs.connector.roster import Roster
from apps.runs.connector.shards import Shards


def follow(printer: Printer, machine: Any, pace: Pace, *, for_s: float = 3.0) -> None:
    """Let a follower of ``printer`` listen to ``machine``, which has a driver's ``observe`` and ``watch``."""
    shards, roster = Shards(), Roster()
    shards.keep()
    roster.refresh(shards.is_ours)

    async def listen() -> None:
        with ThreadPoolExecutor(1) as database, suppress(TimeoutError):
            async with asyncio.timeout(for_s):
                await Follower(printer.pk, machine, roster, shards, database, pace, AwakeClock()).run()

    asyncio.run(listen())
