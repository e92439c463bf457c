"""The admin of planning shows every row and changes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.states import Role
from tests.admin_pages import open_pages, unseen
from tests.factories.accounts import make_user
from tests.factories.planning import (
    make_layout,
    make_layout_slot,
    make_output,
    make_plan,
    make_plan_review,
    make_plate,
    make_plate_item,
    make_slice_failure,
)

FACTORIES: dict[str, Callable[..., Any]] = {
    "Plan": make_plan,
    "PlanReview": make_plan_review,
    "Layout": make_layout,
    "LayoutSlot": make_layout_slot,
    "Output": make_output,
    "BuildPlate": make_plate,
    "PlateItem": make_plate_item,
    "SliceFailure": make_slice_failure,
}


@pytest.mark.django_db
class TestTheAdmin:
    @pytest.mark.parametrize("model", FACTORIES)
    def test_opens_every_page_read_only(self, model: str) -> None:
        row = FACTORIES[model]()

        assert open_pages(make_user(Role.ADMIN), row).read_only

    def test_leaves_no_model_out(self) -> None:
        assert unseen("planning", FACTORIES) == set()
