"""Claim, keep and end owed effects: guarded UPDATEs, one winner each, no locks held while the effect runs."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection

from . import clock, owners, raw

log = logging.getLogger("farmos.lanes")

_CANDIDATES = 4
"""How many due rows a claim looks at before it asks again: with several workers the first ones may be taken meanwhile."""

DUE = "((state = 'pending' AND available_at <= %s) OR (state = 'leased' AND lease_until < %s))"


def claim(lane: str, *, owner: str, lease_s: int) -> tuple[int, int, int] | None:
    """Take the next due effect of ``lane``; return (delivery id, attempt, fence), or None when nothing is due."""
    while True:
        now = clock.database_now()
        with connection.cursor() as cursor:
            sql = f"SELECT id FROM journal_delivery WHERE lane = %s AND {DUE} ORDER BY available_at, id LIMIT {_CANDIDATES}"  # noqa: S608
            cursor.execute(sql, raw.values((lane, now, now)))
            due = [row[0] for row in cursor.fetchall()]
        if not due:
            return None
        for delivery_id in due:
            taken = _take(delivery_id, owner=owner, now=now, lease_s=lease_s)
            if taken is not None:
                return delivery_id, *taken


def _take(delivery_id: int, *, owner: str, now: datetime, lease_s: int) -> tuple[int, int] | None:
    sql = (
        "UPDATE journal_delivery SET state = 'leased', owner = %s, lease_until = %s, fence = fence + 1, attempts = attempts + 1, "  # noqa: S608
        f"version = version + 1 WHERE id = %s AND {DUE} RETURNING attempts, fence"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, raw.values((owner, now + timedelta(seconds=lease_s), delivery_id, now, now)))
        row = cursor.fetchone()
    return None if row is None else (row[0], row[1])


def free_of_the_dead() -> int:
    """End the leases of workers that certainly no longer live, so that their work goes on now; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT owner FROM journal_delivery WHERE state = 'leased'")
        dead = [row[0] for row in cursor.fetchall() if owners.is_dead(row[0])]
        freed = 0
        for owner in dead:
            sql = "UPDATE journal_delivery SET lease_until = %s WHERE state = 'leased' AND owner = %s AND lease_until > %s"
            past = clock.database_now() - timedelta(seconds=1)
            cursor.execute(sql, raw.values((past, owner, past)))
            freed += cursor.rowcount
    return freed


def finish(delivery_id: int, *, fence: int) -> bool:
    """Mark an effect done if the fence still stands; return whether it did."""
    return _end(delivery_id, fence, "state = 'done', ended_at = %s, last_error = ''", clock.database_now())


def put_back(delivery_id: int, *, fence: int, error: str, wait_s: float) -> bool:
    """Return a failed attempt to its lane, due again after ``wait_s`` seconds; return whether the fence still stood."""
    due = clock.database_now() + timedelta(seconds=wait_s)
    return _end(delivery_id, fence, "state = 'pending', available_at = %s, last_error = %s", due, error)


def postpone(delivery_id: int, *, fence: int, wait_s: float) -> bool:
    """Return an effect that came too early to its lane, uncounted, due after ``wait_s`` seconds; return whether the fence still stood."""
    due = clock.database_now() + timedelta(seconds=wait_s)
    return _end(delivery_id, fence, "state = 'pending', available_at = %s, attempts = attempts - 1", due)


def bury(delivery_id: int, *, fence: int, error: str) -> bool:
    """Give an effect up; return whether the fence still stood. Called by the command that records it."""
    return _end(delivery_id, fence, "state = 'dead', ended_at = %s, last_error = %s", clock.database_now(), error)


def _end(delivery_id: int, fence: int, change: str, *bound: object) -> bool:
    sql = (
        f"UPDATE journal_delivery SET {change}, owner = '', lease_until = NULL, version = version + 1 "  # noqa: S608 - ``change`` is ours
        "WHERE id = %s AND fence = %s AND state = 'leased'"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, raw.values((*bound, delivery_id, fence)))
        return bool(cursor.rowcount == 1)


def renew(delivery_id: int, *, fence: int, lease_s: int) -> bool:
    """Hold an effect for another ``lease_s`` seconds; return whether the fence still stood."""
    until = clock.database_now() + timedelta(seconds=lease_s)
    with connection.cursor() as cursor:
        sql = "UPDATE journal_delivery SET lease_until = %s WHERE id = %s AND fence = %s AND state = 'leased'"
        cursor.execute(sql, raw.values((until, delivery_id, fence)))
        return bool(cursor.rowcount == 1)


class Keeper:
    """Renews the lease of a long effect from a thread of its own, for as long as the ``with`` block runs."""

    def __init__(self, delivery_id: int, *, fence: int, lease_s: int) -> None:
        self._delivery_id = delivery_id
        self._fence = fence
        self._lease_s = lease_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease-{delivery_id}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *exc: object) -> None:
        self._ended.set()
        self._thread.join()

    def _keep(self) -> None:
        try:
            while not self._ended.wait(self._lease_s / 3):
                if not self._renewed():
                    return
        finally:
            connection.close()

    def _renewed(self) -> bool:
        """Renew once; a database in trouble is asked again next time, while the lease still has two thirds to run."""
        try:
            return renew(self._delivery_id, fence=self._fence, lease_s=self._lease_s)
        except (DatabaseError, InterfaceError) as error:
            log.warning("the lease of delivery %s could not be renewed, trying again: %s", self._delivery_id, type(error).__name__)
            connection.close()
            return True
