"""Which index the database would use for a query. Tables of tests are tiny, so PostgreSQL is told not to read them whole."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import QuerySet


def plan_of(query: QuerySet[Any]) -> str:
    """Return the database's plan for ``query``; it names the indexes used."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f'REINDEX TABLE "{query.model._meta.db_table}"')  # what earlier tests left in an index makes it look dearer
    return query.explain()
