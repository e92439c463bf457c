"""``orders.accept_quote``: an offer becomes a promise, with a piece for each unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.accounts.states import Terms
from apps.journal.models import Event
from apps.journal.refusals import IllegalTransition, Invalid, NotFound, Refusal, StaleVersion
from apps.orders import commands, queries
from apps.orders.models import CustomerSnapshot, Intent, NumberSeries, Piece, PieceFact, Quote, Release, Requirement
from tests.factories.accounts import make_account
from tests.factories.context import NOW, make_context
from tests.orders.selling import DETAILS, HOME, Shop, fresh, line_of, pieces_of, work
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


class TestAccepting:
    def test_makes_the_order_that_was_offered(self, shop: Shop) -> None:
        quote = shop.quote(3, 2, priority="rush")

        intent = shop.accept(quote, sla_due_at=NOW + timedelta(days=7), po_number="PO 7")

        assert (intent.number, intent.state, intent.priority) == ("A-0001", "awaiting_payment", "rush")
        assert (intent.price_minor, intent.shipping_minor, intent.currency) == (quote.total_minor, 490, "EUR")
        assert (intent.account, intent.quote, intent.due_at) == (shop.account, quote, NOW + timedelta(days=7))
        quote = Quote.objects.get(pk=quote.pk)
        assert (quote.state, quote.acceptance, quote.po_number) == ("accepted", "click", "PO 7")

    def test_promises_a_piece_for_each_unit(self, shop: Shop) -> None:
        intent = shop.order(3, 2)

        requirements = Requirement.objects.filter(line__intent=intent).order_by("line__position")
        assert [queries.piece_counts(one.pk).open for one in requirements] == [3, 2]
        assert [piece.number for piece in pieces_of(intent)] == [1, 2, 3, 1, 2]
        assert set(PieceFact.objects.values_list("kind", "from_state", "to_state")) == {("promised", "", "owed")}

    def test_takes_each_line_as_it_was_quoted(self, shop: Shop) -> None:
        asked = shop.line(2, title="Left bracket", constraints=({"kind": "watertight"},))

        line = line_of(shop.order(lines=(asked,)))

        assert (line.title, line.quantity, line.material_id, line.quality_tier) == ("Left bracket", 2, asked.material_id, "standard")
        assert (line.constraints, line.part_revision_id) == ([{"kind": "watertight"}], asked.part_revision_id)
        assert line.total_minor > line.unit_minor > 0

    def test_keeps_who_ordered_apart_from_events(self, shop: Shop) -> None:
        intent = shop.order()

        kept = CustomerSnapshot.objects.get(intent=intent)
        assert (kept.account["name"], kept.account["terms"], kept.shipping_address) == ("A. Buyer", "prepaid", HOME)
        assert "Buyer" not in "".join(Event.objects.values_list("data", flat=True))

    def test_records_the_promise_in_the_order_s_timeline(self, shop: Shop) -> None:
        intent = shop.order(2)

        told = Event.objects.filter(correlation_id=intent.pk).order_by("id")
        assert list(told.values_list("type", flat=True)) == ["QuoteAccepted", "IntentCreated", "IntentAwaitingPayment"]
        assert all(event.subject_rows.filter(kind="intent", subject_id=intent.pk).exists() for event in told)

    def test_for_a_visitor_names_the_customer(self, shop: Shop) -> None:
        quote = shop.quote(account_id=None)

        assert shop.accept(quote, account_id=shop.account.id).account == shop.account

    def test_that_is_picked_up_needs_no_address(self, shop: Shop) -> None:
        intent = shop.accept(shop.quote(pickup=True), details=None)

        assert intent.shipping_minor == 0

    def test_on_credit_is_secured_at_once(self, shop: Shop) -> None:
        customer = make_account(terms=Terms.CREDIT, payment_days=30)

        intent = shop.order(account_id=customer.id)
        work()

        assert fresh(intent).state == "paid"
        assert Release.objects.get(intent=intent).basis == "credit_terms"
        assert queries.payment_status(intent) == "unpaid"

    def test_that_costs_nothing_is_free(self) -> None:
        shop = Shop(materials={"*": {"gram_minor": "0", "hour_minor": "0"}}, setup_minor=0)

        intent = shop.order(pickup=True)
        work()

        assert (fresh(intent).state, Release.objects.get(intent=intent).basis) == ("paid", "free")


class TestAQuoteThatCannotBeAccepted:
    def test_is_over(self, shop: Shop) -> None:
        quote = shop.quote()

        with pytest.raises(Refusal) as refused:
            commands.accept_quote(make_context(now=NOW + timedelta(days=31)), quote_id=quote.pk, expected_version=1, details=DETAILS)

        assert (refused.value.code, refused.value.status) == ("quote-expired", 410)
        assert not Intent.objects.exists()

    def test_was_accepted_before(self, shop: Shop) -> None:
        quote = shop.quote()
        shop.accept(quote)

        with pytest.raises(StaleVersion):
            shop.accept(quote)
        with pytest.raises(IllegalTransition):
            shop.accept(Quote.objects.get(pk=quote.pk))

    def test_is_somebody_else_s(self, shop: Shop) -> None:
        with pytest.raises(NotFound):
            shop.accept(shop.quote(), account_id=make_account().id)

    def test_names_nobody(self, shop: Shop) -> None:
        with pytest.raises(Refusal) as refused:
            shop.accept(shop.quote(account_id=None))

        assert refused.value.code == "order-without-customer"

    def test_is_of_a_customer_who_is_stopped(self, shop: Shop) -> None:
        stopped = make_account(stopped_at=NOW, stop_reason="Does not pay")

        with pytest.raises(Refusal) as refused:
            shop.accept(shop.quote(account_id=None), account_id=stopped.id)

        assert refused.value.code == "account-stopped"

    def test_is_unknown(self, shop: Shop) -> None:
        with pytest.raises(NotFound):
            commands.accept_quote(make_context(), quote_id=uuid4(), expected_version=1, details=DETAILS)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"country": "Germany"}, "shipping_address.country"),
            ({"country": "de"}, "shipping_address.country"),
            ({"country": ""}, "shipping_address.country"),
            ({"recipient": "  "}, "shipping_address.recipient"),
            ({"line1": 7}, "shipping_address.line1"),
            ({"city": "x" * 201}, "shipping_address.city"),
            ({"city": "a\x00b"}, "shipping_address.city"),
            ({"is_staff": True}, "shipping_address.is_staff"),
        ],
    )
    def test_goes_to_no_address(self, shop: Shop, change: dict[str, Any], field: str) -> None:
        details = replace(DETAILS, shipping_address={**HOME, **change})

        with pytest.raises(Invalid) as refused:
            shop.accept(shop.quote(), details=details)

        assert list(refused.value.params["fields"]) == [field]
        assert not Intent.objects.exists()

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"terms": "credit"}, "account.terms"),
            ({"is_staff": True}, "account.is_staff"),
            ({"name": ["A"]}, "account.name"),
            ({"email": "a@example.com\nBcc: b@example.com"}, "account.email"),
            ({"language": "x" * 13}, "account.language"),
            ({"tax_ids": [{"kind": "eu_vat", "value": "DE1", "rate": "0"}]}, "account.tax_ids"),
        ],
    )
    def test_says_of_the_customer_what_nobody_asked(self, shop: Shop, said: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            shop.accept(shop.quote(), details=replace(DETAILS, account=said))

        assert list(refused.value.params["fields"]) == [field]
        assert not Intent.objects.exists()

    def test_that_is_sent_needs_an_address(self, shop: Shop) -> None:
        with pytest.raises(Invalid) as refused:
            shop.accept(shop.quote(), details=None)

        assert list(refused.value.params["fields"]) == ["shipping_address"]


class TestOrderNumbers:
    def test_have_no_gap_after_a_refusal(self, shop: Shop) -> None:
        first = shop.order()
        with pytest.raises(Invalid):
            shop.accept(shop.quote(), details=None)

        second = shop.order()

        assert (first.number, second.number) == ("A-0001", "A-0002")
        assert NumberSeries.objects.get(kind="order").next_value == 3

    @pytest.mark.both_engines
    def test_have_no_gap_when_eight_order_at_once(self, writers: Writers) -> None:
        shop = Shop()
        quotes = [shop.quote() for _ in range(8)]

        outcomes = writers.in_threads(lambda n: shop.accept(quotes[n]), 8)

        assert [outcome.error for outcome in outcomes] == [None] * 8
        assert sorted(Intent.objects.values_list("number", flat=True)) == [f"A-{n:04d}" for n in range(1, 9)]

    @pytest.mark.both_engines
    def test_are_taken_once_when_one_quote_is_accepted_four_times_at_once(self, writers: Writers) -> None:
        shop = Shop()
        quote = shop.quote(5)

        outcomes = writers.in_threads(lambda _n: shop.accept(quote), 4)

        assert sum(outcome.error is None for outcome in outcomes) == 1
        assert (Intent.objects.count(), Piece.objects.count()) == (1, 5)
