"""Tell workers that a lane has work, without ever making a command wait for the broker.

With default settings a stopped broker holds a publisher for more than a minute. Here a wake-up goes into a short queue that one daemon thread
empties; when the queue is full the wake-up is dropped: the sweep finds the work in the database.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Iterable

from celery import current_app
from django.conf import settings
from django.db import transaction

QUEUE_LENGTH = 64

log = logging.getLogger("farmos.wakeups")


class _Publisher:
    """One bounded queue and one daemon thread per process (made again after a fork)."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.lanes: queue.Queue[str] = queue.Queue(QUEUE_LENGTH)
        self.waiting: set[str] = set()
        self.guard = threading.Lock()
        threading.Thread(target=self._publish, name="wakeups", daemon=True).start()

    def put(self, lane: str) -> None:
        with self.guard:
            if lane in self.waiting:
                return
            self.waiting.add(lane)
        try:
            self.lanes.put_nowait(lane)
        except queue.Full:
            with self.guard:
                self.waiting.discard(lane)

    def _publish(self) -> None:
        while True:
            lane = self.lanes.get()
            with self.guard:
                self.waiting.discard(lane)
            try:
                current_app.send_task("apps.journal.tasks.drain", args=[lane], queue=lane, retry=False, ignore_result=True)
            except Exception as error:
                log.info("wake-up of lane %s dropped, the sweep will find its work: %s", lane, error)


_publisher: _Publisher | None = None
_making = threading.Lock()


def wake(lanes: Iterable[str]) -> None:
    """Wake the workers of ``lanes``. Returns at once, never raises; does nothing where no broker is configured (tests, one-off commands)."""
    global _publisher
    if not getattr(settings, "CELERY_BROKER_URL", ""):
        return
    if _publisher is None or _publisher.pid != os.getpid():
        with _making:
            if _publisher is None or _publisher.pid != os.getpid():
                _publisher = _Publisher()
    for lane in lanes:
        _publisher.put(lane)


def wake_after_commit(lanes: Iterable[str]) -> None:
    """Wake the workers of ``lanes`` once the present transaction has committed."""
    wanted = sorted(lanes)
    if wanted:
        transaction.on_commit(lambda: wake(wanted), robust=True)
