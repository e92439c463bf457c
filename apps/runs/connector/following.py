"""Following one machine: every observation is judged by the table, and told to the record when it says something new.

It is judged against what the roster knows in memory. Only when that makes it news is the printer read afresh, and judged again before anything is
recorded. What ends an attempt, or leaves it to a person, is looked at twice: the machine is asked again, about our file and its history, and must say
the same.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, close_old_connections

from apps.fleet import commands as fleet
from apps.fleet.domain.identity import MachineIdentity
from apps.fleet.domain.observation import NOBODY, Observation
from apps.fleet.domain.telemetry import Ring, Sample
from apps.journal import clock
from apps.journal.context import Actor, Context
from apps.journal.refusals import Refusal
from apps.runs.domain.machine_words import Word, word
from apps.runs.domain.reconcile import TO_CONFIRM, Action, Ruling, reconcile

from .applying import apply, is_as_told, is_news, tell_connection
from .awake import AwakeClock
from .ending import end
from .excluded import ExclusionTeller
from .noticing import Noticer
from .roster import Roster
from .shards import Shards
from .sides import Side
from .ticking import Ticker

if TYPE_CHECKING:
    from apps.fleet.drivers import Driver

T = TypeVar("T")
ROUNDS = 4
"""How often a ruling that does not hold is judged anew before the next occasion is waited for."""

SILENT = (False, True, "", NOBODY)
"""What was told of a machine that has not been heard from for a while."""

log = logging.getLogger("farmos.connector")


class NotOurs(Exception):
    """Another connector follows the printer by now: nothing is recorded."""


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
        coarse_s: how often all it said is gone through at least, also when nothing of it must be looked at.
        at_once: how many things are recorded of it as they come. What prints says ten a print; what says more never rests, for whatever reason.
        again_s: after those one thing in this time, as it is then.
    """

    tick_s: float = 3.0
    silent_after_s: float = 30.0
    soon_s: float = 0.1
    later_s: float = 2.0
    poll_s: float = 12.0
    ask_s: float = 2.0
    coarse_s: float = 3.0
    at_once: int = 600
    again_s: float = 5.0


@dataclass(frozen=True, slots=True)
class _Unconfirmed:
    """A ruling that the machine has to say once more, asked about our file at ``path``."""

    ruling: Ruling
    path: str


class Turns:
    """How many things may still be recorded of one machine, so that one that never rests, or means harm, keeps the record from nobody else.

    Args:
        at_once: How many at first, and at most.
        again_s: One comes back in this time.
    """

    def __init__(self, at_once: int, again_s: float) -> None:
        self._at_once, self._again_s = float(at_once), again_s
        self._left, self._since = self._at_once, time.monotonic()

    def take(self) -> None:
        """Take one; there may be less than none afterwards, which is made up for by waiting longer."""
        self._come_back()
        self._left -= 1.0

    def wait_s(self) -> float:
        """Return how long to wait until there is one; 0: there is."""
        self._come_back()
        return max(0.0, (1.0 - self._left) * self._again_s)

    def _come_back(self) -> None:
        now = time.monotonic()
        self._left, self._since = min(self._at_once, self._left + (now - self._since) / self._again_s), now


