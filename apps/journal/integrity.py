"""From what a database driver says to what a person can use.

PostgreSQL names the violated constraint. SQLite names checks, but for unique indexes (partial ones included) only the table and its columns;
for foreign keys nothing at all.
"""

from __future__ import annotations

import re
from functools import cache

from django.apps import apps
from django.db import DataError, Error, IntegrityError, InterfaceError, OperationalError
from django.db.models import UniqueConstraint

from .immutable import column_of
from .refusals import CONSTRAINTS, Refusal

_SQLITE_CHECK = re.compile(r"CHECK constraint failed: (\w+)")
_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")
_SQLITE_INDEX = re.compile(r"UNIQUE constraint failed: index '(\w+)'")
_SQLITE_NOT_NULL = re.compile(r"NOT NULL constraint failed: \w+\.(\w+)")
_APPEND_ONLY = re.compile(r"append-only: (\w+)")
_IS_KNOWN = re.compile(r"\w+?_(\w+)_is_known")

_RETRY_STATES = {"40001", "40P01"}
_BUSY_STATES = {"55P03", "57014"}


@cache
def _unique_names() -> dict[tuple[str, frozenset[str]], list[str]]:
    """Map (table, columns) to the names of the unique constraints over them."""
    found: dict[tuple[str, frozenset[str]], list[str]] = {}
    for model in apps.get_models():
        table = model._meta.db_table
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and constraint.fields:
                columns = frozenset(column_of(model, name) for name in constraint.fields)
                found.setdefault((table, columns), []).append(constraint.name)
        for field in model._meta.concrete_fields:
            if field.unique:
                column = str(field.column)
                found.setdefault((table, frozenset([column])), []).append(unique_field_name(table, column))
    return found


def unique_field_name(table: str, column: str) -> str:
    """Return the name under which ``unique=True`` on a single column is declared: ``{table}.{column}``."""
    return f"{table}.{column}"


def violated(error: IntegrityError) -> str | None:
    """Return the name of the violated constraint, as declared, or None where the driver does not tell."""
    diag = getattr(error.__cause__, "diag", None)
    if diag is not None:
        return _postgres_name(diag.constraint_name, diag.table_name)
    text = str(error)
    for pattern in (_SQLITE_INDEX, _SQLITE_CHECK):
        if found := pattern.search(text):
            return found.group(1)
    if found := _SQLITE_UNIQUE.search(text):
        pairs = [part.strip().split(".", 1) for part in found.group(1).split(",")]
        names = _unique_names().get((pairs[0][0], frozenset(column for _table, column in pairs)), [])
        return names[0] if names else None
    return None


def _postgres_name(constraint: str | None, table: str | None) -> str | None:
    if constraint is None or constraint in CONSTRAINTS or table is None:
        return constraint
    for (owner, columns), names in _unique_names().items():
        if owner == table and len(columns) == 1:
            column = next(iter(columns))
            if constraint.startswith(f"{table}_{column}"[:40]) and constraint.endswith(("_key", "_uniq", "_pkey")):
                return names[0]
    return constraint


def refusal_for(error: Error) -> Refusal | None:
    """Return the refusal that tells a person what the database would not do, or None when the error is a bug of ours."""
    if isinstance(error, IntegrityError):
        return _integrity(error)
    if isinstance(error, DataError):
        return Refusal("value-unusable")
    text = str(error)
    state = getattr(error.__cause__, "sqlstate", None)
    if "database or disk is full" in text or state == "53100":
        return Refusal("disk-full")
    if state in _BUSY_STATES or state in _RETRY_STATES or "database is locked" in text or "database table is locked" in text:
        return Refusal("busy")
    if isinstance(error, InterfaceError) or (isinstance(error, OperationalError) and _is_gone(state, text)):
        return Refusal("unavailable")
    return None


def _is_gone(state: str | None, text: str) -> bool:
    gone = ("unable to open database file", "disk I/O error", "readonly database", "file is not a database", "malformed", "no such table")
    return state is None or state.startswith(("08", "57P", "53")) or any(phrase in text for phrase in gone)


def _integrity(error: IntegrityError) -> Refusal | None:
    text = str(error)
    if found := _APPEND_ONLY.search(text):
        return Refusal("append-only", table=found.group(1))
    name = violated(error)
    if name is not None and name in CONSTRAINTS:
        return Refusal(CONSTRAINTS[name], constraint=name)
    if name is not None and (found := _IS_KNOWN.fullmatch(name)):
        return Refusal("unknown-code", field=found.group(1), constraint=name)
    state = getattr(error.__cause__, "sqlstate", None)
    if state == "23503" or "FOREIGN KEY constraint failed" in text:
        return Refusal("unknown-reference")
    if state == "23502" or "NOT NULL constraint failed" in text:
        return Refusal("value-missing", field=_missing_column(error))
    return None


def _missing_column(error: IntegrityError) -> str:
    diag = getattr(error.__cause__, "diag", None)
    if diag is not None and diag.column_name:
        return str(diag.column_name)
    found = _SQLITE_NOT_NULL.search(str(error))
    return found.group(1) if found else "?"


def may_retry(error: Error) -> bool:
    """Is the same transaction worth trying again at once (deadlock victim, serialisation failure)?"""
    return getattr(error.__cause__, "sqlstate", None) in _RETRY_STATES
