"""The admin of accounts shows every row and changes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.states import Role
from tests.admin_pages import open_pages, unseen
from tests.factories.accounts import (
    make_account,
    make_address,
    make_circuit,
    make_grant,
    make_holiday,
    make_member,
    make_shift,
    make_site,
    make_user,
)

FACTORIES: dict[str, Callable[..., Any]] = {
    "Site": make_site,
    "Shift": make_shift,
    "Holiday": make_holiday,
    "Circuit": make_circuit,
    "User": make_user,
    "Grant": make_grant,
    "Account": make_account,
    "Member": make_member,
    "Address": make_address,
}


@pytest.mark.django_db
class TestTheAdmin:
    @pytest.mark.parametrize("model", FACTORIES)
    def test_opens_every_page_read_only(self, model: str) -> None:
        row = FACTORIES[model]()

        assert open_pages(make_user(Role.ADMIN), row).read_only

    def test_leaves_no_model_out(self) -> None:
        assert unseen("accounts", FACTORIES) == set()