class Follower:
    """Follows one printer until cancelled. ``database`` runs what asks or changes the database, in threads.

    ``ring`` has what the machine measured in the last minutes; ``awake`` is the clock by which its silence is counted.
    """

    def __init__(
        self, printer_id: UUID, machine: Driver, roster: Roster, shards: Shards, database: Executor, pace: Pace, awake: AwakeClock
    ) -> None:
        self._printer_id = printer_id
        self._machine = machine
        self._roster = roster
        self._shards = shards
        self._database = database
        self._pace = pace
        self._awake = awake
        self._latest: Observation | None = None
        self._heard_at: datetime | None = None
        self._quiet_since = self._awake.now()
        self._told: tuple[bool, bool, str, MachineIdentity] | None = None
        self._news = asyncio.Event()
        self._ticker = Ticker()
        self._noticer = Noticer()
        self._exclusions = ExclusionTeller()
        self._turns = Turns(pace.at_once, pace.again_s)
        self._looked_at = self._listened_at = 0.0
        self.ring = Ring()

    @property
    def age_s(self) -> float | None:
        """How old what we know of the machine is, in seconds; None while it does not answer.

        It is as old as the last look, or as the last thing the machine said since that proves that all stands as it was seen.
        """
        latest = self._latest
        if latest is None or not latest.reachable:
            return None
        return max(time.monotonic() - max(self._looked_at, self._machine.heard_at or 0.0), 0.0)

    @property
    def measured(self) -> tuple[UUID, Sample] | None:
        """Our attempt on the machine, and what it measured last; None while none of ours is on it, or another machine answers, or none."""
        run_id, newest = self._ticker.run_id, self.ring.latest(0)  # once: it is asked beside who listens
        return (run_id, newest[-1]) if run_id and newest and self.age_s is not None else None

    async def run(self) -> None:
        """Watch and judge, side by side, until one of them ends; why it failed is raised in an ``ExceptionGroup``, once both have ended."""
        from apps.fleet.drivers import Pace as WatchPace

        pace = WatchPace(poll_s=self._pace.poll_s, ask_s=self._pace.ask_s, coarse_s=self._pace.coarse_s)
        watching = asyncio.create_task(self._machine.watch(self._take, on_sample=self.ring.put, pace=pace))
        both = [watching, asyncio.create_task(self._judge_for_ever())]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(both)
        if problems := [problem for task in both if not task.cancelled() and isinstance(problem := task.exception(), Exception)]:
            raise ExceptionGroup("a printer could not be followed", problems)

    async def _take(self, seen: Observation) -> None:
        self._latest, self._looked_at = seen, time.monotonic()
        if seen.reachable:
            self._quiet_since = self._awake.now()
            printer = self._roster.printer(self._printer_id)
            if printer is None or not printer.is_another(seen.machine):
                self._heard_at = seen.observed_at
        self._news.set()

    async def _judge_for_ever(self) -> None:
        while True:
            await self._news_or_tick()
            await self._rest()
            self._news.clear()
            self._listen()
            try:
                await self._tell()
                await self._judge()
            except NotOurs:
                continue  # it is followed by another, or will be by us again: this follower is ended, or goes on
            except (DatabaseError, InterfaceError, Refusal) as problem:
                log.warning("printer %s could not be judged, trying again: %s", self._printer_id, type(problem).__name__)

    async def _news_or_tick(self) -> None:
        """Wait for news; the tick makes some of its own, which costs a fraction of a cancelled wait."""
        tick = asyncio.get_running_loop().call_later(self._pace.tick_s, self._news.set)
        try:
            await self._news.wait()
        finally:
            tick.cancel()

    def _listen(self) -> None:
        """Count the machine's silence from when it last said anything, not only from the last look."""
        heard_at = self._machine.heard_at or 0.0
        if heard_at > self._listened_at:
            self._quiet_since, self._listened_at = self._awake.now(), heard_at

    async def _rest(self) -> None:
        """Wait while too much was recorded of this machine. What it says then is judged, not what it said meanwhile."""
        wait = self._turns.wait_s()
        if wait > 0.0:
            log.warning("printer %s never rests: what it says is looked at again in %.0f s", self._printer_id, wait)
            await asyncio.sleep(wait)

    # -- does it answer -----------------------------------------------------------------------------------------------------------------

    async def _tell(self) -> None:
        seen = self._latest
        if seen is not None and seen.reachable:
            said, printer = (True, seen.access_ok, seen.klippy_state, seen.machine), self._roster.printer(self._printer_id)
            if printer is None or (said == self._told and is_as_told(printer, seen)):
                return
            await self._recording(self._tell_heard, seen)
            self._told = said
        elif self._awake.now() - self._quiet_since >= self._pace.silent_after_s and self._told != SILENT:
            await self._recording(self._tell_silent, seen)
            self._told = SILENT

    def _tell_heard(self, seen: Observation) -> None:
        tell_connection(self._printer_id, seen, own_context("connection"))
        self._roster.look_again(self._printer_id)

    def _tell_silent(self, seen: Observation | None) -> None:
        self._ticker.silence(self._printer_id)
        evidence = {"trouble": seen.trouble, "message": seen.message} if seen is not None else {}
        fleet.observe_connection(
            own_context("silent"), printer_id=self._printer_id, reachable=False, seen_at=self._heard_at, evidence=evidence
        )
        self._roster.look_again(self._printer_id)

    # -- what it does -------------------------------------------------------------------------------------------------------------------

    async def _judge(self) -> None:
        seen = self._latest
        if seen is None or not seen.reachable:
            return
        if not self._roster.knows(self._printer_id, seen):
            await self._in_database(self._roster.look_up, self._printer_id, seen)
        side = self._roster.side(self._printer_id, seen)
        if side is None:
            self._ticker.silence(self._printer_id)
            return
        self._ticker.tell(side, seen)
        if self._exclusions.look(side, seen):
            await self._recording(self._tell_exclusions)
            side = self._roster.side(self._printer_id, seen) or side
        if self._noticer.look(side, seen):
            await self._recording(self._noticer.raise_found, own_context)
        ruling = reconcile(side.platform, seen)
        if is_news(side, ruling, seen):
            await self._bring_together(side, ruling, seen)

    def _tell_exclusions(self) -> None:
        self._exclusions.tell_news(own_context)
        self._roster.look_again(self._printer_id)

    async def _bring_together(self, side: Side, ruling: Ruling, seen: Observation) -> None:
        """Apply what the table says of ``seen``, on a fresh reading of the record; ask the machine once more first where that is called for."""
        waits: _Unconfirmed | None = _Unconfirmed(ruling, side.platform.path)
        if ruling.action not in TO_CONFIRM:
            waits = await self._recording(self._settle, seen, None)
        for _round in range(ROUNDS - 1):
            if waits is None:
                return
            soon = waits.ruling.action in (Action.COMPLETE, Action.ABORT)
            if not await self._goes_on_saying(word(seen), soon=soon):
                return
            seen = await self._machine.observe(waits.path or None)
            waits = await self._recording(self._settle, seen, waits)

    async def _goes_on_saying(self, said: Word, *, soon: bool) -> bool:
        """Wait; return whether the machine told nothing else meanwhile. What else it tells is judged at once.

        Between "paused" and "printing" it may say for a moment what would be the end of a print.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + (self._pace.soon_s if soon else self._pace.later_s)
        while (left := until - loop.time()) > 0.0:
            try:
                async with asyncio.timeout(left):
                    await self._news.wait()
            except TimeoutError:
                return True
            if self._latest is not None and word(self._latest) is not said:
                return False
            self._news.clear()
        return True

    def _settle(self, seen: Observation, asked: _Unconfirmed | None) -> _Unconfirmed | None:
        """Judge ``seen`` on a fresh reading of the record and apply that; return what must be asked once more instead. None: nothing is left to do.

        Args:
            seen: What the machine said.
            asked: What it was asked again for; None: it said this by itself.
        """
        side = self._roster.fresh_side(self._printer_id, seen)
        if side is None or (asked is not None and asked.path != side.platform.path):
            return None  # asked about another file than the one it should have been: the next look does better
        ruling = reconcile(side.platform, seen)
        if not is_news(side, ruling, seen):
            return None
        if ruling.action in TO_CONFIRM and (asked is None or asked.ruling.code != ruling.code):
            return _Unconfirmed(ruling, side.platform.path)
        if apply(side, seen, ruling, own_context):
            log.info("printer %s: %s (%s)", side.printer.code, ruling.code, ruling.action)
        self._roster.look_again(self._printer_id)
        return None

    async def _recording(self, do: Callable[..., T], *arguments: object) -> T:
        """Do what changes the record, while the printer is ours by the database's clock."""
        self._turns.take()

        def while_it_is_ours() -> T:
            if not self._shards.holds(self._printer_id):
                raise NotOurs
            return do(*arguments)

        return await self._in_database(while_it_is_ours)

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
