"""What policy promises to keep is kept by the database itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import models

from tests.factories.policy import (
    make_active_policy,
    make_approval,
    make_breaker,
    make_breaker_count,
    make_decision,
    make_granted_approval,
    make_hold,
    make_policy,
)
from tests.kept_rows import deletable, free, models_that_promise, promised, rewritable

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

KEPT: dict[str, Callable[[], models.Model]] = {
    "Policy": make_active_policy,
    "Decision": make_decision,
    "Approval": make_granted_approval,
    "Hold": make_hold,
    "BreakerCount": make_breaker_count,
    "Breaker": make_breaker,
}
"""Every model that makes a promise, with a row for which it holds."""

MAY_CHANGE = {
    "Policy": "note state retired_at",
    "Approval": "state revoked_by revoked_at revoke_reason",
    "Hold": "released_by released_at release_note",
    "Breaker": "acknowledged_by acknowledged_at note",
}
"""All that may still change in such a row, beside its version; every other model of KEPT changes nothing."""

OPEN: dict[str, Callable[[], models.Model]] = {
    "Policy": make_policy,
    "Approval": make_approval,
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
        assert set(KEPT) == models_that_promise("policy")


class TestARowThatIsStillWritten:
    @pytest.mark.parametrize("model", OPEN)
    def test_may_change_and_go(self, model: str) -> None:
        row = OPEN[model]()

        assert rewritable(row) == {field.name for field in promised(type(row))}
        assert deletable(row)
