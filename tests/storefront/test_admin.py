"""The admin of the storefront shows every row and changes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.states import Role
from tests.admin_pages import open_pages, unseen
from tests.factories.accounts import make_user
from tests.factories.storefront import make_basket_line, make_visitor

FACTORIES: dict[str, Callable[..., Any]] = {"Visitor": make_visitor, "BasketLine": make_basket_line}


@pytest.mark.django_db
class TestTheAdmin:
    @pytest.mark.parametrize("model", FACTORIES)
    def test_opens_every_page_read_only(self, model: str) -> None:
        row = FACTORIES[model]()

        assert open_pages(make_user(Role.ADMIN), row).read_only

    def test_leaves_no_model_out(self) -> None:
        assert unseen("storefront", FACTORIES) == set()
