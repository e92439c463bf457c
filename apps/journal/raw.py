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


def _for_sqlite(item: Any) -> Any:
    if isinstance(item, UUID):
        return item.hex
    if isinstance(item, datetime):
        return item.astimezone(UTC).replace(tzinfo=None).isoformat(" ")  # as the ORM writes them, so that it finds them
    return item


def values(items: Iterable[Any]) -> list[Any]:
    """Return all ``items`` as the present database wants them (SQLite keeps UUIDs as 32 hex digits and times as naive UTC text)."""
    return list(items) if connection.vendor == "postgresql" else [_for_sqlite(item) for item in items]


Statement = tuple[str, list[Any]]
"""SQL with its values, ready for the present database."""


@cache
def _insert_sql(table: str, columns: tuple[str, ...], rows: int, tail: str) -> str:
    one = "(" + ", ".join(_EVENT_ROW if (table, column) in _BY_EVENT else "%s" for column in columns) + ")"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one] * rows)} {tail}"  # noqa: S608 - names are ours, values are bound


_EVENT_ROW = "(SELECT id FROM journal_event WHERE event_id = %s)"
_BY_EVENT = {("journal_eventsubject", "event_id"), ("journal_delivery", "event_id")}
"""Columns that hold an event's row id and are given its public id: so that all rows of a command go out without waiting for the first."""


def inserting(table: str, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> list[Statement]:
    """Return the statement that inserts ``rows`` (values in the order of ``columns``); none for no rows."""
    return [(_insert_sql(table, columns, len(rows), ""), values(item for row in rows for item in row))] if rows else []


def execute(statements: Sequence[Statement]) -> None:
    """Execute ``statements``: on PostgreSQL in one round trip, which is most of what a small write costs there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("; ".join(sql for sql, _bound in statements), [item for _sql, bound in statements for item in bound])
        else:
            for sql, bound in statements:
                cursor.execute(sql, bound)


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


def finishing_receipt(receipt_id: int, result: str) -> Statement:
    """Return the statement that keeps the command's result with its receipt."""
    return "UPDATE journal_receipt SET result = %s WHERE id = %s", [result, receipt_id]


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
