"""The live hub of one web process: one reader of the feed, any number of sockets.

A message says what happened to what (``{seq, type, subjects}``), never what is true now: pages re-read that. A socket that is too slow loses
its messages and is told to ``resync``; a page that misses one is right after its next read. Sockets hold no database connection.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import Error as DatabaseProblem
from django.db import connection

from . import live, queries
from .models import Event

TAIL_S = 0.5
"""How often the feed is looked at without Redis."""

ANNOUNCED_TAIL_S = 5.0
"""How often it is looked at while announcements arrive (one of them may get lost)."""

RECONNECT_S = 1.0
BATCH = 500
MOST_BEHIND = 2 * BATCH
"""A hub further behind than this does not read what nobody could follow: everyone resyncs."""

OUTBOX_LENGTH = 200

log = logging.getLogger("farmos.live")
T = TypeVar("T")


class Outbox:
    """What one socket still has to send. Full: everything in it is dropped for one ``resync``."""

    def __init__(self, position: int) -> None:
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
        self._messages.append(json.dumps({"type": "resync", "seq": sequence}))
        self._filled.set()

    async def take(self) -> str:
        """Return the next message, waiting for one."""
        while not self._messages:
            self._filled.clear()
            await self._filled.wait()
        return self._messages.popleft()


class Hub:
    """Reads the feed while anybody listens, and hands each event to every outbox."""

    def __init__(self) -> None:
        self.position = 0
        self.outboxes: set[Outbox] = set()
        self._advanced = asyncio.Event()
        self._announced = False
        self._tasks: list[asyncio.Task[None]] = []
        self._started = asyncio.Lock()
        self._reader: ThreadPoolExecutor | None = None

    async def join(self) -> Outbox:
        """Return a new outbox that gets every event after its ``position``."""
        async with self._started:
            if self._reader is None:
                await self._start()
        outbox = Outbox(self.position)
        self.outboxes.add(outbox)
        return outbox

    async def leave(self, outbox: Outbox) -> None:
        """Forget ``outbox``; stop reading when it was the last."""
        self.outboxes.discard(outbox)
        async with self._started:
            if not self.outboxes and self._reader is not None:
                await self._stop()

    async def _start(self) -> None:
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live-feed")
        self.position = await self._read(queries.feed_position)
        self._tasks = [asyncio.create_task(self._follow())]
        if settings.REDIS_URL:
            self._tasks.append(asyncio.create_task(self._listen()))

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._read(_close)
        if self._reader is not None:
            self._reader.shutdown(wait=False)
        self._reader, self._announced = None, False

    async def _read(self, query: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reader, query)

    async def _follow(self) -> None:
        while True:
            try:
                await self._advance()
            except DatabaseProblem as problem:
                log.warning("the feed cannot be read, trying again: %s", problem)
                await self._read(_close)
            try:
                async with asyncio.timeout(ANNOUNCED_TAIL_S if self._announced else TAIL_S):
                    await self._advanced.wait()
            except TimeoutError:
                pass
            self._advanced.clear()

    async def _advance(self) -> None:
        newest = await self._read(queries.feed_position)
        if newest - self.position > MOST_BEHIND:
            self.position = newest
            for outbox in self.outboxes:
                outbox.resync(newest)
        while newest > self.position:
            found = await self._read(lambda: notices(self.position))
            if not found:
                return
            for sequence, message in found:
                self.position = sequence
                for outbox in self.outboxes:
                    outbox.put(message, sequence)

    async def _listen(self) -> None:
        """Have announcements wake the reader. Without Redis it looks by itself, so nothing here may end it."""
        import redis.asyncio as redis

        while True:
            client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1.0, socket_timeout=None)
            try:
                async with client, client.pubsub() as channel:
                    await channel.subscribe(live.CHANNEL)
                    async for _message in channel.listen():
                        self._announced = True
                        self._advanced.set()
            except (redis.RedisError, OSError) as problem:
                log.info("no announcements for now: %s", problem)
            self._announced = False
            await asyncio.sleep(RECONNECT_S)


def _close() -> None:
    """Close the reading thread's own connection (the name ``connection`` means another one in each thread)."""
    connection.close()


def notices(after: int) -> list[tuple[int, str]]:
    """Return (sequence, encoded message) of the events after position ``after``, at most ``BATCH``."""
    rows = Event.objects.filter(feed_seq__gt=after).order_by("feed_seq").values_list("feed_seq", "type", "subjects")[:BATCH]
    return [
        (sequence, json.dumps({"seq": sequence, "type": kind, "subjects": json.loads(about)})) for sequence, kind, about in rows if sequence
    ]


_hubs: WeakKeyDictionary[Any, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """Return the hub of the running event loop (a web process has one)."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
