"""The sequencer: gives committed events their place in the feed and their link in the hash chain.

Row ids are handed out before commits, so reading by id would miss events that commit late. On PostgreSQL events therefore get ``feed_seq`` only
once they are committed, by whoever holds the one lock; any number of sequencers may run. SQLite has one writer at a time, so there a command
places its own events as the last thing in its transaction: order of commit and order of the feed are the same, and nothing waits (a separate
process had to fight the writers for the lock; measured, the feed lagged by seconds). Guarantee on both: no gaps, and no event precedes one whose
effect its command saw.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction

from .envelope import GENESIS, next_link

BATCH = 500
LOCK_KEY = 0x6661726D6F73  # 'farmos': the advisory lock all sequencers share
IDLE_WAIT_S = 0.02
BUSY_WAIT_S = 0.002

log = logging.getLogger("farmos.sequencer")


def sequence_batch(limit: int = BATCH) -> int:
    """Sequence up to ``limit`` waiting events in one transaction; return how many."""
    if not _anything_waiting():
        return 0
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        return _place(cursor, limit) if _alone(cursor) else 0


def place_in_transaction() -> None:
    """Place what waits within the running command's transaction, where the database lets one writer in at a time; elsewhere do nothing."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            _place(cursor, BATCH)


def head() -> tuple[int, bytes]:
    """Return the last sequence and its chain hash (0 and zeros for an empty log)."""
    with connection.cursor() as cursor:
        return _head(cursor)


def _anything_waiting() -> bool:
    """Look without taking a lock, so that an idle sequencer disturbs nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM journal_event WHERE feed_seq IS NULL LIMIT 1")
        return cursor.fetchone() is not None


def _alone(cursor: Any) -> bool:
    if connection.vendor != "postgresql":
        return True  # BEGIN IMMEDIATE: we hold SQLite's one write lock
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_KEY])
    return bool(cursor.fetchone()[0])


def _place(cursor: Any, limit: int) -> int:
    last, chain = _head(cursor)
    cursor.execute("SELECT id, content_hash FROM journal_event WHERE feed_seq IS NULL ORDER BY id LIMIT %s", [limit])
    places: list[tuple[int, int, bytes]] = []
    for row_id, content in cursor.fetchall():
        last += 1
        chain = next_link(chain, last, bytes(content))
        places.append((row_id, last, chain))
    if places:
        _write(cursor, places)
    return len(places)


def _head(cursor: Any) -> tuple[int, bytes]:
    cursor.execute("SELECT feed_seq, chain_hash FROM journal_event WHERE feed_seq IS NOT NULL ORDER BY feed_seq DESC LIMIT 1")
    row = cursor.fetchone()
    return (0, GENESIS) if row is None else (int(row[0]), bytes(row[1]))


def _write(cursor: Any, places: list[tuple[int, int, bytes]]) -> None:
    if connection.vendor == "postgresql":
        cursor.execute(
            "UPDATE journal_event e SET feed_seq = v.seq, chain_hash = v.hash "
            "FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[]) AS v(id, seq, hash) WHERE e.id = v.id",
            [[place[0] for place in places], [place[1] for place in places], [place[2] for place in places]],
        )
    else:
        cursor.executemany(
            "UPDATE journal_event SET feed_seq = %s, chain_hash = %s WHERE id = %s", [(seq, link, row_id) for row_id, seq, link in places]
        )


def run(stop: threading.Event, advanced: Callable[[int], None] = lambda _sequence: None) -> None:
    """Sequence events until ``stop`` is set; call ``advanced`` (which must not block) with the last sequence whenever the feed has grown.

    A database that is gone is waited for.
    """
    known, wait = 0, 0.0
    while not stop.wait(wait):
        try:
            count = sequence_batch()
            last = head()[0] if count or not known or connection.vendor == "sqlite" else known
        except (DatabaseError, InterfaceError) as error:
            log.warning("the database cannot be used, trying again: %s", error)
            connection.close()
            wait = 1.0
            continue
        if last > known:
            advanced(last)
        wait = 0.0 if count == BATCH else BUSY_WAIT_S if last > known else IDLE_WAIT_S
        known = last
