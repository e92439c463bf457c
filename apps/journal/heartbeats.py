"""Signs of life: each process says every few seconds that it still runs. Never inside a command, on a connection of its own."""

from __future__ import annotations

import atexit
import json
import os
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from django.db import DatabaseError, InterfaceError, connection

from . import clock, raw
from .identity import new_id

EVERY_S = 5.0
STALE_AFTER_S = 20.0
"""A role whose newest sign is older than this is not working: it is dead, stopped, or cannot reach the database."""

LAST_SIGN_S = 3.0
"""How long a stopping process waits for its row to be taken away. All of a farm's processes do that at once, and SQLite lets one write at a time;
each of them may take 5 s to stop."""

_log = structlog.get_logger(__name__)
_mine: Heart | None = None
_starting = threading.Lock()

Detail = Callable[[], Mapping[str, float]]
"""Figures of a process by name, asked from the heart's own thread."""

_UPSERT = """
INSERT INTO journal_heartbeat (id, role, instance, pid, host, started_at, beat_at, detail) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (role, instance) DO UPDATE SET
    pid = excluded.pid, host = excluded.host, started_at = excluded.started_at, beat_at = excluded.beat_at, detail = excluded.detail
"""


class Heart(threading.Thread):
    """Writes this process' row until told to stop. A database that is away is tried again at the next beat."""

    def __init__(self, role: str, instance: str, every_s: float = EVERY_S, detail: Detail = dict) -> None:
        super().__init__(name=f"heartbeat-{role}", daemon=True)
        self.role = role
        self.detail = detail
        self.instance = instance
        self.every_s = every_s
        self.started_at: datetime = clock.now()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Beat until stopped; then take the row away, so that a clean stop is told from a death."""
        while True:
            self._attempt(self._beat)
            if self._stopping.wait(self.every_s):
                break
        self._attempt(self._leave)
        connection.close()

    def stop(self, wait_s: float = LAST_SIGN_S) -> None:
        """Stop and wait a little for the row to be taken away."""
        self._stopping.set()
        self.join(wait_s)

    def _attempt(self, action: Callable[[], None]) -> None:
        try:
            action()
        except (DatabaseError, InterfaceError) as problem:
            _log.warning("heartbeat failed, trying again", role=self.role, problem=str(problem))
            connection.close()

    def _beat(self) -> None:
        host = socket.gethostname()
        _execute(
            _UPSERT, new_id(), self.role, self.instance, os.getpid(), host, self.started_at, clock.database_now(), json.dumps(self.detail())
        )

    def _leave(self) -> None:
        _execute("DELETE FROM journal_heartbeat WHERE role = %s AND instance = %s AND pid = %s", self.role, self.instance, os.getpid())


def _execute(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, raw.values(values))


def instance_name() -> str:
    """Return what tells this farm's processes from those of others on the same database: the machine, and ``FARMOS_INSTANCE``."""
    return f"{socket.gethostname()}:{os.environ.get('FARMOS_INSTANCE', '1')}"


def forget_own() -> None:
    """Take away the signs of this instance's former processes: called before new ones start, when none of them lives."""
    _execute("DELETE FROM journal_heartbeat WHERE instance = %s", instance_name())


def start(role: str, detail: Detail = dict) -> None:
    """Begin to beat as ``role``, once per process. The row is named after the role, this machine and ``FARMOS_INSTANCE``.

    ``detail`` is asked at every beat how the process does.
    """
    global _mine
    with _starting:
        if _mine is None:
            _mine = Heart(role, instance_name(), detail=detail)
            _mine.start()
            atexit.register(stop)


def stop() -> None:
    """Stop beating, if we did."""
    global _mine
    with _starting:
        heart, _mine = _mine, None
    if heart is not None:
        heart.stop()
