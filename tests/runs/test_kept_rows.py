"""What runs promises to keep is kept by the database itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import models

from tests.factories.runs import (
    make_failed_run,
    make_incident,
    make_incident_run,
    make_item_outcome,
    make_outcome_photo,
    make_printing_run,
)
from tests.kept_rows import deletable, free, models_that_promise, promised, rewritable

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

KEPT: dict[str, Callable[[], models.Model]] = {
    "Run": make_failed_run,
    "ItemOutcome": make_item_outcome,
    "OutcomePhoto": make_outcome_photo,
    "Incident": make_incident,
    "IncidentRun": make_incident_run,
}
"""Every model that makes a promise, with a row for which it holds."""

MAY_CHANGE = {
    "Run": "desynced desynced_since desync_evidence needs_attention attention_since due_at bed_cleared_at bed_cleared_by judged_at judged_by",
    "Incident": "until evidence state released_at released_by release_note",
}
"""All that may still change in such a row, beside its version; every other model of KEPT changes nothing."""

OPEN: dict[str, Callable[[], models.Model]] = {
    "Run": make_printing_run,
}
"""Rows for which the promise does not hold yet."""


class TestARow:
    @pytest.mark.parametrize("model", KEPT)
    def test_keeps_every_column_it_promises_to_keep(self, model: str) -> None:
        row = KEPT[model]()

        assert rewritable(row) == set()

    @pytest.mark.parametrize("model", KEPT)
    def test_may_change_in_these_columns_only(self, model: str) -> None:
        assert free(type(KEPT[model]())) == set(MAY_CHANGE.get(model, "").split())

    @pytest.mark.parametrize("model", KEPT)
    def test_is_not_deleted(self, model: str) -> None:
        assert not deletable(KEPT[model]())

    def test_of_every_model_that_promises_something_is_tried(self) -> None:
        assert set(KEPT) == models_that_promise("runs")


class TestARowThatIsStillWritten:
    @pytest.mark.parametrize("model", OPEN)
    def test_may_change_and_go(self, model: str) -> None:
        row = OPEN[model]()

        assert rewritable(row) == {field.name for field in promised(type(row))}
        assert deletable(row)
