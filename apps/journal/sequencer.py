"""The sequencer: gives committed events their place in the feed and their link in the hash chain.

Row ids are handed out before commits, so reading by id would miss events that commit late. Here, events get ``feed_seq`` only once they are
committed, by whoever holds the one lock; any number of sequencers may run. Guarantee: no gaps, and no event precedes one whose effect its
command saw.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from .envelope import GENESIS, next_link

BATCH = 500
LOCK_KEY = 0x6661726D6F73  # 'farmos': the advisory lock all sequencers share
LONGEST_TURN_S = 20.0
ASK_AGAIN_S = 0.0005
IDLE_WAIT_S = 0.02
BUSY_WAIT_S = 0.002

log = logging.getLogger("farmos.sequencer")


def sequence_batch(limit: int = BATCH) -> tuple[int, int]:
    """Sequence up to ``limit`` waiting events in one transaction; return (how many, last sequence now)."""
    if not _anything_waiting():
        return 0, 0
    with _our_turn(), connection.cursor() as cursor:
        if not _alone(cursor):
            return 0, 0
        last, chain = _head(cursor)
        cursor.execute("SELECT id, content_hash FROM journal_event WHERE feed_seq IS NULL ORDER BY id LIMIT %s", [limit])
        places: list[tuple[int, int, bytes]] = []
        for row_id, content in cursor.fetchall():
            last += 1
            chain = next_link(chain, last, bytes(content))
            places.append((row_id, last, chain))
        if places:
            _write(cursor, places)
    return len(places), last


@contextmanager
def _our_turn() -> Iterator[None]:
    """Open the transaction.

    Under SQLite, ask for the one write lock every half millisecond: SQLite's own waiting sleeps up to 100 ms between tries and so never gets a
    turn while several writers are busy (measured: the feed lagged by seconds).
    """
    if connection.vendor != "sqlite":
        with transaction.atomic(durable=True):
            yield
        return
    with ExitStack() as stack, connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        stack.callback(_be_patient, int(cursor.fetchone()[0]))
        cursor.execute("PRAGMA busy_timeout = 0")
        end = time.monotonic() + LONGEST_TURN_S
        while True:
            try:
                stack.enter_context(transaction.atomic(durable=True))
                break
            except OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(ASK_AGAIN_S)
        yield


def _be_patient(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")


def head() -> tuple[int, bytes]:
    """Return the last sequence and its chain hash (0 and zeros for an empty log)."""
    with connection.cursor() as cursor:
        return _head(cursor)


def _anything_waiting() -> bool:
    """Look without taking the write lock, so that an idle sequencer disturbs nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM journal_event WHERE feed_seq IS NULL LIMIT 1")
        return cursor.fetchone() is not None


def _alone(cursor: Any) -> bool:
    if connection.vendor != "postgresql":
        return True  # BEGIN IMMEDIATE: we hold SQLite's one write lock
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_KEY])
    return bool(cursor.fetchone()[0])


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
    """Sequence events until ``stop`` is set; call ``advanced`` (which must not block) with the last sequence after every batch.

    A database that is gone is waited for.
    """
    wait = IDLE_WAIT_S
    while not stop.wait(wait):
        try:
            count, last = sequence_batch()
        except (DatabaseError, InterfaceError) as error:
            log.warning("the database cannot be used, trying again: %s", error)
            connection.close()
            wait = 1.0
            continue
        if count:
            advanced(last)
        wait = 0.0 if count == BATCH else BUSY_WAIT_S if count else IDLE_WAIT_S
