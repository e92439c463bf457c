"""``orders.apply_webhook``: what a provider says is done once, in whatever order it comes, and money that does not fit is never taken for paid."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.journal.models import Delivery, Event
from apps.journal.refusals import NotFound
from apps.orders import commands, queries
from apps.orders.models import Checkout, Intent, LedgerEntry, Refund, Release, WebhookMessage
from apps.orders.payments import pretend
from apps.orders.states import CancelReason, Provider
from tests.factories.context import NOW, make_context
from tests.factories.orders import make_webhook_message
from tests.orders.selling import Shop, fresh, keep, message, open_checkout, pay, work
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def checkout(shop: Shop) -> Checkout:
    return open_checkout(shop.order(2))


def intent_of(checkout: Checkout) -> Intent:
    return fresh(checkout.intent)


def came_to(webhook_id: UUID) -> tuple[str, str]:
    found = WebhookMessage.objects.get(pk=webhook_id)
    return str(found.state), found.code


def told(intent: Intent, *kinds: str) -> list[str]:
    found = Event.objects.filter(correlation_id=intent.pk).order_by("id").values_list("type", flat=True)
    return [kind for kind in found if kind in kinds]


class TestAPayment:
    def test_that_fits_is_booked_and_releases_the_order(self, checkout: Checkout) -> None:
        kept = pay(checkout)

        intent = intent_of(checkout)
        entry = LedgerEntry.objects.get()
        assert came_to(kept) == ("applied", "")
        assert (intent.state, queries.payment_status(intent)) == ("paid", "paid")
        assert (entry.kind, entry.amount_minor, entry.provider, entry.intent) == ("payment", intent.price_minor, "test", intent)
        assert Release.objects.get(intent=intent).basis == "prepaid"
        assert told(intent, "PaymentReceived", "IntentPaid", "IntentReleased") == ["PaymentReceived", "IntentPaid", "IntentReleased"]
        assert Checkout.objects.get(pk=checkout.pk).state == "completed"

    def test_applied_again_changes_nothing(self, checkout: Checkout) -> None:
        kept = pay(checkout)
        before = Event.objects.count()

        assert [commands.apply_webhook(make_context(), webhook_id=kept) for _ in range(3)] == ["applied"] * 3

        assert (LedgerEntry.objects.count(), Event.objects.count()) == (1, before)

    def test_told_by_a_second_event_is_booked_once(self, checkout: Checkout) -> None:
        pay(checkout)

        assert came_to(pay(checkout, id="evt_other")) == ("ignored", "booked-already")
        assert LedgerEntry.objects.count() == 1

    def test_that_is_told_before_we_know_the_session_is_found_by_our_own_id(self, shop: Shop) -> None:
        intent = shop.order()
        checkout_id = commands.open_checkout(make_context(), intent_id=intent.pk, provider=Provider.TEST)
        known = pretend.Ticket(checkout=checkout_id, order=intent.pk, number="", session="cs_1", amount=intent.price_minor, currency="EUR")
        kept = keep(pretend.message_about(known, "checkout.paid", now=NOW))

        commands.apply_webhook(make_context(), webhook_id=kept)
        work()

        assert fresh(intent).state == "paid"
        assert Checkout.objects.get(pk=checkout_id).state == "completed"

    def test_after_its_checkout_ended_is_taken_while_the_order_waits(self, checkout: Checkout) -> None:
        pay(checkout, "checkout.expired")

        pay(checkout)

        assert intent_of(checkout).state == "paid"
        assert Checkout.objects.get(pk=checkout.pk).state == "completed"


class TestAPaymentThatDoesNotFit:
    @pytest.mark.parametrize("difference", [-1, 1, 1000])
    def test_in_its_amount_is_looked_at_by_a_person(self, checkout: Checkout, difference: int) -> None:
        kept = pay(checkout, amount=checkout.amount_minor + difference)

        intent = intent_of(checkout)
        assert came_to(kept) == ("review", "amount-differs")
        assert (intent.state, queries.payment_status(intent)) == ("awaiting_payment", "review")
        assert LedgerEntry.objects.get().amount_minor == checkout.amount_minor + difference
        assert told(intent, "PaymentReviewRequired", "IntentPaid") == ["PaymentReviewRequired"]
        assert not Release.objects.exists()

    def test_in_its_currency_is_looked_at_by_a_person(self, checkout: Checkout) -> None:
        kept = pay(checkout, currency="JPY")

        intent = intent_of(checkout)
        assert came_to(kept) == ("review", "currency-differs")
        assert intent.state == "awaiting_payment"
        assert queries.money_of(intent).received == 0

    @pytest.mark.parametrize(
        "values", [{"amount": 0}, {"amount": -5}, {"currency": "eur"}, {"currency": "€€€"}, {"currency": ""}, {"payment": ""}]
    )
    def test_to_any_booking_is_looked_at_and_not_booked(self, checkout: Checkout, values: dict[str, Any]) -> None:
        assert came_to(pay(checkout, **values)) == ("review", "unusable")

        assert intent_of(checkout).state == "awaiting_payment"
        assert not LedgerEntry.objects.exists()

    def test_the_order_it_names_is_looked_at(self, shop: Shop, checkout: Checkout) -> None:
        other = shop.order(2)

        assert came_to(pay(checkout, order=other.pk)) == ("review", "other-order")

        assert (intent_of(checkout).state, fresh(other).state) == ("awaiting_payment", "awaiting_payment")

    def test_because_it_is_the_second_one_is_looked_at(self, checkout: Checkout) -> None:
        pay(checkout)

        assert came_to(pay(checkout, id="evt_2", payment="pi_2")) == ("review", "paid-already")
        assert queries.money_of(intent_of(checkout)).surplus == checkout.amount_minor

    def test_any_checkout_of_ours_is_looked_at(self, checkout: Checkout) -> None:
        kept = pay(checkout, checkout=uuid4(), session="cs_nobody")

        assert came_to(kept) == ("review", "unknown-checkout")
        assert not LedgerEntry.objects.exists()

    def test_since_the_order_changed_is_looked_at(self, checkout: Checkout) -> None:
        intent = intent_of(checkout)
        requirement = intent.lines.get().requirements.get()
        commands.amend_cancel_qty(
            make_context(),
            intent_id=intent.pk,
            expected_version=intent.version,
            lines=(commands.FewerPieces(requirement.pk, 1),),
        )

        assert came_to(pay(checkout)) == ("review", "amount-differs")


class TestAPaymentAfterTheOrderWasCanceled:
    def test_is_booked_and_goes_back_whole(self, checkout: Checkout) -> None:
        intent = intent_of(checkout)
        commands.cancel_intent(make_context(), intent_id=intent.pk, expected_version=intent.version, reason=CancelReason.CUSTOMER_REQUEST)

        kept = pay(checkout)

        refund = Refund.objects.get()
        assert came_to(kept) == ("applied", "")
        assert (fresh(intent).state, queries.payment_status(intent)) == ("canceled", "refunded")
        assert (refund.reason, refund.amount_minor, refund.state) == ("late", checkout.amount_minor, "issued")
        assert not Release.objects.exists()


class TestOtherMessages:
    def test_a_declined_payment_leaves_the_order_waiting_and_says_why(self, checkout: Checkout) -> None:
        kept = pay(checkout, "checkout.payment_failed", code="card_declined")

        assert came_to(kept) == ("applied", "")
        assert intent_of(checkout).state == "awaiting_payment"
        assert told(intent_of(checkout), "PaymentRejected") == ["PaymentRejected"]
        pay(checkout)
        assert intent_of(checkout).state == "paid"

    def test_a_declined_payment_after_a_good_one_is_ignored(self, checkout: Checkout) -> None:
        pay(checkout)

        assert came_to(pay(checkout, "checkout.payment_failed")) == ("ignored", "not-waiting")

    def test_the_end_of_a_checkout_after_it_was_paid_is_ignored(self, checkout: Checkout) -> None:
        pay(checkout)

        assert came_to(pay(checkout, "checkout.expired")) == ("ignored", "closed-already")
        assert intent_of(checkout).state == "paid"

    def test_of_an_unknown_kind_are_kept_and_left_alone(self, checkout: Checkout) -> None:
        assert came_to(pay(checkout, "customer.sneezed")) == ("ignored", "unknown-kind")

    def test_that_cannot_be_read_any_more_are_left_alone(self) -> None:
        kept = make_webhook_message(body=b"\xff\xfe")

        assert commands.apply_webhook(make_context(), webhook_id=kept.pk) == "ignored"

    def test_nobody_kept_are_not_found(self) -> None:
        with pytest.raises(NotFound):
            commands.apply_webhook(make_context(), webhook_id=uuid4())


class TestARefundTheProviderTells:
    def test_before_its_payment_waits_for_it(self, checkout: Checkout) -> None:
        kept = pay(checkout, "refund.succeeded", refund="re_1", amount=100)
        assert came_to(kept) == ("parked", "payment-unknown")

        pay(checkout)

        money = queries.money_of(intent_of(checkout))
        assert came_to(kept) == ("applied", "payment-unknown")
        assert (money.received, money.refunded) == (checkout.amount_minor, 100)
        assert queries.payment_status(intent_of(checkout)) == "partially_refunded"

    def test_that_nobody_here_asked_for_is_booked_and_shown(self, checkout: Checkout) -> None:
        pay(checkout)

        pay(checkout, "refund.succeeded", refund="re_1", amount=100)

        assert Refund.objects.get().reason == "outside"
        assert told(intent_of(checkout), "RefundIssued", "PaymentReviewRequired") == ["RefundIssued", "PaymentReviewRequired"]

    def test_twice_is_booked_once(self, checkout: Checkout) -> None:
        pay(checkout)
        pay(checkout, "refund.succeeded", refund="re_1", amount=100)

        assert came_to(pay(checkout, "refund.succeeded", refund="re_1", amount=100, id="evt_2")) == ("ignored", "booked-already")
        assert queries.money_of(intent_of(checkout)).refunded == 100

    def test_of_more_than_came_in_is_looked_at(self, checkout: Checkout) -> None:
        pay(checkout)

        kept = pay(checkout, "refund.succeeded", refund="re_1", amount=checkout.amount_minor + 1)

        assert came_to(kept) == ("review", "refund-differs")
        assert queries.money_of(intent_of(checkout)).refunded == 0

    def test_that_failed_after_all_is_ours_again_and_shown(self, checkout: Checkout) -> None:
        pay(checkout)
        pay(checkout, "refund.succeeded", refund="re_1", amount=100)

        pay(checkout, "refund.failed", refund="re_1", amount=100, code="account_closed")

        assert (Refund.objects.get().state, Refund.objects.get().code) == ("failed", "account_closed")
        assert queries.money_of(intent_of(checkout)).refunded == 0
        assert told(intent_of(checkout), "RefundFailed") == ["RefundFailed"]

    def test_that_failed_and_nobody_knows_is_ignored(self, checkout: Checkout) -> None:
        pay(checkout)

        assert came_to(pay(checkout, "refund.failed", refund="re_9")) == ("ignored", "no-such-refund")


STORY: list[tuple[str, dict[str, Any]]] = [
    ("checkout.payment_failed", {}),
    ("checkout.paid", {}),
    ("refund.succeeded", {"refund": "re_1", "amount": 100, "id": "evt_r1"}),
    ("refund.succeeded", {"refund": "re_2", "amount": 50, "id": "evt_r2"}),
]


class TestMessagesInAnyOrder:
    @pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::3])
    def test_come_to_the_same(self, shop: Shop, order: tuple[int, ...]) -> None:
        checkout = open_checkout(shop.order(2))

        for index in (*order, *order):  # and each of them twice
            pay(checkout, STORY[index][0], **STORY[index][1])

        intent = intent_of(checkout)
        money = queries.money_of(intent)
        assert (intent.state, money.received, money.refunded) == ("paid", checkout.amount_minor, 150)
        assert told(intent, "IntentPaid", "PaymentReceived") == ["PaymentReceived", "IntentPaid"]


class TestACrashAfterTheMessageWasKept:
    def test_leaves_it_owed_and_the_next_worker_finishes(self, checkout: Checkout) -> None:
        keep(message(checkout))
        lost = Delivery.objects.filter(state="pending", subscriber="orders.apply_message")
        assert (lost.count(), intent_of(checkout).state) == (1, "awaiting_payment")

        work()

        assert intent_of(checkout).state == "paid"

    def test_and_its_effect_makes_the_repeat_harmless(self, checkout: Checkout) -> None:
        kept = pay(checkout)
        Delivery.objects.filter(subscriber__in=["orders.apply_message", "orders.release_paid"]).update(state="pending", ended_at=None)

        work()

        assert came_to(kept) == ("applied", "")
        assert (LedgerEntry.objects.count(), Release.objects.count()) == (1, 1)


@pytest.mark.both_engines
class TestTheSameMessageTenTimesAtOnce:
    def test_is_applied_once(self, writers: Writers) -> None:
        checkout = open_checkout(Shop().order(2))
        kept = keep(message(checkout))

        outcomes = writers.in_threads(lambda _n: commands.apply_webhook(make_context(), webhook_id=kept), 10)

        assert {outcome.value for outcome in outcomes if outcome.error is None} == {"applied"}
        assert LedgerEntry.objects.count() == 1
        assert told(intent_of(checkout), "IntentPaid") == ["IntentPaid"]

    def test_told_by_ten_events_is_booked_once(self, writers: Writers) -> None:
        checkout = open_checkout(Shop().order(2))
        kept = [keep(message(checkout, id=f"evt_{n}")) for n in range(10)]

        writers.in_threads(lambda n: commands.apply_webhook(make_context(), webhook_id=kept[n]), 10)
        work()

        assert LedgerEntry.objects.count() == 1
        assert sorted(WebhookMessage.objects.values_list("state", flat=True)) == ["applied"] + ["ignored"] * 9
