"""What differs between SQLite and PostgreSQL when tests clean up after themselves or start processes of their own."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.journal import immutable

FIXED_TABLES = frozenset({"django_migrations", "django_content_type", "auth_permission"})
"""Filled by ``migrate`` from the code itself and cached by Django in memory, so never emptied between tests."""


@dataclass(frozen=True)
class Kept:
    """The rows that migrations themselves put into one table."""

    table: str
    columns: list[str]
    rows: list[tuple[Any, ...]]


def database_url() -> str:
    """Return the test database as a ``DATABASE_URL`` for processes started by a test."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    who = quote(found["USER"], safe="") + (":" + quote(found["PASSWORD"], safe="") if found["PASSWORD"] else "")
    where = quote(found["HOST"] or "localhost", safe="") + (f":{found['PORT']}" if found["PORT"] else "")
    return f"postgresql://{who}@{where}/{found['NAME']}"


def tables(on: BaseDatabaseWrapper) -> list[str]:
    """Return the tables whose rows belong to tests."""
    return sorted(set(on.introspection.table_names()) - FIXED_TABLES)


def what_migrations_left(on: BaseDatabaseWrapper) -> list[Kept]:
    """Return the rows a freshly migrated database holds, so that ``wipe`` can put them back."""
    kept = []
    with on.cursor() as cursor:
        for table in tables(on):
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [described[0] for described in cursor.description]
            if rows := cursor.fetchall():
                kept.append(Kept(table, columns, rows))
    return kept


def wipe(on: BaseDatabaseWrapper, kept: list[Kept]) -> None:
    """Empty every table and put back what migrations left. The one place where the append-only triggers are lifted between tests."""
    with triggers_lifted(on), on.cursor() as cursor:
        for table in tables(on):
            cursor.execute(f'DELETE FROM "{table}"')
        for one in kept:
            names = ", ".join(f'"{column}"' for column in one.columns)
            holders = ", ".join(["%s"] * len(one.columns))
            cursor.executemany(f'INSERT INTO "{one.table}" ({names}) VALUES ({holders})', one.rows)


@contextmanager
def triggers_lifted(on: BaseDatabaseWrapper) -> Iterator[None]:
    """Let the body, in one transaction, do what the append-only triggers refuse: for cleaning up, and for playing the intruder.

    On PostgreSQL only this transaction is exempt (it takes a superuser); on SQLite the triggers are dropped and made again in it.
    """
    with transaction.atomic(using=on.alias):
        if on.vendor == "postgresql":
            with on.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            with on.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = origin")
        else:
            immutable.uninstall(on)
            yield
            immutable.install(on)


def trigger_names(on: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the append-only triggers present and enabled."""
    if on.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with on.cursor() as cursor:
        cursor.execute(query)
        return {str(row[0]) for row in cursor.fetchall()}


def schema(on: BaseDatabaseWrapper) -> list[str]:
    """Return one line for every table, column, index, constraint and trigger of a database, to compare two of them."""
    with on.cursor() as cursor:
        if on.vendor == "sqlite":
            cursor.execute("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%%'", [])
        else:
            cursor.execute(
                "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable FROM information_schema.columns "
                "WHERE table_schema = 'public' "
                "UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' "
                "UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0 "
                "AND connamespace = 'public'::regnamespace "
                "UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
            )
        return sorted(str(row[0]) for row in cursor.fetchall())


def remove_orphaned_files() -> None:
    """Remove SQLite test databases of runs that were killed before they could."""
    for left in Path(tempfile.gettempdir()).glob("farmos-test-*.sqlite3*"):
        owner = re.match(r"farmos-test-(\d+)\.sqlite3", left.name)
        if owner is not None and not Path(f"/proc/{owner[1]}").exists():
            left.unlink(missing_ok=True)
