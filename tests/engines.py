"""What differs between SQLite and PostgreSQL when tests clean up after themselves or start processes of their own."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.journal import immutable

ROOT = Path(__file__).resolve().parents[1]

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
            with on.cursor() as cursor:
                for name in trigger_names(on):
                    cursor.execute(f'DROP TRIGGER "{name}"')
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


def schema_digest(root: Path = ROOT) -> str:
    """Return a digest of everything a migrated test database is made from: migrations, models, triggers, the toy app."""
    wanted = {
        *root.glob("apps/*/migrations/*.py"),
        *root.glob("apps/*/models.py"),
        *root.glob("apps/*/models/*.py"),
        *root.glob("tests/toy/*.py"),
    }
    wanted |= {root / "apps/journal/immutable.py", root / "farmos/settings/base.py", root / "requirements.txt"}
    files = sorted(path for path in wanted if path.exists())
    return sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()[:16]


def start_from(migrated: Path) -> None:
    """Put a copy of an already ``migrated`` SQLite database where the test database will be; without one, make sure nothing is there."""
    name = settings.DATABASES["default"]["TEST"]["NAME"]
    remove_file(name)
    if migrated.exists():
        shutil.copyfile(migrated, name)


def keep_migrated(migrated: Path, on: BaseDatabaseWrapper) -> None:
    """Keep a copy of the fresh test database for later sessions, in place of those of earlier schemas."""
    if migrated.exists():
        return
    for old in migrated.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    unfinished = migrated.with_suffix(f".{os.getpid()}")
    on.ensure_connection()
    with closing(sqlite3.connect(unfinished)) as target:
        on.connection.backup(target)
    unfinished.replace(migrated)


def remove_file(name: str) -> None:
    """Remove an SQLite database and what belongs to it."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{name}{suffix}").unlink(missing_ok=True)


def remove_leftovers() -> None:
    """Remove the databases and data directories of this process, and of test runs that were killed before they could."""
    for left in Path(tempfile.gettempdir()).glob("farmos-test-*"):
        owner = re.match(r"farmos-test-(?:data-)?(\d+)", left.name)
        if owner is not None and (owner[1] == str(os.getpid()) or not Path(f"/proc/{owner[1]}").exists()):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
