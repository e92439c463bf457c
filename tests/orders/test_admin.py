"""The admin of orders shows every row and changes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.states import Role
from tests.admin_pages import open_pages, unseen
from tests.factories.accounts import make_user
from tests.factories.orders import (
    make_amendment,
    make_amendment_line,
    make_checkout,
    make_customer_snapshot,
    make_intent,
    make_ledger_entry,
    make_line_item,
    make_number_series,
    make_piece,
    make_piece_fact,
    make_price_list,
    make_quote,
    make_quote_line,
    make_refund,
    make_release,
    make_requirement,
    make_webhook_message,
)

FACTORIES: dict[str, Callable[..., Any]] = {
    "PriceList": make_price_list,
    "Quote": make_quote,
    "QuoteLine": make_quote_line,
    "Intent": make_intent,
    "CustomerSnapshot": make_customer_snapshot,
    "Release": make_release,
    "LineItem": make_line_item,
    "Requirement": make_requirement,
    "Piece": make_piece,
    "PieceFact": make_piece_fact,
    "Amendment": make_amendment,
    "AmendmentLine": make_amendment_line,
    "LedgerEntry": make_ledger_entry,
    "NumberSeries": make_number_series,
    "Checkout": make_checkout,
    "WebhookMessage": make_webhook_message,
    "Refund": make_refund,
}


@pytest.mark.django_db
class TestTheAdmin:
    @pytest.mark.parametrize("model", FACTORIES)
    def test_opens_every_page_read_only(self, model: str) -> None:
        row = FACTORIES[model]()

        assert open_pages(make_user(Role.ADMIN), row).read_only

    def test_leaves_no_model_out(self) -> None:
        assert unseen("orders", FACTORIES) == set()
