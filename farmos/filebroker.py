"""Celery messages as files, for farms without Redis: kombu's filesystem transport with whole messages.

Kombu's own lets a reader take a file that is still being written (6 % of messages were torn when two wrote and two read as fast as they could,
and each tears down the worker that reads it). Here a message appears, and is taken, by one rename.
"""

from __future__ import annotations

import fcntl
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem, virtual

TAKEN = ".taken"


class Channel(filesystem.Channel):
    """Puts and takes messages by renaming; changes routes under a lock."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu's two bases disagree
        folder = Path(self.data_folder_out)
        draft = folder / f".{uuid.uuid4()}"
        draft.write_text(json.dumps(payload))
        draft.rename(folder / f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for waiting in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            taken = waiting.with_name(f".{waiting.name}{TAKEN}")
            try:
                waiting.rename(taken)
            except FileNotFoundError:
                continue  # somebody else was quicker
            content = taken.read_text()
            taken.unlink()
            return json.loads(content)
        raise Empty

    def get_table(self, exchange: str) -> list[Any]:
        """Return the routes of ``exchange``."""
        with self._routes():
            return super().get_table(exchange)

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str) -> None:
        with self._routes():
            super()._queue_bind(exchange, routing_key or "", pattern, queue)

    @contextmanager
    def _routes(self) -> Iterator[None]:
        with (self.control_folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """The transport that ``settings/parts/broker.py`` names."""

    Channel = Channel
    global_state = virtual.BrokerState()
