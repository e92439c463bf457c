"""Plain SQL for the rows every command writes: receipts, events, subjects, deliveries, and decisions.

The ORM would double the cost of a command (``./farm bench commands`` shows what the wrapper costs). Everything here runs inside the command's
own transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection


def value(item: Any) -> Any:
    """Return ``item`` as the present database wants it (SQLite keeps UUIDs as 32 hex digits and times as naive UTC text)."""
    if connection.vendor == "postgresql":
        return item
    if isinstance(item, UUID):
        return item.hex
    if isinstance(item, datetime):
        return item.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return item


def values(items: Iterable[Any]) -> list[Any]:
    """Return all ``items`` as the present database wants them."""
    return [value(item) for item in items]


@cache
def _insert_sql(table: str, columns: tuple[str, ...], rows: int, tail: str) -> str:
    one = "(" + ", ".join(["%s"] * len(columns)) + ")"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one] * rows)} {tail}"  # noqa: S608 - names are ours, values are bound


def insert(table: str, columns: tuple[str, ...], rows: Sequence[Sequence[Any]], *, returning: str = "") -> list[tuple[Any, ...]]:
    """Insert ``rows`` (values in the order of ``columns``) with one statement; return the ``returning`` columns of each."""
    if not rows:
        return []
    tail = f"RETURNING {returning}" if returning else ""
    with connection.cursor() as cursor:
        cursor.execute(_insert_sql(table, columns, len(rows), tail), [value(item) for row in rows for item in row])
        return cursor.fetchall() if returning else []


_RECEIPT = ("actor", "command", "key", "fingerprint", "created_at", "result")


def claim_receipt(*, actor: str, command: str, key: str, fingerprint: bytes, now: datetime) -> int | None:
    """Insert the receipt of this request; return its id, or None when the key is taken.

    On PostgreSQL a concurrent claim of the same key waits here until the first one ends.
    """
    with connection.cursor() as cursor:
        sql = _insert_sql("journal_receipt", _RECEIPT, 1, "ON CONFLICT (actor, command, key) DO NOTHING RETURNING id")
        cursor.execute(sql, values((actor, command, key, fingerprint, now, "")))
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def read_receipt(*, actor: str, command: str, key: str) -> tuple[bytes, str] | None:
    """Return (fingerprint, stored result) of a receipt, or None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fingerprint, result FROM journal_receipt WHERE actor = %s AND command = %s AND key = %s", [actor, command, key]
        )
        row = cursor.fetchone()
    return None if row is None else (bytes(row[0]), str(row[1]))


def finish_receipt(receipt_id: int, result: str) -> None:
    """Keep the command's result with its receipt."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_receipt SET result = %s WHERE id = %s", [result, receipt_id])


EVENT_COLUMNS = (
    "event_id",
    "type",
    "schema_version",
    "at",
    "site_id",
    "actor",
    "device",
    "on_behalf_of",
    "command",
    "request_id",
    "correlation_id",
    "causation_id",
    "subjects",
    "data",
    "content_hash",
)
SUBJECT_COLUMNS = ("event_id", "kind", "subject_id")
DELIVERY_COLUMNS = (
    "event_id",
    "subscriber",
    "lane",
    "state",
    "created_at",
    "available_at",
    "attempts",
    "fence",
    "owner",
    "last_error",
    "note",
    "version",
)


def insert_events(rows: Sequence[Sequence[Any]]) -> dict[UUID, int]:
    """Insert events; return the row id of each event id."""
    returned = insert("journal_event", EVENT_COLUMNS, rows, returning="id, event_id")
    return {event_id if isinstance(event_id, UUID) else UUID(event_id): row_id for row_id, event_id in returned}
