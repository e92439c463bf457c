"""Rows and columns that the database itself refuses to change.

A model says so with ``immutable = AppendOnly(...)`` or ``immutable = Frozen(...)``; the triggers are (re)made after every migrate, because
Django's SQLite migrations rebuild tables and lose them on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class AppendOnly:
    """Rows are inserted once and never updated or deleted. ``may_fill`` columns may go from NULL to a value, once."""

    may_fill: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frozen:
    """``fields`` never change once ``when`` (an SQL condition on the OLD row, e.g. ``OLD.state <> 'draft'``) holds; such rows are never deleted.

    ``always`` names columns that never change at all; a row that has such columns is never deleted.
    """

    fields: tuple[str, ...]
    when: str = "1 = 1"
    always: tuple[str, ...] = ()


Rule = AppendOnly | Frozen


def rules() -> Iterator[tuple[type[models.Model], Rule]]:
    """Yield every model that declares an immutability rule."""
    for model in apps.get_models():
        rule = getattr(model, "immutable", None)
        if isinstance(rule, AppendOnly | Frozen):
            yield model, rule


def install(connection: BaseDatabaseWrapper, *, app: str | None = None) -> list[str]:
    """(Re)make all triggers (those of one ``app`` label, where given) on ``connection``; return the names of the tables guarded."""
    existing = set(connection.introspection.table_names())
    guarded = []
    with connection.cursor() as cursor:
        for model, rule in rules():
            if model._meta.db_table in existing and app in (None, model._meta.app_label):
                for statement in _statements(connection.vendor, model, rule):
                    cursor.execute(statement)
                guarded.append(model._meta.db_table)
    return guarded


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the tables that should be guarded and are not (somebody dropped a trigger, or a migrate was cut short)."""
    if connection.vendor == "postgresql":
        sql = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        present = {row[0] for row in cursor.fetchall()}
    tables = [model._meta.db_table for model, _rule in rules()]
    return [table for table in tables if not {f"{table}_no_update", f"{table}_no_delete"} <= present]


def columns(model: type[models.Model], names: tuple[str, ...]) -> list[str]:
    """Return the database columns of the named fields."""
    return [column_of(model, name) for name in names]


def column_of(model: type[models.Model], name: str) -> str:
    """Return the database column of one concrete field."""
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]


def _changed(vendor: str, column: str) -> str:
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    return f'NEW."{column}" {differs} OLD."{column}"'


def _forbidden(vendor: str, model: type[models.Model], rule: Rule) -> tuple[str, str]:
    """Return the SQL conditions under which an UPDATE and a DELETE are refused."""
    if isinstance(rule, Frozen):
        touched = " OR ".join(_changed(vendor, column) for column in columns(model, rule.fields))
        ever = [_changed(vendor, column) for column in columns(model, rule.always)]
        return " OR ".join([f"(({rule.when}) AND ({touched}))", *ever]), "1 = 1" if ever else f"({rule.when})"
    fillable = columns(model, rule.may_fill)
    kept = [_changed(vendor, str(field.column)) for field in model._meta.concrete_fields if field.column not in fillable]
    refilled = [f'(OLD."{column}" IS NOT NULL AND {_changed(vendor, column)})' for column in fillable]
    return " OR ".join(kept + refilled), "1 = 1"


def _statements(vendor: str, model: type[models.Model], rule: Rule) -> Iterator[str]:
    table = model._meta.db_table
    on_update, on_delete = _forbidden(vendor, model, rule)
    if vendor == "postgresql":
        yield (
            f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger AS $$ BEGIN "
            f"RAISE EXCEPTION 'append-only: {table}' USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql"
        )
        for kind, when in (("update", on_update), ("delete", on_delete)):
            yield f"DROP TRIGGER IF EXISTS {table}_no_{kind} ON {table}"
            yield (
                f"CREATE TRIGGER {table}_no_{kind} BEFORE {kind.upper()} ON {table} FOR EACH ROW WHEN ({when}) "
                f"EXECUTE FUNCTION {table}_refuse()"
            )
        yield f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}"
        yield f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
        return
    for kind, when in (("update", on_update), ("delete", on_delete)):
        yield f"DROP TRIGGER IF EXISTS {table}_no_{kind}"
        yield (
            f"CREATE TRIGGER {table}_no_{kind} BEFORE {kind.upper()} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        )


def lift_before_migrate(**kwargs: Any) -> None:
    """Receive Django's ``pre_migrate``: take the triggers off the tables that are about to change. A column that one names cannot be dropped."""
    from django.db import connections

    label, connection = kwargs["app_config"].label, connections[kwargs["using"]]
    if not any(migration.app_label == label for migration, _backwards in kwargs["plan"]):
        return
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model, _rule in rules():
            table = model._meta.db_table
            if model._meta.app_label == label and table in existing:
                for kind in ("update", "delete"):
                    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{kind}{on_table}")


def install_after_migrate(**kwargs: Any) -> None:
    """Receive Django's ``post_migrate``, which is sent once for every app."""
    from django.db import connections

    install(connections[kwargs["using"]], app=kwargs["app_config"].label)
