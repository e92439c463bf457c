"""Rows written in plain SQL are those that the ORM finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection

from apps.journal import raw
from apps.runs.models import Shard

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

WHOLE = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize("moment", [WHOLE, WHOLE + timedelta(microseconds=7), WHOLE.astimezone(timezone(timedelta(hours=2)))])
def test_a_moment_is_the_same_for_both(moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO runs_shard (number, holder, until, fence) VALUES (%s, %s, %s, %s)", raw.values([7, "", moment, 0]))

    assert Shard.objects.get(until=moment).until == moment
    assert not Shard.objects.filter(until__lt=moment).exists()
    assert not Shard.objects.filter(until__gt=moment).exists()
