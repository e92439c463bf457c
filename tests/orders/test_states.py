"""Which moves price lists, quotes, orders and pieces can make, and what each leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.states import Reason
from apps.orders.models import Checkout, Intent, Piece, PriceList, Quote, Refund, WebhookMessage
from apps.orders.states import (
    DELIVERED,
    IN_HAND,
    TO_MAKE,
    UNHAPPY_PIECES,
    Acceptance,
    CancelReason,
    CheckoutState,
    IntentState,
    PieceState,
    PriceListState,
    QuoteState,
    RefundState,
    WebhookState,
)
from tests.factories.accounts import make_account
from tests.factories.artifacts import some_sha256
from tests.factories.context import NOW
from tests.factories.orders import make_intent, make_piece, make_price_list, make_quote
from tests.factories.policy import WHO
from tests.state_machines import WALKS, Table, assert_all_others_are_refused, dead_ends, table_of, walk

PRICE_LIST: Table = {
    PriceListState.DRAFT: {"release": "released"},
    PriceListState.RELEASED: {"retire": "retired"},
    PriceListState.RETIRED: {},
}
QUOTE: Table = {
    QuoteState.DRAFT: {"send": "sent"},
    QuoteState.SENT: {"accept": "accepted", "decline": "declined", "expire": "expired", "supersede": "superseded"},
    QuoteState.ACCEPTED: {},
    QuoteState.DECLINED: {},
    QuoteState.EXPIRED: {},
    QuoteState.SUPERSEDED: {},
}
INTENT: Table = {
    IntentState.CREATED: {"await_payment": "awaiting_payment", "cancel": "canceled"},
    IntentState.AWAITING_PAYMENT: {"mark_paid": "paid", "cancel": "canceled"},
    IntentState.PAID: {"fulfil": "fulfilled", "cancel": "canceled"},
    IntentState.FULFILLED: {"reopen": "paid"},
    IntentState.CANCELED: {},
}
GONE_WRONG = {"scrap": "scrapped", "cancel": "canceled"}
PIECE: Table = {
    PieceState.OWED: {"start": "printing", "receive": "qa", "recover": "cooling", "cancel": "canceled"},
    PieceState.PRINTING: {"take_off": "cooling", "owe_again": "owed", **GONE_WRONG},
    PieceState.COOLING: {"cool": "qa", **GONE_WRONG},
    PieceState.QA: {"pass_qa": "passed", "rework": "rework", **GONE_WRONG},
    PieceState.PASSED: {"pack": "packed", "rework": "rework", **GONE_WRONG},
    PieceState.REWORK: {"finish_rework": "qa", **GONE_WRONG},
    PieceState.SCRAPPED: {"reopen": "owed", "recover": "cooling", "cancel": "canceled"},
    PieceState.PACKED: {"ship": "shipped", "rework": "rework", **GONE_WRONG},
    PieceState.SHIPPED: {"close": "closed", "scrap": "scrapped"},
    PieceState.CLOSED: {},
    PieceState.CANCELED: {},
}
CHECKOUT: Table = {
    CheckoutState.REQUESTED: {"open": "open", "fail": "failed", "complete": "completed", "expire": "expired"},
    CheckoutState.OPEN: {"complete": "completed", "expire": "expired"},
    CheckoutState.COMPLETED: {},
    CheckoutState.EXPIRED: {"complete": "completed"},
    CheckoutState.FAILED: {},
}
NOT_YET = {"apply": "applied", "ignore": "ignored", "park": "parked", "ask": "review"}
WEBHOOK: Table = {
    WebhookState.STORED: NOT_YET,
    WebhookState.PARKED: NOT_YET,
    WebhookState.REVIEW: {"apply": "applied"},
    WebhookState.APPLIED: {},
    WebhookState.IGNORED: {},
}
REFUND: Table = {
    RefundState.REQUESTED: {"issue": "issued", "fail": "failed"},
    RefundState.ISSUED: {"fail": "failed"},
    RefundState.FAILED: {},
}
MACHINES = [
    (Checkout, CheckoutState, CHECKOUT),
    (WebhookMessage, WebhookState, WEBHOOK),
    (Refund, RefundState, REFUND),
    (PriceList, PriceListState, PRICE_LIST),
    (Quote, QuoteState, QUOTE),
    (Intent, IntentState, INTENT),
    (Piece, PieceState, PIECE),
]
VALUES: dict[str, Any] = {"by": WHO, "now": NOW, "how": Acceptance.CLICK, "reason": CancelReason.CUSTOMER_REQUEST}
VALUES.update(code="card_declined", session_id="cs_1", url="https://pay.example.org", expires_at=NOW, external_id="re_1", entry=None)


class TestAStateMachine:
    @pytest.mark.parametrize(("model", "states", "table"), MACHINES)
    def test_has_exactly_these_moves(self, model: type[models.Model], states: type[models.TextChoices], table: Table) -> None:
        assert table_of(model, states) == table

    @pytest.mark.parametrize(("model", "states", "table"), MACHINES)
    def test_refuses_every_other(self, model: type[models.Model], states: type[models.TextChoices], table: Table) -> None:
        assert_all_others_are_refused(model, table, VALUES)

    def test_ends_where_it_ends(self) -> None:
        assert dead_ends(PRICE_LIST) == {"retired"}
        assert dead_ends(QUOTE) == {"accepted", "declined", "expired", "superseded"}
        assert dead_ends(INTENT) == {"canceled"}
        assert dead_ends(PIECE) == {"closed", "canceled"}

    def test_of_a_piece_counts_every_state_once(self) -> None:
        counted = [*TO_MAKE, *IN_HAND, *DELIVERED, PieceState.CANCELED]

        assert sorted(counted) == sorted(PieceState)


def make_quote_ready_to_send() -> Quote:
    return make_quote(account=make_account(), quote_hash=some_sha256(), valid_until="2026-04-01T00:00:00Z")


@pytest.mark.django_db
class TestAnyWalk:
    @WALKS
    @given(data=st.data())
    def test_leaves_price_lists_the_database_accepts(self, data: st.DataObject) -> None:
        walk(data, make_price_list, VALUES, lambda row: self.says_who(row, row.released_by, PriceListState.DRAFT))

    @WALKS
    @given(data=st.data())
    def test_leaves_quotes_the_database_accepts(self, data: st.DataObject) -> None:
        walk(data, make_quote_ready_to_send, VALUES, lambda row: self.says_who(row, row.settled_by, QuoteState.DRAFT, QuoteState.SENT))

    def says_who(self, row: PriceList | Quote, who: str, *unsigned: str) -> None:
        assert (who == WHO) == (row.state not in unsigned)

    @WALKS
    @given(data=st.data())
    def test_leaves_orders_the_database_accepts(self, data: st.DataObject) -> None:
        values = {**VALUES, "reason": st.sampled_from(CancelReason)}

        walk(data, make_intent, values, self.gives_its_reason)

    def gives_its_reason(self, intent: Intent) -> None:
        assert (intent.cancel_reason in CancelReason.values) == (intent.state == IntentState.CANCELED)

    @WALKS
    @given(data=st.data())
    def test_leaves_pieces_the_database_accepts(self, data: st.DataObject) -> None:
        walk(data, make_piece, {**VALUES, "reason": st.sampled_from(Reason)}, self.carries_a_reason_only_when_unhappy)

    def carries_a_reason_only_when_unhappy(self, piece: Piece) -> None:
        assert (piece.reason != "") == (piece.state in UNHAPPY_PIECES)
