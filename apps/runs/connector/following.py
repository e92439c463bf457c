"""Following one machine: every observation is told to the record when it says something new, and judged by the table.

What ends an attempt, or leaves it to a person, is looked at twice: the machine is asked again, about our file and its history, and must say the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, close_old_connections

from apps.fleet import commands as fleet
from apps.fleet.domain.observation import Observation
from apps.journal import clock
from apps.journal.context import Actor, Context
from apps.journal.refusals import Refusal
from apps.runs.domain.reconcile import TO_CONFIRM, Action, Ruling, reconcile

from .applying import apply, is_as_told, is_news, tell_connection
from .sides import Side, side_of
from .ticking import Ticker

if TYPE_CHECKING:
    from apps.fleet.drivers import Driver

T = TypeVar("T")
ROUNDS = 4
"""How often a ruling that does not hold is judged anew before the next occasion is waited for."""

log = logging.getLogger("farmos.connector")


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between looks at one machine.

    Args:
        tick_s: how often our own side is looked at again: it changes too.
        silent_after_s: a machine that has not been heard from for this long is offline.
        soon_s: between two looks that must agree before a print is over.
        later_s: the same where the machine may only need a moment: "paused" for a moment, "printing" without being active.
        poll_s: how often a machine is asked for everything, also while it tells its changes.
        ask_s: how often a machine is asked that tells nothing by itself.
        coarse_s: how often it tells at least.
    """

    tick_s: float = 3.0
    silent_after_s: float = 30.0
    soon_s: float = 0.3
    later_s: float = 2.0
    poll_s: float = 12.0
    ask_s: float = 2.0
    coarse_s: float = 5.0


class Follower:
    """Follows one printer until cancelled. ``database`` runs what asks or changes the database, in threads."""

    def __init__(self, printer_id: UUID, machine: Driver, database: Executor, pace: Pace) -> None:
        self._printer_id = printer_id
        self._machine = machine
        self._database = database
        self._pace = pace
        self._latest: Observation | None = None
        self._heard_at: datetime | None = None
        self._quiet_since = asyncio.get_running_loop().time()
        self._told: tuple[bool, bool, str] | None = None
        self._news = asyncio.Event()
        self._ticker = Ticker()

    async def run(self) -> None:
        """Watch and judge, side by side."""
        from apps.fleet.drivers import Pace as WatchPace

        pace = WatchPace(poll_s=self._pace.poll_s, ask_s=self._pace.ask_s, coarse_s=self._pace.coarse_s)
        async with asyncio.TaskGroup() as both:
            both.create_task(self._machine.watch(self._take, pace=pace))
            both.create_task(self._judge_for_ever())

    async def _take(self, seen: Observation) -> None:
        self._latest = seen
        if seen.reachable:
            self._heard_at, self._quiet_since = seen.observed_at, asyncio.get_running_loop().time()
        self._news.set()

    async def _judge_for_ever(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._pace.tick_s):
                    await self._news.wait()
            except TimeoutError:
                pass
            self._news.clear()
            try:
                await self._tell()
                await self._judge()
            except (DatabaseError, InterfaceError, Refusal) as problem:
                log.warning("printer %s could not be judged, trying again: %s", self._printer_id, type(problem).__name__)

    # -- does it answer -----------------------------------------------------------------------------------------------------------------

    async def _tell(self) -> None:
        seen = self._latest
        if seen is not None and seen.reachable:
            await self._in_database(self._tell_heard, seen)
        elif asyncio.get_running_loop().time() - self._quiet_since >= self._pace.silent_after_s:
            await self._in_database(self._tell_silent, seen)

    def _tell_heard(self, seen: Observation) -> None:
        side = side_of(self._printer_id, seen)
        said = (True, seen.access_ok, seen.klippy_state)
        if side is None or (said == self._told and is_as_told(side.printer, seen)):
            return
        tell_connection(self._printer_id, seen, own_context("connection"))
        self._told = said

    def _tell_silent(self, seen: Observation | None) -> None:
        said = (False, True, "")
        if said == self._told:
            return
        self._ticker.silence(self._printer_id)
        evidence = {"trouble": seen.trouble, "message": seen.message} if seen is not None else {}
        fleet.observe_connection(
            own_context("silent"), printer_id=self._printer_id, reachable=False, seen_at=self._heard_at, evidence=evidence
        )
        self._told = said

    # -- what it does -------------------------------------------------------------------------------------------------------------------

    async def _judge(self) -> None:
        seen, before = self._latest, None
        if seen is None or not seen.reachable:
            return
        for _round in range(ROUNDS):
            side, ruling = await self._in_database(self._ruling, seen)
            if side is None or not is_news(side, ruling, seen):
                return
            if ruling.action not in TO_CONFIRM or ruling.code == before:
                await self._in_database(self._apply, side, ruling, seen)
                return
            before = ruling.code
            await asyncio.sleep(self._pace.soon_s if ruling.action in (Action.COMPLETE, Action.ABORT) else self._pace.later_s)
            seen = await self._machine.observe(side.platform.path or None)

    def _ruling(self, seen: Observation) -> tuple[Side | None, Ruling]:
        side = side_of(self._printer_id, seen)
        if side is not None:
            self._ticker.tell(side, seen)
        return side, reconcile(side.platform, seen) if side is not None else Ruling(Action.NOTHING, "idle")

    def _apply(self, side: Side, ruling: Ruling, seen: Observation) -> None:
        if apply(side, seen, ruling, own_context):
            log.info("printer %s: %s (%s)", side.printer.code, ruling.code, ruling.action)

    async def _in_database(self, do: Callable[..., T], *arguments: object) -> T:
        def with_a_living_connection() -> T:
            close_old_connections()
            return do(*arguments)

        return await asyncio.get_running_loop().run_in_executor(self._database, with_a_living_connection)


def own_context(step: str) -> Context:
    """Return the context for telling one thing once. Nothing is kept from being told again: every command looks first."""
    key = uuid4().hex
    return Context(
        actor=Actor.service("runs.connector"), now=clock.now(), key=f"{step}:{key}", request_id=f"connector-{key[:12]}", is_automatic=True
    )
