"""The database: SQLite in the data directory, or what ``DATABASE_URL`` names.

The SQLite options are measured: IMMEDIATE transactions (a deferred one fails at once when it upgrades from reading to writing), a 20 s
wait for the write lock, WAL with ``synchronous=NORMAL`` (a power cut can lose the last commits, a kill cannot; set
``FARMOS_SQLITE_SYNC=FULL`` for the strict). Recursive triggers make REPLACE ask the append-only triggers too.
"""

from __future__ import annotations

import os
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from .paths import DATA_DIR

LOCK_TIMEOUT_S = 20
"""Seconds a statement waits for a lock held by another writer before the command answers 'busy'."""

MOST_CONNECTIONS = 20
"""Connections to PostgreSQL one process holds at most. It keeps one and opens more as its threads ask: a new one takes longer than a small page."""

_PLANNING = "-c random_page_cost=1.1 -c jit=off"
"""What a page of the floor needs is in memory or on a solid-state disk: PostgreSQL's defaults are those of spinning disks, and of long reports."""


def _sqlite_options() -> dict[str, Any]:
    sync = "FULL" if os.environ.get("FARMOS_SQLITE_SYNC", "").upper() == "FULL" else "NORMAL"
    pragmas = (
        f"PRAGMA journal_mode=WAL;PRAGMA synchronous={sync};PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=67108864;PRAGMA recursive_triggers=ON"
    )
    return {"transaction_mode": "IMMEDIATE", "timeout": LOCK_TIMEOUT_S, "init_command": pragmas}


def configure(url: str | None) -> dict[str, Any]:
    """Return Django's settings for the database at ``url`` (SQLite in the data directory when there is none).

    Raises:
        ImproperlyConfigured: it names no database farmos knows. The message leaves the address out: it may hold a password.
    """
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA_DIR / "farmos.sqlite3"), "OPTIONS": _sqlite_options()}
    try:
        found: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        found = {"ENGINE": ""}
    if not found["ENGINE"].endswith(("sqlite3", "postgresql")):
        raise ImproperlyConfigured("DATABASE_URL names no database farmos knows: it starts with postgresql:// or sqlite:///")
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = _sqlite_options()
    else:
        found["OPTIONS"] = {
            **found.get("OPTIONS", {}),
            "options": f"-c lock_timeout={LOCK_TIMEOUT_S * 1000} -c idle_in_transaction_session_timeout=120000 {_PLANNING}",
            "pool": {"min_size": 1, "max_size": MOST_CONNECTIONS, "timeout": LOCK_TIMEOUT_S},
        }
        found["CONN_HEALTH_CHECKS"] = True
    return found


DATABASES = {"default": configure(os.environ.get("DATABASE_URL"))}
