"""The live feed between processes: 'the feed has advanced', said to whoever shows pages, without any content.

With Redis the sequencer announces it on one channel. A lost announcement costs a moment, never truth: readers also look by themselves.
"""

from __future__ import annotations

import logging
import os
import threading

from django.conf import settings

CHANNEL = "farmos:feed"
LEAST_PAUSE_S = 0.1
"""Announcements within this time become one: pages need not know more often."""

CONNECT_TIMEOUT_S = 0.3
ANSWER_TIMEOUT_S = 1.0

log = logging.getLogger("farmos.live")


class _Announcer(threading.Thread):
    """Keeps the newest sequence and publishes it; whoever hands it over never waits."""

    def __init__(self) -> None:
        super().__init__(name="live-announcer", daemon=True)
        self.pid = os.getpid()
        self.newest = 0
        self._given = threading.Event()

    def put(self, sequence: int) -> None:
        self.newest = sequence
        self._given.set()

    def run(self) -> None:
        import redis

        client = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_connect_timeout=CONNECT_TIMEOUT_S,
            socket_timeout=ANSWER_TIMEOUT_S,
            retry=None,
            retry_on_timeout=False,
        )
        pause = threading.Event()
        while self._given.wait():
            self._given.clear()
            try:
                client.publish(CHANNEL, str(self.newest))
            except redis.RedisError as problem:
                log.info("announcement of event %s dropped, pages look by themselves: %s", self.newest, problem)
            pause.wait(LEAST_PAUSE_S)


_announcer: _Announcer | None = None


def announce(sequence: int) -> None:
    """Say that the feed now reaches ``sequence``. Returns at once, never raises; does nothing without Redis. Called by one thread."""
    global _announcer
    if not settings.REDIS_URL:
        return
    if _announcer is None or _announcer.pid != os.getpid():
        _announcer = _Announcer()
        _announcer.start()
    _announcer.put(sequence)
