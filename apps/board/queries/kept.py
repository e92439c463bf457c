"""Statements that are always the same are put together once: that takes longer than the database takes to answer them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, UUIDField

ANY_SITE = UUID(int=2**128 - 1)
"""Stands for the site in a statement that is kept."""

Build = Callable[[UUID], QuerySet[Any, Any]]


def rows(build: Build, site_id: UUID) -> list[tuple[Any, ...]]:
    """Return the rows of ``build(site_id)`` as the database gives them; ``build`` must differ by the site only."""
    sql, params = _put_together(build, connection.vendor)
    any_site, this_site = _prepared(ANY_SITE), _prepared(site_id)
    return _ask(sql, [this_site if one == any_site else one for one in params])


def rows_of(query: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that is not kept, likewise as the database gives them; one that can have none is not sent."""
    try:
        sql, params = query.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return []
    return _ask(sql, list(params))


@lru_cache
def _put_together(build: Build, _vendor: str) -> tuple[str, tuple[Any, ...]]:
    sql, params = build(ANY_SITE).query.get_compiler(connection=connection).as_sql()
    return sql, tuple(params)


def _ask(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _read_plainly(cursor.cursor)
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _read_plainly(cursor: Any) -> None:
    """Let the driver itself read moments and ids: Django's way, value by value in Python, takes seven times as long. Sessions are in UTC."""
    from psycopg.types.datetime import TimestamptzLoader
    from psycopg.types.string import TextLoader

    cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
    cursor.adapters.register_loader("uuid", TextLoader)


def _prepared(site_id: UUID) -> Any:
    return UUIDField().get_db_prep_value(site_id, connection)


def as_id(value: Any) -> str:
    """Return the one spelling of an id, empty for none: SQLite keeps UUIDs without dashes."""
    text = str(value) if value else ""
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}" if len(text) == 32 else text


def as_moment(value: Any) -> Any:
    """Return a moment: SQLite keeps text, in UTC, and reads some columns as moments without a zone."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def as_json(value: Any) -> Any:
    """Return what a JSON column holds."""
    return json.loads(value) if isinstance(value, str) else value
