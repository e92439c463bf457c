"""What orders promises to keep is kept by the database itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import models

from tests.factories.context import NOW
from tests.factories.orders import (
    make_amendment,
    make_amendment_line,
    make_checkout,
    make_customer_snapshot,
    make_ledger_entry,
    make_line_item,
    make_number_series,
    make_paid_intent,
    make_piece,
    make_piece_fact,
    make_price_list,
    make_quote,
    make_quote_line,
    make_refund,
    make_release,
    make_released_price_list,
    make_requirement,
    make_sent_quote,
    make_webhook_message,
)
from tests.kept_rows import KeepsItsPromises, deletable, rewritable

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def make_sealed_line() -> models.Model:
    return make_quote_line(is_sealed=True)


KEPT: dict[str, Callable[[], models.Model]] = {
    "PriceList": make_released_price_list,
    "Quote": make_sent_quote,
    "QuoteLine": make_sealed_line,
    "Intent": make_paid_intent,
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
"""Every model that makes a promise, with a row for which it holds."""

MAY_CHANGE = {
    "PriceList": "note state",
    "Quote": "account total_minor shipping_minor tax_minor state settled_at settled_by acceptance po_number po_file",
    "QuoteLine": "is_chosen",
    "Intent": "due_at thread state paid_at fulfilled_at canceled_at canceled_by cancel_reason",
    "CustomerSnapshot": "erased_at erased_by",
    "NumberSeries": "prefix width next_value",
    "Piece": "state since reason allocated_to",
    "Checkout": "session_id url expires_at state closed_at code",
    "WebhookMessage": "state code attempts intent entry settled_at",
    "Refund": "state external_id code entry settled_at",
}
"""All that may still change in such a row, beside its version; every other model of KEPT changes nothing."""

OPEN: dict[str, Callable[[], models.Model]] = {
    "PriceList": make_price_list,
    "Quote": make_quote,
    "QuoteLine": make_quote_line,
}
"""Rows for which the promise does not hold yet."""


class TestRowsOfOrders(KeepsItsPromises):
    app = "orders"
    kept = KEPT
    may_change = MAY_CHANGE
    still_open = OPEN


class TestErasedCustomerDetails:
    def test_lose_their_words_and_keep_the_proof(self) -> None:
        row = make_customer_snapshot(erased_at=NOW, erased_by="person:1")

        assert rewritable(row) == {"account", "shipping_address", "billing_address", "notes", "channel_options"}
        assert not deletable(row)
