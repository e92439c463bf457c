"""Keeping what printers measure while they print: one coarse sample of each every half minute, in one statement for all of them.

Neither event nor aggregate: numbers for a chart, which may have a gap. Samples are appended to one row for each attempt and hour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from apps.fleet.domain.telemetry import HOUR_S, Sample, hour_of, stored
from apps.journal import clock, raw

KEEP_S = 30.0
FORGET_S = 3600.0
AT_ONCE = 300

_APPEND = "ON CONFLICT (run_id, hour) DO UPDATE SET samples = runs_telemetry.samples || excluded.samples"


def keep(samples: Iterable[tuple[UUID, Sample]]) -> None:
    """Append each attempt's sample to what is kept of it."""
    rows: defaultdict[tuple[UUID, int], str] = defaultdict(str)
    for run_id, sample in samples:
        rows[run_id, hour_of(sample)] += stored(sample)
    listed = [(run_id, hour, text) for (run_id, hour), text in rows.items()]
    if not listed:
        return
    places = ", ".join(["(%s, %s, %s)"] * len(listed))
    with connection.cursor() as cursor:
        sql = f"INSERT INTO runs_telemetry (run_id, hour, samples) VALUES {places} {_APPEND}"  # noqa: S608 - all values are bound
        cursor.execute(sql, raw.values(value for row in listed for value in row))


def forget() -> int:
    """Delete what is older than ``FARMOS_TELEMETRY_DAYS``, some rows at a time; return how many those were."""
    oldest = clock.database_now() - timedelta(days=settings.FARMOS_TELEMETRY_DAYS)
    with connection.cursor() as cursor:
        sql = "DELETE FROM runs_telemetry WHERE id IN (SELECT id FROM runs_telemetry WHERE hour < %s ORDER BY hour LIMIT %s)"
        cursor.execute(sql, [int(oldest.timestamp() // HOUR_S), AT_ONCE])
        return int(cursor.rowcount)
