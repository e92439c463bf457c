"""The live hub of one web process: one reader of the feed and of the numbers, any number of sockets.

A message says what to read again (``changed``), never what is true now; numbers alone (``tick``) are told as they are. A socket that is too slow
loses its messages and is told to ``resync``; a page that misses one is right after its next read. Sockets hold no database connection.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import Error as DatabaseProblem
from django.db import connection

from . import live, queries, ticks
from .audience import Audience, Locate, Place, Thing
from .models import Event

TAIL_S = 0.2
"""How often the feed is looked at without Redis: one indexed read."""

ANNOUNCED_TAIL_S = 5.0
"""How often it is looked at while announcements arrive (one of them may get lost)."""

BEAT_S = 4.0
"""How often every socket hears at least something, so that silence means trouble."""

SHARED_S = 1.0
"""How long what was made for one listener is given to others who ask for the same."""

RECONNECT_S = 1.0
BATCH = 500
MOST_BEHIND = 2 * BATCH
"""A hub further behind than this does not read what nobody could follow: everyone resyncs."""

MOST_THINGS = 1000
"""One message names at most so many; more is a ``resync``."""

OUTBOX_LENGTH = 200

log = logging.getLogger("farmos.live")
T = TypeVar("T")


class Outbox:
    """What one socket still has to send. Full: everything in it is dropped for one ``resync``."""

    def __init__(self, audience: Audience, position: int) -> None:
        self.audience = audience
        self.position = position
        self._messages: deque[str] = deque()
        self._filled = asyncio.Event()

    def put(self, message: str, sequence: int) -> None:
        """Append a message; never waits."""
        if len(self._messages) >= OUTBOX_LENGTH:
            self.resync(sequence)
            return
        self._messages.append(message)
        self._filled.set()

    def resync(self, sequence: int) -> None:
        """Drop what waits: the page must read again what it shows, and is then at least at ``sequence``."""
        self._messages.clear()
        self._messages.append(_frame(self.audience, "resync", sequence))
        self._filled.set()

    async def take(self) -> str:
        """Return the next message, waiting for one."""
        while not self._messages:
            self._filled.clear()
            await self._filled.wait()
        return self._messages.popleft()


class Batch:
    """What changed between two looks at the feed, told to each audience in words of its own, made once."""

    def __init__(self, sequence: int, found: dict[Thing, Place]) -> None:
        self.sequence = sequence
        self._found = found
        self._made: dict[Audience, str] = {}

    def told_to(self, audience: Audience) -> str:
        """Return the message for an audience; empty when there is nothing for it."""
        if audience not in self._made:
            self._made[audience] = self._message(audience)
        return self._made[audience]

    def _message(self, audience: Audience) -> str:
        heard = [(thing, place) for thing, place in self._found.items() if audience.hears(thing, place)]
        if not heard:
            return ""
        if len(heard) > MOST_THINGS:
            return _frame(audience, "resync", self.sequence)
        return _frame(audience, "changed", self.sequence, items=[_item(thing, place, audience) for thing, place in heard])


def _item(thing: Thing, place: Place, audience: Audience) -> dict[str, Any]:
    told: dict[str, Any] = {"topic": thing[0], "id": str(thing[1])}
    if place.version is not None and not audience.is_minimal:
        told["version"] = place.version
    return told


def _frame(audience: Audience, kind: str, sequence: int, **more: Any) -> str:
    position = {} if audience.is_minimal else {"seq": sequence}  # how much goes on here is no customer's business
    return json.dumps({"kind": kind, **position, **more}, separators=(",", ":"))


def tick_frame(numbers: dict[str, ticks.Values], audience: Audience) -> str:
    """Return the message of numbers for an audience; empty when there are none for it."""
    heard = {}
    for key, values in numbers.items():
        topic, _colon, record_id = key.partition(":")
        try:
            place = Place(sites=frozenset({UUID(str(values["site"]))}))
            thing = (topic, UUID(record_id))
        except (KeyError, ValueError):
            continue
        if not audience.is_minimal and audience.hears(thing, place):
            heard[key] = {name: number for name, number in values.items() if name != "site"}
    return json.dumps({"kind": "tick", "of": heard}, separators=(",", ":")) if heard else ""


class Hub:
    """Reads the feed and the numbers while anybody listens, and hands each message to every outbox it is for."""

    def __init__(self, locate: Locate) -> None:
        self.position = 0
        self.outboxes: set[Outbox] = set()
        self._locate = locate
        self._numbers = ticks.Numbers()
        self._shared: dict[Hashable, asyncio.Future[Any]] = {}
        self._advanced = asyncio.Event()
        self._announced = False
        self._tasks: list[asyncio.Task[None]] = []
        self._started = asyncio.Lock()
        self._reader: ThreadPoolExecutor | None = None

    async def join(self, audience: Audience, after: int | None = None) -> Outbox:
        """Return a new outbox that gets everything after its ``position``, and what a page that last heard of ``after`` has missed."""
        async with self._started:
            if self._reader is None:
                await self._start()
            outbox = Outbox(audience, self.position)
            self.outboxes.add(outbox)
        outbox.put(_frame(audience, "hello", outbox.position), outbox.position)
        if after is not None and not audience.is_minimal:
            await self._catch_up(outbox, after)
        if numbers := tick_frame(self._numbers.current, audience):
            outbox.put(numbers, outbox.position)
        return outbox

    async def leave(self, outbox: Outbox) -> None:
        """Forget ``outbox``; stop reading when it was the last."""
        self.outboxes.discard(outbox)
        async with self._started:
            if not self.outboxes and self._reader is not None:
                await self._stop()

    async def read(self, query: Callable[[], T]) -> T:
        """Run a query of a listener in the reader's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._reader, query)

    async def shared(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` returns in the reader's thread, run once for all who ask for the same ``key`` at about the same time."""
        loop = asyncio.get_running_loop()
        if key not in self._shared:
            self._shared[key] = loop.run_in_executor(self._reader, make)
            loop.call_later(SHARED_S, self._shared.pop, key, None)
        made: T = await asyncio.shield(self._shared[key])
        return made

    async def _catch_up(self, outbox: Outbox, after: int) -> None:
        """Tell a page that was away what it missed, or to read everything again when that is too much or makes no sense."""
        if after == outbox.position:
            return
        if not 0 < after < outbox.position or outbox.position - after > BATCH:
            outbox.put(_frame(outbox.audience, "resync", outbox.position), outbox.position)
            return
        batch = await self.read(lambda: batch_after(after, self._locate, until=outbox.position))
        if batch is not None and (message := batch.told_to(outbox.audience)):
            outbox.put(message, batch.sequence)

    async def _start(self) -> None:
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live-feed")
        self.position = await self.read(queries.feed_position)
        self._tasks = [asyncio.create_task(work()) for work in (self._follow, self._tick, self._beat)]
        if settings.REDIS_URL:
            self._tasks.append(asyncio.create_task(self._listen()))

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.read(_close)
        if self._reader is not None:
            self._reader.shutdown(wait=False)
        self._reader, self._announced, self._numbers = None, False, ticks.Numbers()

    async def _follow(self) -> None:
        while True:
            try:
                await self._advance()
            except DatabaseProblem as problem:
                log.warning("the feed cannot be read, trying again: %s", problem)
                await self.read(_close)
            try:
                async with asyncio.timeout(ANNOUNCED_TAIL_S if self._announced else TAIL_S):
                    await self._advanced.wait()
            except TimeoutError:
                pass
            self._advanced.clear()

    async def _advance(self) -> None:
        newest = await self.read(queries.feed_position)
        if newest - self.position > MOST_BEHIND:
            self.position = newest
            for outbox in self.outboxes:
                outbox.resync(newest)
        while newest > self.position:
            batch = await self.read(lambda: batch_after(self.position, self._locate))
            if batch is None:
                return
            self.position = batch.sequence
            self._put_all(batch.told_to)

    async def _tick(self) -> None:
        while True:
            await self.read(self._numbers.look)
            if changed := self._numbers.changes():
                made: dict[Audience, str] = {}
                self._put_all(lambda audience: _once(made, audience, changed))  # noqa: B023 - called before the next turn
            await asyncio.sleep(ticks.FLUSH_S)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            self._put_all(lambda audience: _frame(audience, "beat", self.position))

    def _put_all(self, told_to: Callable[[Audience], str]) -> None:
        for outbox in self.outboxes:
            if message := told_to(outbox.audience):
                outbox.put(message, self.position)

    async def _listen(self) -> None:
        """Have announcements wake the reader, and take numbers in. Without Redis it looks by itself, so nothing here may end it."""
        import redis.asyncio as redis

        while True:
            client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1.0, socket_timeout=None)
            try:
                async with client, client.pubsub() as channel:
                    await channel.subscribe(live.CHANNEL, ticks.CHANNEL)
                    async for message in channel.listen():
                        if message["type"] == "message" and message["channel"] == ticks.CHANNEL.encode():
                            self._numbers.take(message["data"])
                            continue
                        self._announced = True
                        self._advanced.set()
            except (redis.RedisError, OSError) as problem:
                log.info("no announcements for now: %s", problem)
            self._announced = False
            await asyncio.sleep(RECONNECT_S)


def _once(made: dict[Audience, str], audience: Audience, changed: dict[str, ticks.Values]) -> str:
    if audience not in made:
        made[audience] = tick_frame(changed, audience)
    return made[audience]


def _close() -> None:
    """Close the reading thread's own connection (the name ``connection`` means another one in each thread)."""
    connection.close()


def batch_after(after: int, locate: Locate, until: int | None = None) -> Batch | None:
    """Return what changed in the events after position ``after`` (up to ``until``), at most ``BATCH`` of them; None when there are none."""
    rows = Event.objects.filter(feed_seq__gt=after).order_by("feed_seq").values_list("feed_seq", "subjects")
    found = list((rows.filter(feed_seq__lte=until) if until is not None else rows)[:BATCH])
    if not found:
        return None
    return Batch(found[-1][0] or after, dict(_placed(found, locate)))


def _placed(rows: Iterable[tuple[int | None, str]], locate: Locate) -> Iterable[tuple[Thing, Place]]:
    by_kind: dict[str, set[UUID]] = {}
    for _sequence, about in rows:
        for kind, record_id in json.loads(about):
            by_kind.setdefault(kind, set()).add(UUID(record_id))
    return locate(by_kind).items()


_hubs: WeakKeyDictionary[Any, Hub] = WeakKeyDictionary()


def hub(locate: Locate) -> Hub:
    """Return the hub of the running event loop (a web process has one). ``locate`` finds what events are about."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub(locate))
