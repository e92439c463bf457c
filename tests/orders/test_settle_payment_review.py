"""``orders.settle_payment_review``: a person decides about money that did not fit."""

from __future__ import annotations

from typing import Any

import pytest

from apps.journal.models import Event
from apps.journal.refusals import IllegalTransition, Invalid, Refusal, StaleVersion
from apps.orders import commands, queries
from apps.orders.models import Intent, Refund, Release, WebhookMessage
from tests.factories.context import make_context
from tests.factories.orders import make_webhook_message
from tests.orders.selling import Shop, fresh, open_checkout, pay, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def intent() -> Intent:
    return Shop().order(2)


def settle(message: WebhookMessage, *, take: bool, **values: Any) -> None:
    given = {"expected_version": message.version, "note": "Customer was called", **values}
    commands.settle_payment_review(make_context(), webhook_id=message.pk, take=take, **given)
    work()


def wrong_payment(intent: Intent, difference: int = -1) -> WebhookMessage:
    checkout = open_checkout(intent)
    return WebhookMessage.objects.get(pk=pay(checkout, amount=checkout.amount_minor + difference))


class TestDeciding:
    def test_to_take_it_secures_the_order_and_leaves_the_rest_to_be_paid(self, intent: Intent) -> None:
        settle(wrong_payment(intent), take=True)

        assert (fresh(intent).state, Release.objects.get().basis) == ("paid", "deposit")
        assert (queries.money_of(intent).outstanding, queries.payment_status(intent)) == (1, "pending")
        assert Event.objects.filter(type="PaymentReviewSettled", correlation_id=intent.pk).count() == 1

    def test_to_give_it_back_sends_all_of_it_and_the_order_waits_on(self, intent: Intent) -> None:
        settle(wrong_payment(intent, +7), take=False)

        refund = Refund.objects.get()
        assert (refund.amount_minor, refund.reason, refund.state) == (intent.price_minor + 7, "review", "issued")
        assert (fresh(intent).state, queries.money_of(intent).outstanding) == ("awaiting_payment", intent.price_minor)
        pay(open_checkout(intent))
        assert fresh(intent).state == "paid"

    def test_about_another_currency_sends_that_currency_back(self, intent: Intent) -> None:
        checkout = open_checkout(intent)
        message = WebhookMessage.objects.get(pk=pay(checkout, currency="JPY"))

        settle(message, take=False)

        assert (Refund.objects.get().currency, Refund.objects.get().state) == ("JPY", "issued")

    def test_about_a_second_payment_leaves_the_first(self, intent: Intent) -> None:
        checkout = open_checkout(intent)
        pay(checkout)
        second = WebhookMessage.objects.get(pk=pay(checkout, id="evt_2", payment="pi_2"))

        settle(second, take=False)

        assert (queries.money_of(intent).surplus, queries.money_of(intent).outstanding) == (0, 0)


class TestWhatCannotBeDecided:
    def test_needs_nobody(self, intent: Intent) -> None:
        message = WebhookMessage.objects.get(pk=pay(open_checkout(intent)))

        with pytest.raises(IllegalTransition):
            settle(message, take=True)

    def test_was_decided_by_somebody_else(self, intent: Intent) -> None:
        message = wrong_payment(intent)
        settle(message, take=False)

        with pytest.raises(StaleVersion):
            settle(message, take=False)
        assert Refund.objects.count() == 1

    def test_has_no_reason(self, intent: Intent) -> None:
        message = wrong_payment(intent)

        with pytest.raises(Invalid):
            settle(message, take=True, note="  ")

    def test_is_about_money_no_order_is_known_for(self) -> None:
        message = make_webhook_message(state="review", code="unknown-checkout")

        with pytest.raises(Refusal) as refused:
            settle(message, take=False)

        assert refused.value.code == "payment-not-booked"
