"""Quotes, orders, pieces and money."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from apps.orders.models import (
    Amendment,
    AmendmentLine,
    Checkout,
    CustomerSnapshot,
    Intent,
    LedgerEntry,
    LineItem,
    NumberSeries,
    Piece,
    PieceFact,
    PriceList,
    Quote,
    QuoteLine,
    Refund,
    Release,
    Requirement,
    WebhookMessage,
)
from apps.orders.states import (
    AmendmentKind,
    CancelReason,
    IntentState,
    LedgerKind,
    PieceFactKind,
    PieceState,
    PriceListState,
    Provider,
    QuoteState,
    RefundReason,
    ReleaseBasis,
    SeriesKind,
)
from tests.factories.accounts import make_account, shop
from tests.factories.artifacts import some_sha256
from tests.factories.context import NOW
from tests.factories.filling import filled, stored, unique
from tests.factories.parts import make_part_revision
from tests.factories.policy import WHO, make_decision


def make_price_list(**overrides: Any) -> PriceList:
    """Return a draft of a price list."""
    values = {"currency": "EUR", "body": {}, **overrides}
    return stored(PriceList, filled(values, site=shop, key=lambda: unique("prices"), sha256=some_sha256))


def make_released_price_list(**overrides: Any) -> PriceList:
    """Return a price list in force."""
    return make_price_list(**{"state": PriceListState.RELEASED, "released_by": WHO, "released_at": NOW, **overrides})


def make_quote(**overrides: Any) -> Quote:
    """Return a draft of a quote."""
    return stored(Quote, filled({"currency": "EUR", **overrides}, site=shop, number=lambda: unique("Q")))


def make_sent_quote(**overrides: Any) -> Quote:
    """Return a quote the customer has, valid for thirty days."""
    values = {"state": QuoteState.SENT, "sent_at": NOW, "valid_until": NOW + timedelta(days=30), **overrides}
    return make_quote(**filled(values, quote_hash=some_sha256))


def make_quote_line(**overrides: Any) -> QuoteLine:
    """Return one bracket at five euros."""
    values = {"unit_minor": 500, "total_minor": 500, **overrides}
    return stored(QuoteLine, filled(values, quote=make_quote, part_revision=make_part_revision))


def make_intent(**overrides: Any) -> Intent:
    """Return an order that just came in."""
    values = {"currency": "EUR", "created_by": WHO, **overrides}
    return stored(Intent, filled(values, site=shop, number=lambda: unique("A"), account=make_account))


def make_paid_intent(**overrides: Any) -> Intent:
    """Return an order in production."""
    return make_intent(**{"state": IntentState.PAID, "paid_at": NOW, **overrides})


def make_canceled_intent(**overrides: Any) -> Intent:
    """Return an order the customer canceled."""
    canceled = {"canceled_at": NOW, "canceled_by": WHO, "cancel_reason": CancelReason.CUSTOMER_REQUEST}
    return make_intent(**{"state": IntentState.CANCELED, **canceled, **overrides})


def make_customer_snapshot(**overrides: Any) -> CustomerSnapshot:
    """Return who ordered."""
    values = {"account": {"name": "A. Buyer"}, "shipping_address": {"city": "Springfield"}, **overrides}
    return stored(CustomerSnapshot, filled(values, intent=make_intent, sha256=some_sha256))


def make_release(**overrides: Any) -> Release:
    """Return leave to produce an order that was paid in advance."""
    values = {"basis": ReleaseBasis.PREPAID, "released_by": WHO, **overrides}
    return stored(Release, filled(values, intent=make_paid_intent, decision=make_decision))


def make_line_item(**overrides: Any) -> LineItem:
    """Return one bracket."""
    return stored(LineItem, filled(overrides, intent=make_intent, part_revision=make_part_revision))


def make_requirement(**overrides: Any) -> Requirement:
    """Return the one component a plain line has."""
    return stored(Requirement, filled(overrides, line=make_line_item, part_revision=make_part_revision))


def make_piece(**overrides: Any) -> Piece:
    """Return a piece that is owed."""
    return stored(Piece, filled({"since": NOW, **overrides}, requirement=make_requirement))


def make_piece_fact(**overrides: Any) -> PieceFact:
    """Return the promise of a piece."""
    values = {"kind": PieceFactKind.PROMISED, "to_state": PieceState.OWED, "actor": WHO, **overrides}
    return stored(PieceFact, filled(values, piece=make_piece))


def make_amendment(**overrides: Any) -> Amendment:
    """Return a change to fewer pieces."""
    return stored(Amendment, filled({"kind": AmendmentKind.CANCEL_QTY, "made_by": WHO, **overrides}, intent=make_intent))


def make_amendment_line(**overrides: Any) -> AmendmentLine:
    """Return one piece fewer of one component."""
    values = filled({"pieces": -1, **overrides}, requirement=make_requirement)
    line = values["requirement"].line
    return stored(AmendmentLine, filled(values, line=lambda: line, amendment=lambda: make_amendment(intent=line.intent)))


def make_ledger_entry(**overrides: Any) -> LedgerEntry:
    """Return five euros paid in cash."""
    values = {"kind": LedgerKind.PAYMENT, "amount_minor": 500, "currency": "EUR", "occurred_at": NOW, "recorded_by": WHO, **overrides}
    return stored(LedgerEntry, filled(values, site=shop, intent=make_intent))


def make_refund_entry(**overrides: Any) -> LedgerEntry:
    """Return five euros given back."""
    return make_ledger_entry(**filled({"kind": LedgerKind.REFUND, "amount_minor": -500, **overrides}, against=make_ledger_entry))


def make_number_series(**overrides: Any) -> NumberSeries:
    """Return the numbers of orders."""
    return stored(NumberSeries, filled({"kind": SeriesKind.ORDER, "prefix": "A-", **overrides}, site=shop))


def make_checkout(**overrides: Any) -> Checkout:
    """Return a way to pay five euros that the provider is to open."""
    values = {"provider": Provider.TEST, "amount_minor": 500, "currency": "EUR", "expires_at": NOW + timedelta(hours=1), **overrides}
    return stored(Checkout, filled(values, intent=make_intent))


def make_webhook_message(**overrides: Any) -> WebhookMessage:
    """Return a message that waits to be applied."""
    values = {"provider": Provider.TEST, "kind": "payment.succeeded", "body": b"{}", "received_at": NOW, **overrides}
    return stored(WebhookMessage, filled(values, event_id=lambda: unique("evt")))


def make_refund(**overrides: Any) -> Refund:
    """Return five euros that are to go back."""
    values = {
        "provider": Provider.TEST,
        "amount_minor": 500,
        "currency": "EUR",
        "reason": RefundReason.GOODWILL,
        "requested_by": WHO,
        **overrides,
    }
    values = filled(values, payment=make_ledger_entry)
    return stored(Refund, filled(values, intent=lambda: values["payment"].intent))
