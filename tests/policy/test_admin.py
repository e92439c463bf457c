"""The admin of policy shows every row and changes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.states import Role
from tests.admin_pages import open_pages, unseen
from tests.factories.accounts import make_user
from tests.factories.policy import make_approval, make_breaker, make_breaker_count, make_decision, make_hold, make_policy

FACTORIES: dict[str, Callable[..., Any]] = {
    "Policy": make_policy,
    "Decision": make_decision,
    "Approval": make_approval,
    "Hold": make_hold,
    "BreakerCount": make_breaker_count,
    "Breaker": make_breaker,
}


@pytest.mark.django_db
class TestTheAdmin:
    @pytest.mark.parametrize("model", FACTORIES)
    def test_opens_every_page_read_only(self, model: str) -> None:
        row = FACTORIES[model]()

        assert open_pages(make_user(Role.ADMIN), row).read_only

    def test_leaves_no_model_out(self) -> None:
        assert unseen("policy", FACTORIES) == set()
