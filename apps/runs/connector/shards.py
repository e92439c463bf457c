"""Which printers this process follows: any number of connectors divide them among themselves, by leases in the database.

Each printer is in one of 64 shards, by its id. A connector holds shards for twelve seconds and renews that every four; nobody but the database's
clock judges whether a lease has run out. It takes no more than its share of them, and gives back what is above that when another one joins. Whoever
was away for longer than its lease (stopped, asleep, cut off) finds its shards gone, and records nothing before it looked.

Two that follow the same printer for a moment do no harm: commands look first. The leases see to it that somebody does, and not everybody.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from apps.journal import clock, owners, raw

SHARDS = 64
LEASE_S = 12.0
RENEW_S = 4.0
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def shard_of(printer_id: UUID) -> int:
    """Return the shard a printer is in."""
    return printer_id.int % SHARDS


class Shards:
    """The shards of one connector. ``keep`` runs every second, in one thread at a time; ``holds`` may be asked from any.

    Args:
        holder: the name it holds them by; its process' by default.
        lease_s: how long a lease lasts.
    """

    def __init__(self, holder: str = "", *, lease_s: float = LEASE_S) -> None:
        self.holder = holder or owners.name()
        self._lease_s = lease_s
        self._held: frozenset[int] = frozenset()
        self._until = 0.0
        self._renewed_at = 0.0
        self._surplus: frozenset[int] = frozenset()

    def is_ours(self, printer_id: UUID) -> bool:
        """Do we follow this printer? Asks no database: it is so for certain until the lease's end by our own clock, which began before it did."""
        return _now() < self._until and shard_of(printer_id) in self._held

    def holds(self, printer_id: UUID) -> bool:
        """Is it so by the database's clock as well? Asked before anything is recorded of a printer."""
        if not self.is_ours(printer_id):
            return False
        sql = "SELECT 1 FROM runs_shard WHERE number = %s AND holder = %s AND until > %s"
        return bool(_ask(sql, shard_of(printer_id), self.holder, clock.database_now()))

    # -- every second -------------------------------------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Renew our leases when it is time, take what is free up to our share, and leave what is above it.

        What is left is not ours any more when this returns; others get it with ``give_back``, once its printers are followed no longer.
        """
        began, now = _now(), clock.database_now()
        if began - self._renewed_at >= RENEW_S or began >= self._until:
            self._renew(began, now)
        living, dead = self._others(now)
        share = -(-SHARDS // (len(living) + 1))
        if len(self._held) > share:
            kept = sorted(self._held)[:share]
            self._surplus = self._held.difference(kept)
            self._held = frozenset(kept)
        elif len(self._held) < share:
            self._take(share - len(self._held), dead, now)

    def give_back(self) -> None:
        """Let others have what ``keep`` left."""
        self._release(self._surplus)
        self._surplus = frozenset()

    def leave(self) -> None:
        """Let others have everything, now."""
        self._release(self._held | self._surplus)
        self._held = self._surplus = frozenset()
        _do("DELETE FROM runs_listener WHERE holder = %s", self.holder)

    def _renew(self, began: float, now: datetime) -> None:
        until = now + timedelta(seconds=self._lease_s)
        upsert = "INSERT INTO runs_listener (holder, until) VALUES (%s, %s) ON CONFLICT (holder) DO UPDATE SET until = excluded.until"
        _do(upsert, self.holder, until)
        _do("DELETE FROM runs_listener WHERE until < %s", now - timedelta(seconds=10 * self._lease_s))
        sql = "UPDATE runs_shard SET until = %s WHERE holder = %s AND until > %s RETURNING number"
        kept = {row[0] for row in _ask(sql, until, self.holder, now)}
        self._held = frozenset(kept - self._surplus)
        self._until, self._renewed_at = began + self._lease_s, began

    def _others(self, now: datetime) -> tuple[list[str], list[str]]:
        """Return the other connectors: those that live, and those that certainly do not, so that nobody waits for their leases to run out."""
        known = [row[0] for row in _ask("SELECT holder FROM runs_listener WHERE until > %s AND holder <> %s", now, self.holder)]
        dead = [holder for holder in known if owners.is_dead(holder)]
        return [holder for holder in known if holder not in dead], dead

    def _take(self, wanted: int, dead: Sequence[str], now: datetime) -> None:
        by_the_dead = f" OR holder IN ({_places(dead)})" if dead else ""
        known = {row[0] for row in _ask("SELECT number FROM runs_shard")}
        if len(known) < SHARDS:
            _make(set(range(SHARDS)) - known)
        free = f"(until <= %s{by_the_dead})"
        found = [row[0] for row in _ask(f"SELECT number FROM runs_shard WHERE {free} ORDER BY number", now, *dead)][:wanted]  # noqa: S608
        if not found:
            return
        until = now + timedelta(seconds=self._until - _now())  # no longer than what we hold already: one end for all
        sql = (
            f"UPDATE runs_shard SET holder = %s, until = %s, fence = fence + 1 WHERE number IN ({_places(found)}) AND {free} "  # noqa: S608
            "RETURNING number"
        )
        self._held |= {row[0] for row in _ask(sql, self.holder, until, *found, now, *dead)}

    def _release(self, numbers: frozenset[int]) -> None:
        if numbers:
            sql = f"UPDATE runs_shard SET until = %s WHERE holder = %s AND number IN ({_places(sorted(numbers))})"  # noqa: S608
            _do(sql, LONG_AGO, self.holder, *sorted(numbers))


def _make(numbers: set[int]) -> None:
    """Make the rows of a new farm."""
    rows = [value for number in sorted(numbers) for value in (number, LONG_AGO)]
    places = ", ".join(["(%s, '', %s, 0)"] * len(numbers))
    _do(f"INSERT INTO runs_shard (number, holder, until, fence) VALUES {places} ON CONFLICT (number) DO NOTHING", *rows)  # noqa: S608


def _now() -> float:
    """Return seconds that go on while this machine sleeps or the process is stopped."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _places(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _do(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, raw.values(values))


def _ask(sql: str, *values: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, raw.values(values))
        return list(cursor.fetchall())
