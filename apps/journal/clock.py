"""The one place that reads a clock for mechanisms (leases, sweeps). Commands get their time from the context instead."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection


def now() -> datetime:
    """Return this machine's time, in UTC."""
    return datetime.now(tz=UTC)


def database_now() -> datetime:
    """Return the time all processes agree on: PostgreSQL's clock, or this machine's where the database is a file."""
    if connection.vendor != "postgresql":
        return now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    moment: datetime = row[0]
    return moment.astimezone(UTC)
