"""Numbers that move all the time (percent, ETA, temperatures), from the processes that hear them to those that show pages, past the database.

A publisher holds the newest value of each key and hands out everything it knows, at most twice a second and only when something changed; an object
changes at most once a second. With Redis that goes over a channel, without it into one small file per publisher, replaced as a whole. A lost or late
tick costs nothing: what must not be lost is an event.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

CHANNEL = "farmos:ticks"
FLUSH_S = 0.5
"""How often a publisher hands out what changed, and readers look."""

OBJECT_S = 1.0
"""How often the numbers of one object may change."""

ALIVE_S = 5.0
"""How often a publisher shows that its numbers still hold."""

STALE_S = 20.0
"""Numbers of a publisher that was silent for this long are forgotten."""

ANSWER_TIMEOUT_S = 1.0

log = logging.getLogger("farmos.live")

Values = dict[str, Any]
"""Numbers of one object by name, and ``site``: where it is (who may see it follows from that)."""


def folder() -> Path:
    """Return where publishers on this machine put their files."""
    return Path(settings.DATA_DIR) / "ticks"


class Publisher:
    """The numbers one process knows. ``put`` and ``drop`` never wait; a thread of its own hands them out until ``stop``."""

    def __init__(self) -> None:
        self.name = f"{os.getpid()}-{uuid4().hex[:8]}"
        self._file = folder() / f"{self.name}.json"
        self._lock = threading.Lock()
        self._wanted: dict[str, Values] = {}
        self._shown: dict[str, Values] = {}
        self._shown_at: dict[str, float] = {}
        self._told_at = 0.0
        self._ending = threading.Event()
        self._hand_out: Callable[[str], None] = _into_redis() if settings.REDIS_URL else self._into_file
        self._thread = threading.Thread(target=self._run, name="ticks", daemon=True)
        self._thread.start()

    def put(self, topic: str, record_id: UUID, site_id: UUID, **numbers: float | None) -> None:
        """Set the numbers of an object. None: not known, so not told."""
        known = {name: number for name, number in numbers.items() if number is not None}
        with self._lock:
            self._wanted[f"{topic}:{record_id}"] = {"site": str(site_id), **known}

    def drop(self, topic: str, record_id: UUID) -> None:
        """Forget an object."""
        with self._lock:
            self._wanted.pop(f"{topic}:{record_id}", None)

    def stop(self) -> None:
        """End, and take back what was handed out."""
        self._ending.set()
        self._thread.join(timeout=2 * ANSWER_TIMEOUT_S)
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _run(self) -> None:
        _tidy()
        while not self._ending.wait(FLUSH_S):
            self.flush(time.monotonic())

    def flush(self, now: float) -> bool:
        """Hand out what is known, if it is time and something changed; return whether it was."""
        with self._lock:
            due = {
                key
                for key, values in self._wanted.items()
                if values != self._shown.get(key) and now - self._shown_at.get(key, 0) >= OBJECT_S
            }
            gone = self._shown.keys() - self._wanted.keys()
            if not due and not gone and now - self._told_at < ALIVE_S:
                return False
            for key in due:
                self._shown[key], self._shown_at[key] = self._wanted[key], now
            for key in gone:
                del self._shown[key], self._shown_at[key]
            said = json.dumps({"from": self.name, "of": self._shown}, separators=(",", ":"))
        self._told_at = now
        try:
            self._hand_out(said)
        except OSError as problem:
            log.info("numbers not handed out this time: %s", problem)
        return True

    def _into_file(self, said: str) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._file.with_suffix(".new")
        scratch.write_text(said)
        scratch.replace(self._file)


def _into_redis() -> Callable[[str], None]:
    import redis

    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=ANSWER_TIMEOUT_S, socket_timeout=ANSWER_TIMEOUT_S, retry=None, retry_on_timeout=False
    )

    def publish(said: str) -> None:
        try:
            client.publish(CHANNEL, said)
        except redis.RedisError as problem:
            raise OSError(str(problem)) from problem

    return publish


def _tidy() -> None:
    """Remove the files of publishers that are long gone."""
    long_ago = time.time() - 60 * STALE_S
    with contextlib.suppress(OSError):
        for file in folder().iterdir():
            if file.stat().st_mtime < long_ago:
                file.unlink(missing_ok=True)


class Numbers:
    """All numbers of all publishers, as one reader knows them. Not for several threads at once."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[float, dict[str, Values]]] = {}
        self._seen: dict[str, tuple[int, int]] = {}
        self.current: dict[str, Values] = {}

    def take(self, said: str | bytes) -> None:
        """Take in what a publisher said; what cannot be read counts as not said."""
        try:
            message = json.loads(said)
            self._of[str(message["from"])] = (time.monotonic(), dict(message["of"]))
        except (ValueError, KeyError, TypeError):
            log.info("numbers that cannot be read")

    def look(self) -> None:
        """Read the files that changed."""
        try:
            entries = [entry for entry in os.scandir(folder()) if entry.name.endswith(".json")]
        except OSError:
            return
        for entry in entries:
            with contextlib.suppress(OSError):
                about = entry.stat()
                version = (about.st_ino, about.st_mtime_ns)  # a clock may tick too coarsely to tell two files of one publisher apart
                is_old = time.time() - about.st_mtime > STALE_S
                if is_old or self._seen.get(entry.name) == version:
                    continue
                self._seen[entry.name] = version
                self.take(Path(entry.path).read_bytes())

    def changes(self) -> dict[str, Values]:
        """Return what differs from the last time, by object: the numbers that are new or other, and its ``site``."""
        now = time.monotonic()
        self._of = {name: (at, of) for name, (at, of) in self._of.items() if now - at <= STALE_S}
        newest: dict[str, Values] = {}
        for _at, of in sorted(self._of.values(), key=lambda one: one[0]):
            newest.update(of)
        changed = {}
        for key, values in newest.items():
            before = self.current.get(key)
            if before is None:
                changed[key] = values
            elif before != values:
                changed[key] = {name: number for name, number in values.items() if before.get(name) != number} | {
                    "site": values.get("site")
                }
        self.current = newest
        return changed


def read() -> Mapping[str, Values]:
    """Return the numbers known now, for one rendering: from the files of this machine (with Redis none are kept)."""
    numbers = Numbers()
    numbers.look()
    numbers.changes()
    return numbers.current


_publisher: Publisher | None = None


def publisher() -> Publisher:
    """Return this process's publisher."""
    global _publisher
    if _publisher is None:
        _publisher = Publisher()
    return _publisher
