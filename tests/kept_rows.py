"""Try to rewrite history: change every column a model promises to keep, one at a time, and delete the row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from apps.journal import frame, integrity
from apps.journal.immutable import AppendOnly, Frozen
from tests.factories.context import NOW

LATER = NOW + timedelta(days=99)


def promised(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the columns that the model's immutability rule keeps."""
    rule: AppendOnly | Frozen = model.immutable  # type: ignore[attr-defined]
    if isinstance(rule, Frozen):
        return [field for field in model._meta.concrete_fields if field.name in (*rule.fields, *rule.always)]
    return [field for field in model._meta.concrete_fields if field.name not in rule.may_fill]


def free(model: type[models.Model]) -> set[str]:
    """Return the columns that may change although others are kept; a row's id and version are not asked about."""
    kept = {field.name for field in promised(model)}
    return {field.name for field in model._meta.concrete_fields} - kept - {"id", "version"}


def models_that_promise(app: str) -> set[str]:
    """Return the models of an app that keep rows or columns as they are."""
    return {model.__name__ for model in apps.get_app_config(app).get_models() if hasattr(model, "immutable")}


def rewritable(row: models.Model) -> set[str]:
    """Return the promised columns of ``row`` that the database nevertheless lets change."""
    return {field.name for field in promised(type(row)) if not _is_kept(row, {field.attname: _another(field, row)})}


def deletable(row: models.Model) -> bool:
    """Does the database let ``row`` be deleted?"""
    return not _is_kept(row, None)


def _is_kept(row: models.Model, change: dict[str, Any] | None) -> bool:
    """Try it, undo it, and return whether the database refused because the row is kept (and for no other reason)."""
    this_row = type(row)._default_manager.filter(pk=row.pk)
    try:
        with transaction.atomic(), frame.seeding("an attempt to rewrite history"):
            if change is None:
                this_row.delete()
            else:
                this_row.update(**change)
            transaction.set_rollback(True)
    except IntegrityError as error:
        refusal = integrity.refusal_for(error)
        return refusal is not None and refusal.code == "append-only"
    return False


def _another(field: models.Field[Any, Any], row: models.Model) -> Any:
    """Return a value for ``field`` that ``row`` does not have."""
    present = getattr(row, field.attname)
    if isinstance(field, models.BooleanField):
        return not present
    if isinstance(field, models.JSONField):
        return {"something": "else"}
    if isinstance(field, models.DateTimeField):
        return LATER
    if isinstance(field, models.IntegerField | models.FloatField):
        return (present or 0) + 1
    if isinstance(field, models.UUIDField | models.ForeignKey):
        return uuid4()
    return b"?" if isinstance(field, models.BinaryField) else "?"


class KeepsItsPromises:
    """What every model of one app with an immutability rule must hold. A subclass names its rows; pytest makes a test of each.

    Args:
        app: Label of the app.
        kept: Every model that makes a promise, with a maker of a row for which it holds.
        may_change: All that may still change in such a row, beside its version, in words; a model that is not named changes nothing.
        still_open: Makers of rows for which the promise does not hold yet.
    """

    app: ClassVar[str]
    kept: ClassVar[Mapping[str, Callable[[], models.Model]]]
    may_change: ClassVar[Mapping[str, str]] = {}
    still_open: ClassVar[Mapping[str, Callable[[], models.Model]]] = {}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give each test the models it is about."""
        for argument, names in (("model", self.kept), ("open_model", self.still_open)):
            if argument in metafunc.fixturenames:
                metafunc.parametrize(argument, list(names))

    def test_a_row_keeps_every_column_it_promises_to_keep(self, model: str) -> None:
        assert rewritable(self.kept[model]()) == set()

    def test_a_row_may_change_in_these_columns_only(self, model: str) -> None:
        assert free(type(self.kept[model]())) == set(self.may_change.get(model, "").split())

    def test_a_row_is_not_deleted(self, model: str) -> None:
        assert not deletable(self.kept[model]())

    def test_every_model_that_promises_something_is_tried(self) -> None:
        assert set(self.kept) == models_that_promise(self.app)

    def test_a_row_that_is_still_written_may_change_and_go(self, open_model: str) -> None:
        row = self.still_open[open_model]()

        assert rewritable(row) == {field.name for field in promised(type(row))}
        assert deletable(row)
