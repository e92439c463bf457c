"""``orders.open_checkout``: one way to pay at a time, for exactly what is outstanding."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders import commands
from apps.orders.models import Checkout
from apps.orders.payments import pretend
from apps.orders.states import Provider
from tests.factories.context import NOW, make_context
from tests.orders.selling import Shop, open_checkout, pay, work
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


class TestOpening:
    def test_leads_to_the_provider_s_page(self, shop: Shop) -> None:
        intent = shop.order(2)

        checkout = open_checkout(intent)

        assert (checkout.state, checkout.amount_minor, checkout.currency) == ("open", intent.price_minor, "EUR")
        assert checkout.session_id == f"test_cs_{checkout.pk.hex}"
        assert checkout.url.startswith("/pay/test/")
        told = Event.objects.filter(correlation_id=intent.pk, type__startswith="Checkout").order_by("id").values_list("type", flat=True)
        assert list(told) == ["CheckoutOpened", "CheckoutReady"]

    def test_twice_is_the_same_way_to_pay(self, shop: Shop) -> None:
        intent = shop.order()

        first = commands.open_checkout(make_context(), intent_id=intent.pk, provider=Provider.TEST)
        again = commands.open_checkout(make_context(), intent_id=intent.pk, provider=Provider.TEST)
        work()

        assert first == again == open_checkout(intent).pk
        assert Checkout.objects.count() == 1

    def test_leads_back_to_where_the_customer_came_from(self, shop: Shop) -> None:
        intent = shop.order()

        commands.open_checkout(make_context(), intent_id=intent.pk, provider=Provider.TEST, return_to="/orders/x/")
        work()

        ticket = pretend.ticket_in(Checkout.objects.get().url.rsplit("/", 1)[1])
        assert ticket is not None
        assert ticket.back == "/orders/x/"

    @pytest.mark.parametrize("place", ["https://elsewhere.example/", "//elsewhere.example", "orders", "/\\elsewhere", "/a\nb"])
    def test_never_leads_anywhere_else(self, shop: Shop, place: str) -> None:
        with pytest.raises(Invalid) as refused:
            commands.open_checkout(make_context(), intent_id=shop.order().pk, provider=Provider.TEST, return_to=place)

        assert list(refused.value.params["fields"]) == ["return_to"]
        assert not Checkout.objects.exists()

    def test_after_its_time_opens_a_new_one(self, shop: Shop) -> None:
        intent = shop.order()
        first = open_checkout(intent)

        second = commands.open_checkout(make_context(now=NOW + timedelta(days=1)), intent_id=intent.pk, provider=Provider.TEST)

        assert second != first.pk
        assert Checkout.objects.get(pk=first.pk).state == "expired"

    def test_after_a_part_was_paid_by_hand_asks_for_the_rest(self, shop: Shop) -> None:
        intent = shop.order(2)
        first = open_checkout(intent)
        commands.record_manual_payment(
            make_context(), intent_id=intent.pk, expected_version=intent.version, amount_minor=100, currency="EUR"
        )

        second = open_checkout(intent)

        assert Checkout.objects.get(pk=first.pk).code == "order-changed"
        assert second.amount_minor == intent.price_minor - 100

    def test_reaches_the_provider_once_however_often_it_is_tried(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        answered = pretend.Pretend.open_checkout
        tries: list[Any] = []

        def lose_the_first_answer(self: pretend.Pretend, order: Any) -> Any:
            tries.append(order)
            session = answered(self, order)
            if len(tries) == 1:
                raise ConnectionError("the answer was lost")
            return session

        monkeypatch.setattr(pretend.Pretend, "open_checkout", lose_the_first_answer)
        checkout_id = commands.open_checkout(make_context(), intent_id=shop.order().pk, provider=Provider.TEST)
        work()
        self.make_due()
        work()

        assert [order.checkout_id for order in tries] == [checkout_id] * 2
        assert Checkout.objects.get(pk=checkout_id).session_id == f"test_cs_{checkout_id.hex}"

    def make_due(self) -> None:
        from apps.journal.models import Delivery

        Delivery.objects.filter(state="pending").update(available_at=NOW)


class TestNothingToPay:
    def test_once_it_is_paid(self, shop: Shop) -> None:
        intent = shop.order()
        pay(open_checkout(intent))

        with pytest.raises(Refusal) as refused:
            commands.open_checkout(make_context(), intent_id=intent.pk, provider=Provider.TEST)

        assert refused.value.code == "order-not-awaiting-payment"

    def test_for_an_order_nobody_knows(self) -> None:
        with pytest.raises(NotFound):
            commands.open_checkout(make_context(), intent_id=uuid4(), provider=Provider.TEST)

    @pytest.mark.parametrize("provider", [Provider.MANUAL, "stripe", "x" * 500])
    def test_by_hand_or_by_a_provider_we_do_not_use(self, shop: Shop, provider: Any) -> None:
        with pytest.raises(Refusal) as refused:
            commands.open_checkout(make_context(), intent_id=shop.order().pk, provider=provider)

        assert refused.value.code == "provider-unavailable"

    def test_with_pretended_money_where_that_is_off(self, shop: Shop, settings: Any) -> None:
        settings.FARMOS_TEST_PAYMENTS = False

        with pytest.raises(Refusal) as refused:
            commands.open_checkout(make_context(), intent_id=shop.order().pk, provider=Provider.TEST)

        assert refused.value.code == "provider-unavailable"


@pytest.mark.both_engines
class TestEightClicksAtOnce:
    def test_open_one_way_to_pay(self, writers: Writers) -> None:
        intent = Shop().order()

        outcomes = writers.in_threads(lambda _n: commands.open_checkout(make_context(), intent_id=intent.pk, provider=Provider.TEST), 8)

        assert [outcome.error for outcome in outcomes] == [None] * 8
        assert len({outcome.value for outcome in outcomes}) == Checkout.objects.count() == 1
