"""What planning promises to keep is kept by the database itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import models

from tests.factories.planning import (
    make_approved_plan,
    make_approved_plate,
    make_layout,
    make_layout_slot,
    make_output,
    make_plan,
    make_plan_review,
    make_plate,
    make_plate_item,
)
from tests.kept_rows import deletable, free, models_that_promise, promised, rewritable

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def make_pinned_item() -> models.Model:
    return make_plate_item(is_pinned=True)


KEPT: dict[str, Callable[[], models.Model]] = {
    "Plan": make_approved_plan,
    "PlanReview": make_plan_review,
    "Layout": make_layout,
    "LayoutSlot": make_layout_slot,
    "Output": make_output,
    "BuildPlate": make_approved_plate,
    "PlateItem": make_pinned_item,
}
"""Every model that makes a promise, with a row for which it holds."""

MAY_CHANGE = {
    "Plan": "risk_level risk_factors state superseded_at voided_by voided_at void_reason dispatch_blocked blocked_since",
    "PlanReview": "evidence resolved_by resolved_at note",
    "Output": "retired_at",
    "BuildPlate": "state superseded_at voided_by voided_at void_reason",
    "PlateItem": "live",
}
"""All that may still change in such a row, beside its version; every other model of KEPT changes nothing."""

OPEN: dict[str, Callable[[], models.Model]] = {
    "Plan": make_plan,
    "BuildPlate": make_plate,
    "PlateItem": make_plate_item,
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
        assert set(KEPT) == models_that_promise("planning")


class TestARowThatIsStillWritten:
    @pytest.mark.parametrize("model", OPEN)
    def test_may_change_and_go(self, model: str) -> None:
        row = OPEN[model]()

        assert rewritable(row) == {field.name for field in promised(type(row))}
        assert deletable(row)
