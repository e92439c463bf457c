"""What the database refuses about quotes, orders and their lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from apps.orders.models import Intent, Quote
from apps.orders.states import (
    Acceptance,
    AmendmentKind,
    CheckoutState,
    Component,
    IntentKind,
    IntentState,
    LedgerKind,
    PieceFactKind,
    PieceState,
    QuoteState,
    RefundState,
    Source,
    WebhookState,
)
from tests.factories.accounts import make_account
from tests.factories.context import NOW
from tests.factories.orders import (
    make_amendment,
    make_amendment_line,
    make_canceled_intent,
    make_checkout,
    make_customer_snapshot,
    make_intent,
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
    make_refund_entry,
    make_release,
    make_released_price_list,
    make_requirement,
    make_sent_quote,
    make_webhook_message,
)
from tests.violations import Violation, missing, refused, twice, unknown_codes

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

SOMETHING = uuid4()


def make_accepted_quote(**overrides: Any) -> Quote:
    settled = {"state": QuoteState.ACCEPTED, "acceptance": Acceptance.CLICK, "settled_at": NOW, "settled_by": "person:1"}
    return make_sent_quote(**{**settled, "account": make_account(), **overrides})


def two_lines_of_one_amendment_about_one_component() -> None:
    first = make_amendment_line()
    make_amendment_line(amendment=first.amendment, requirement=first.requirement, line=first.line)


def a_second_promise_of_a_piece() -> None:
    twice(make_piece_fact, piece=make_piece())


QUOTES = [
    Violation("one_price_list_per_version", "price-list-version-exists", lambda: twice(make_price_list, key="shop")),
    Violation(
        "one_price_list_in_force_per_key",
        "price-list-in-force",
        lambda: [make_released_price_list(key="shop", list_version=number) for number in (1, 2)],
    ),
    Violation("price_list_list_version_at_least_1", "price-list-version-invalid", lambda: make_price_list(list_version=0)),
    Violation("price_list_currency_is_a_currency", "price-list-currency-invalid", lambda: make_price_list(currency="eur")),
    Violation("price_list_sha256_is_a_sha256", "price-list-hash-invalid", lambda: make_price_list(sha256="abc")),
    Violation("only_released_price_lists_leave_draft", "price-list-release-undated", lambda: make_price_list(state="released")),
    Violation("price_list_releases_say_who_and_when", "price-list-release-unsigned", lambda: make_released_price_list(released_by="")),
    Violation("one_quote_per_number", "quote-number-taken", lambda: twice(make_quote, number="Q-1")),
    Violation("a_quote_is_superseded_once", "quote-superseded", lambda: twice(make_sent_quote, supersedes=make_sent_quote())),
    Violation("quote_currency_is_a_currency", "quote-currency-invalid", lambda: make_quote(currency="E")),
    Violation("quote_quote_hash_is_a_sha256", "quote-hash-invalid", lambda: make_quote(quote_hash="abc")),
    Violation("quote_lead_time_minutes_at_least_0", "quote-lead-time-invalid", lambda: make_quote(lead_time_minutes=-1)),
    Violation("quotes_have_a_number", "quote-unnumbered", lambda: make_quote(number="")),
    Violation(
        "quote_totals_contain_shipping_and_tax",
        "quote-total-inconsistent",
        lambda: make_quote(total_minor=100, shipping_minor=60, tax_minor=41),
    ),
    Violation("sent_quotes_are_pinned_and_end", "quote-not-pinned", lambda: make_sent_quote(valid_until=None)),
    Violation("quotes_are_valid_after_sending", "quote-expired-when-sent", lambda: make_sent_quote(valid_until=NOW)),
    Violation("settled_quotes_say_when", "quote-settlement-undated", lambda: make_sent_quote(state=QuoteState.DECLINED)),
    Violation("settled_quotes_say_who", "quote-settlement-unsigned", lambda: make_accepted_quote(settled_by="")),
    Violation("accepted_quotes_say_who_and_how", "quote-acceptance-incomplete", lambda: make_accepted_quote(account=None)),
    Violation("one_price_per_quantity", "quote-break-exists", lambda: twice(make_quote_line, quote=make_quote(), is_chosen=False)),
    Violation(
        "one_chosen_quantity_per_position",
        "quote-quantity-chosen",
        lambda: make_quote_line(quote=make_quote_line().quote, quantity=10),
    ),
    Violation("quote_line_position_at_least_1", "quote-line-position-invalid", lambda: make_quote_line(position=0)),
    Violation("quote_line_quantity_at_least_1", "quote-quantity-invalid", lambda: make_quote_line(quantity=0)),
    Violation("quote_lines_say_what", "quote-line-empty", lambda: make_quote_line(part_revision=None)),
    Violation("quote_prices_are_not_negative", "quote-price-negative", lambda: make_quote_line(unit_minor=-1)),
]
ORDERS = [
    Violation("one_order_per_number", "order-number-taken", lambda: twice(make_intent, number="A-1")),
    Violation(
        "one_order_per_external_reference",
        "order-exists",
        lambda: twice(make_intent, source=Source.SHOPIFY, shop="mugs", external_ref="#1001"),
    ),
    Violation("one_order_per_quote", "quote-ordered", lambda: twice(make_intent, quote=make_accepted_quote())),
    Violation("intent_currency_is_a_currency", "order-currency-invalid", lambda: make_intent(currency="eur")),
    Violation("orders_have_a_number_and_a_maker", "order-unnumbered", lambda: make_intent(created_by="")),
    Violation("customer_orders_have_a_customer", "order-without-customer", lambda: make_intent(account=None)),
    Violation("replacements_name_what_they_replace", "replacement-without-original", lambda: make_intent(kind=IntentKind.REPLACEMENT)),
    Violation("channel_orders_keep_their_reference", "channel-order-without-reference", lambda: make_intent(source=Source.ETSY)),
    Violation("order_prices_contain_shipping_and_tax", "order-price-inconsistent", lambda: make_intent(price_minor=100, tax_minor=101)),
    Violation("paid_orders_say_when", "order-payment-undated", lambda: make_paid_intent(paid_at=None)),
    Violation("fulfilled_orders_say_when", "order-fulfilment-undated", lambda: make_paid_intent(state=IntentState.FULFILLED)),
    Violation("canceled_orders_say_when", "order-cancellation-undated", lambda: make_intent(state=IntentState.CANCELED)),
    Violation("canceled_orders_carry_a_reason", "order-cancellation-without-reason", lambda: make_canceled_intent(cancel_reason="")),
    Violation("one_customer_snapshot_per_number", "customer-details-exist", lambda: twice(make_customer_snapshot, intent=make_intent())),
    Violation("customer_snapshot_number_at_least_1", "customer-details-number-invalid", lambda: make_customer_snapshot(number=0)),
    Violation("customer_snapshot_sha256_is_a_sha256", "customer-details-hash-invalid", lambda: make_customer_snapshot(sha256="abc")),
    Violation("erased_snapshots_say_who_and_when", "customer-details-erasure-unsigned", lambda: make_customer_snapshot(erased_at=NOW)),
    Violation("one_release_per_order", "order-released", lambda: twice(make_release, intent=make_paid_intent())),
    Violation("releases_say_who", "release-unsigned", lambda: make_release(released_by="")),
    Violation("one_line_per_position", "line-position-taken", lambda: twice(make_line_item, intent=make_intent())),
    Violation("line_item_position_at_least_1", "line-position-invalid", lambda: make_line_item(position=0)),
    Violation("line_item_quantity_at_least_1", "line-quantity-invalid", lambda: make_line_item(quantity=0)),
    Violation("lines_say_what", "line-empty", lambda: make_line_item(part_revision=None)),
    Violation("line_prices_are_not_negative", "line-price-negative", lambda: make_line_item(total_minor=-1)),
    Violation("one_component_per_position", "component-position-taken", lambda: twice(make_requirement, line=make_line_item())),
    Violation("requirement_position_at_least_1", "component-position-invalid", lambda: make_requirement(position=0)),
    Violation("requirement_qty_per_set_at_least_1", "component-quantity-invalid", lambda: make_requirement(qty_per_set=0)),
    Violation(
        "components_made_here_have_a_part_revision",
        "component-without-revision",
        lambda: make_requirement(component=Component.MACHINED, part_revision=None, sku="X"),
    ),
    Violation("components_say_what", "component-empty", lambda: make_requirement(component=Component.PURCHASED, part_revision=None)),
    Violation(
        "replaced_components_name_their_amendment", "component-change-unexplained", lambda: make_requirement(replaces=make_requirement())
    ),
]
PIECES = [
    Violation("one_amendment_per_number", "amendment-exists", lambda: twice(make_amendment, intent=make_intent())),
    Violation(
        "one_amendment_per_customer_snapshot",
        "customer-details-used",
        lambda: twice(make_amendment, kind=AmendmentKind.ADDRESS, snapshot=make_customer_snapshot()),
    ),
    Violation("amendment_number_at_least_1", "amendment-number-invalid", lambda: make_amendment(number=0)),
    Violation("amendments_say_who", "amendment-unsigned", lambda: make_amendment(made_by="")),
    Violation("changes_of_address_carry_it", "amendment-without-address", lambda: make_amendment(kind=AmendmentKind.ADDRESS)),
    Violation("changes_of_date_carry_it", "amendment-without-date", lambda: make_amendment(sla_due_at=NOW)),
    Violation("changes_of_price_change_it", "amendment-without-price", lambda: make_amendment(kind=AmendmentKind.PRICE)),
    Violation("an_amendment_names_a_component_once", "amendment-line-exists", two_lines_of_one_amendment_about_one_component),
    Violation("amendment_lines_change_something", "amendment-line-empty", lambda: make_amendment_line(pieces=0)),
    Violation("one_piece_per_number", "piece-exists", lambda: twice(make_piece, requirement=make_requirement())),
    Violation("a_plate_item_makes_one_piece", "place-allocated", lambda: twice(make_piece, allocated_to=SOMETHING)),
    Violation("piece_number_at_least_1", "piece-number-invalid", lambda: make_piece(number=0)),
    Violation("unhappy_pieces_carry_a_reason", "piece-without-reason", lambda: make_piece(state=PieceState.SCRAPPED)),
    Violation(
        "pieces_that_are_over_are_on_no_plate",
        "piece-over-on-plate",
        lambda: make_piece(state=PieceState.SHIPPED, allocated_to=SOMETHING),
    ),
    Violation(
        "unhappy_piece_facts_carry_a_reason",
        "piece-fact-without-reason",
        lambda: make_piece_fact(kind=PieceFactKind.SCRAPPED, from_state=PieceState.QA, to_state=PieceState.SCRAPPED),
    ),
    Violation("only_first_facts_come_from_nowhere", "piece-fact-without-origin", lambda: make_piece_fact(kind=PieceFactKind.COOLED)),
    Violation("unknown_piece_reasons_carry_a_note", "piece-fact-without-note", lambda: make_piece_fact(reason="UNKNOWN")),
    Violation("piece_facts_say_who", "piece-fact-unsigned", lambda: make_piece_fact(actor="")),
    Violation("a_piece_is_promised_once", "piece-promised", a_second_promise_of_a_piece),
]
MONEY = [
    Violation("money_is_booked_once", "money-booked", lambda: twice(make_ledger_entry, provider="stripe", external_id="pi_1")),
    Violation("one_document_per_number", "document-number-taken", lambda: twice(make_ledger_entry, kind=LedgerKind.INVOICE, number="R-1")),
    Violation("ledger_entry_currency_is_a_currency", "ledger-currency-invalid", lambda: make_ledger_entry(currency="eur")),
    Violation("ledger_amounts_have_the_sign_of_their_kind", "ledger-sign-wrong", lambda: make_refund_entry(amount_minor=500)),
    Violation("only_documents_have_a_number_and_all_do", "document-number-missing", lambda: make_ledger_entry(kind=LedgerKind.INVOICE)),
    Violation("corrections_name_what_they_correct", "correction-without-original", lambda: make_refund_entry(against=None)),
    Violation("external_ids_name_their_provider", "ledger-provider-missing", lambda: make_ledger_entry(external_id="pi_1")),
    Violation("ledger_entries_say_who", "ledger-entry-unsigned", lambda: make_ledger_entry(recorded_by="")),
    Violation("one_number_series_per_kind", "number-series-exists", lambda: twice(make_number_series)),
    Violation("number_series_next_value_at_least_1", "number-series-invalid", lambda: make_number_series(next_value=0)),
    Violation("number_series_width_in_range", "number-width-invalid", lambda: make_number_series(width=13)),
]
OPEN = {"state": CheckoutState.OPEN, "session_id": "cs_1", "url": "https://pay.example.org"}
CLOSED = {"state": CheckoutState.EXPIRED, "closed_at": NOW, "session_id": "cs_1"}
PAYMENTS = [
    Violation("one_checkout_per_session", "checkout-session-known", lambda: twice(make_checkout, **CLOSED)),
    Violation("one_open_checkout_per_order", "checkout-open", lambda: twice(make_checkout, intent=make_intent())),
    Violation("checkout_amount_minor_at_least_1", "checkout-amount-invalid", lambda: make_checkout(amount_minor=0)),
    Violation("checkout_currency_is_a_currency", "checkout-currency-invalid", lambda: make_checkout(currency="eur")),
    Violation("open_checkouts_lead_somewhere", "checkout-without-address", lambda: make_checkout(**{**OPEN, "url": ""})),
    Violation("closed_checkouts_say_when", "checkout-closing-undated", lambda: make_checkout(**{**CLOSED, "closed_at": None})),
    Violation("a_webhook_is_stored_once", "webhook-known", lambda: twice(make_webhook_message, event_id="evt_1")),
    Violation("webhook_message_attempts_at_least_0", "webhook-attempts-invalid", lambda: make_webhook_message(attempts=-1)),
    Violation("webhooks_have_an_id_and_a_kind", "webhook-unnamed", lambda: make_webhook_message(kind="")),
    Violation("webhooks_left_alone_say_why", "webhook-unexplained", lambda: make_webhook_message(state=WebhookState.PARKED)),
    Violation("a_refund_is_sent_once", "refund-sent", lambda: twice(make_refund, external_id="re_1")),
    Violation("refund_amount_minor_at_least_1", "refund-amount-invalid", lambda: make_refund(amount_minor=0)),
    Violation("refund_currency_is_a_currency", "refund-currency-invalid", lambda: make_refund(currency="eur")),
    Violation("refunds_say_who_asked", "refund-unsigned", lambda: make_refund(requested_by="")),
    Violation("issued_refunds_are_booked", "refund-not-booked", lambda: make_refund(state=RefundState.ISSUED, settled_at=NOW)),
    Violation("settled_refunds_say_when", "refund-settlement-undated", lambda: make_refund(state=RefundState.FAILED)),
]
VIOLATIONS = [*QUOTES, *ORDERS, *PIECES, *MONEY, *PAYMENTS]


def make_coded_quote(**code: Any) -> Quote:
    return make_accepted_quote(**code) if "acceptance" in code else make_sent_quote(**code)


def make_coded_intent(**code: Any) -> Intent:
    return make_canceled_intent(**code) if "cancel_reason" in code else make_intent(**code)


FACTORIES: dict[str, Callable[..., Any]] = {
    "PriceList": make_released_price_list,
    "Quote": make_coded_quote,
    "QuoteLine": make_quote_line,
    "Intent": make_coded_intent,
    "Release": make_release,
    "LineItem": make_line_item,
    "Requirement": make_requirement,
    "Amendment": make_amendment,
    "Piece": make_piece,
    "PieceFact": partial(make_piece_fact, **{"kind": PieceFactKind.ALLOCATED, "from_state": PieceState.OWED}),
    "LedgerEntry": partial(make_ledger_entry, amount_minor=-1),
    "NumberSeries": make_number_series,
    "Checkout": make_checkout,
    "WebhookMessage": make_webhook_message,
    "Refund": make_refund,
}


class TestTheDatabase:
    @pytest.mark.parametrize("violation", [*VIOLATIONS, *unknown_codes("orders", FACTORIES)], ids=str)
    def test_refuses_in_plain_words(self, violation: Violation) -> None:
        refusal = refused(violation.act)

        assert (refusal.code, refusal.params["constraint"]) == (violation.code, violation.constraint)

    def test_has_no_constraint_that_is_not_broken_here(self) -> None:
        assert missing("orders", VIOLATIONS) == set()


class TestWhatLooksLikeAViolation:
    def test_is_allowed_where_it_means_something_else(self) -> None:
        make_intent(source=Source.SHOPIFY, shop="mugs", external_ref="#1001")
        make_intent(source=Source.SHOPIFY, shop="cups", external_ref="#1001")
        make_intent(kind=IntentKind.STOCK, account=None)
        make_ledger_entry(kind=LedgerKind.INVOICE, number="R-1", amount_minor=0)
        dispute = {"provider": "stripe", "external_id": "dp_1", "against": make_ledger_entry()}
        make_ledger_entry(kind=LedgerKind.DISPUTE, amount_minor=-500, **dispute)

        back = make_ledger_entry(kind=LedgerKind.DISPUTE_REVERSAL, amount_minor=500, **dispute)

        assert back.pk

    def test_of_prices_is_a_quantity_break(self) -> None:
        line = make_quote_line()

        assert make_quote_line(quote=line.quote, quantity=10, is_chosen=False).pk

    def test_of_dates_is_a_quote_that_ends_later(self) -> None:
        assert make_sent_quote(valid_until=NOW + timedelta(seconds=1)).pk
