"""Copying one row many times by SQL, on SQLite and on PostgreSQL. Ids are made of a prefix and a number, so that copies can name each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, models

Expressions = Mapping[str, str]
STEP = 250_000
"""Rows of one statement."""


def identity(prefix: str, number: str = "n") -> str:
    """Return the SQL for the id of copy ``number``: eight hexadecimal digits of ``prefix``, then the number."""
    if connection.vendor == "sqlite":
        return f"printf('{prefix}%024x', {number})"
    return f"('{prefix}' || lpad(to_hex(({number})::bigint), 24, '0'))::uuid"


def copy(row: models.Model, first: int, last: int, **values: str) -> None:
    """Insert copies ``first`` to ``last`` of ``row``; ``values`` are SQL for columns that differ, in which ``n`` is the copy's number."""
    table, columns = row._meta.db_table, [field.column for field in row._meta.concrete_fields]
    selected = ", ".join(values.get(str(column), f't."{column}"') for column in columns).replace("%", "%%")
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        for start in range(first, last + 1, STEP):
            numbers = _numbers(start, min(last, start + STEP - 1))
            key = row.pk.hex if connection.vendor == "sqlite" and hasattr(row.pk, "hex") else row.pk
            sql = f'INSERT INTO "{table}" ({names}) SELECT {selected} FROM {numbers}, "{table}" t WHERE t."{row._meta.pk.column}" = %s'
            cursor.execute(sql, [key])


def _numbers(first: int, last: int) -> str:
    if connection.vendor == "sqlite":
        return f"(WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last}) SELECT n FROM s) s"
    return f"generate_series({first}, {last}) s(n)"


@contextmanager
def in_bulk() -> Iterator[None]:
    """Leave out checks of references and waiting for the disk while copies are made: they name each other as they must."""
    loose, strict = {
        "sqlite": (["PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-500000"], ["PRAGMA foreign_keys=ON"]),
        "postgresql": (["SET session_replication_role = replica"], ["SET session_replication_role = origin"]),
    }[connection.vendor]
    with connection.cursor() as cursor:
        for statement in loose:
            cursor.execute(statement)
        yield
        for statement in strict:
            cursor.execute(statement)
