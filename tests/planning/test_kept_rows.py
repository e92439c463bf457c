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
    make_slice_failure,
)
from tests.kept_rows import KeepsItsPromises

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
    "SliceFailure": make_slice_failure,
}
"""Every model that makes a promise, with a row for which it holds."""

MAY_CHANGE = {
    "Plan": "risk_level risk_factors state superseded_at voided_by voided_at void_reason dispatch_blocked blocked_since",
    "PlanReview": "evidence resolved_by resolved_at note",
    "Output": "retired_at",
    "BuildPlate": "slice_key output state superseded_at voided_by voided_at void_reason",
    "PlateItem": "live",
}
"""All that may still change in such a row, beside its version; every other model of KEPT changes nothing."""

OPEN: dict[str, Callable[[], models.Model]] = {
    "Plan": make_plan,
    "BuildPlate": make_plate,
    "PlateItem": make_plate_item,
}
"""Rows for which the promise does not hold yet."""


class TestRowsOfPlanning(KeepsItsPromises):
    app = "planning"
    kept = KEPT
    may_change = MAY_CHANGE
    still_open = OPEN
