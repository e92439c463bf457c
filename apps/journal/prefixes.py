"""Finding rows by how a text begins, whatever its case, from an index on SQLite and on PostgreSQL.

``LIKE 'abc%'`` uses an index on neither as Django writes it. Comparing the folded text with a range does, when both are in the order of their
bytes: ``PrefixIndex("number", ...)`` in a model's ``Meta`` and ``beginning(rows, "number", text)`` belong together.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.db.models.functions import Lower

_ASCII_UPPER = str.maketrans({letter: letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
_LAST = "\U0010ffff"


class ByteOrder(models.Func):
    """A text in the order of its bytes: what collation that is called depends on the database."""

    template = '%(expressions)s COLLATE "C"'
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """Return the expression as SQLite says it."""
        return self.as_sql(compiler, connection, template='%(expressions)s COLLATE "BINARY"', **extra_context)


def folded(field: str) -> ByteOrder:
    """Return what the index and the question both compare: the text without regard to case, in the order of its bytes."""
    return ByteOrder(Lower(field))


def fold(text: str) -> str:
    """Return ``text`` as the database folds it: SQLite knows the case of ASCII letters only."""
    return text.translate(_ASCII_UPPER) if connection.vendor == "sqlite" else text.lower()


def beginning(rows: models.QuerySet[Any, Any], field: str, text: str) -> models.QuerySet[Any, Any]:
    """Return the rows whose ``field`` begins with ``text``, whatever the case, in the order of that field."""
    wanted = fold(text)
    found = rows.alias(folded_text=folded(field)).filter(folded_text__gte=wanted, folded_text__lt=wanted + _LAST)
    in_order: models.QuerySet[Any, Any] = found.order_by("folded_text")
    return in_order
