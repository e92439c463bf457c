"""The admin of accounts shows every row and changes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from apps.accounts.states import Role
from apps.journal.readonly import ReadOnlyAdmin
from tests.admin_pages import open_pages, unseen
from tests.factories.accounts import (
    make_account,
    make_address,
    make_api_token,
    make_circuit,
    make_device,
    make_grant,
    make_holiday,
    make_member,
    make_shift,
    make_sign_in_link,
    make_sign_in_try,
    make_user,
    shop,
)

FACTORIES: dict[str, Callable[..., Any]] = {
    "Site": shop,
    "Shift": make_shift,
    "Holiday": make_holiday,
    "Circuit": make_circuit,
    "User": make_user,
    "Grant": make_grant,
    "Account": make_account,
    "Member": make_member,
    "Address": make_address,
    "ApiToken": make_api_token,
    "Device": make_device,
    "SignInTry": make_sign_in_try,
    "SignInLink": make_sign_in_link,
}


@pytest.mark.django_db
class TestTheAdmin:
    @pytest.mark.parametrize("model", FACTORIES)
    def test_opens_every_page_read_only(self, model: str) -> None:
        row = FACTORIES[model]()

        assert open_pages(make_user(Role.ADMIN), row).read_only

    def test_leaves_no_model_out(self) -> None:
        assert unseen("accounts", FACTORIES) == set()

    def test_changes_nothing_of_anybody(self) -> None:
        assert [model for model, page in admin.site._registry.items() if not isinstance(page, ReadOnlyAdmin)] == []

    @pytest.mark.parametrize(
        "page",
        [
            "user/?password__startswith=",
            "user/?pin__startswith=",
            "grant/?user__password__startswith=",
            "member/?user__password__startswith=",
            "apitoken/?secret_sha256__startswith=",
        ],
    )
    def test_cannot_be_asked_for_a_password_hash_piece_by_piece(self, page: str) -> None:
        client = Client(raise_request_exception=False)
        client.force_login(make_user(Role.ADMIN))

        assert client.get(f"/admin/records/accounts/{page}x").status_code == 400
