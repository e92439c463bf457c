"""``orders.issue_refund``: the money went back, and is booked once."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from apps.journal.models import Delivery, Event
from apps.journal.refusals import IllegalTransition, NotFound, Refusal
from apps.orders import commands, queries
from apps.orders.models import Intent, LedgerEntry, Refund
from apps.orders.payments import RefundAnswer, RefundOrder, pretend
from tests.factories.context import NOW, make_context
from tests.orders.selling import Shop, fresh, open_checkout, pay, work
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


def wanted(intent: Intent, amount: int = 100) -> UUID:
    (refund_id,) = commands.request_refund(
        make_context(), intent_id=intent.pk, expected_version=fresh(intent).version, amount_minor=amount, note="Goodwill"
    )
    return refund_id


@pytest.fixture
def by_hand() -> Intent:
    intent = Shop().order(2)
    commands.record_manual_payment(make_context(), intent_id=intent.pk, expected_version=1, amount_minor=intent.price_minor, currency="EUR")
    return intent


class TestIssuing:
    def test_by_hand_is_booked_when_a_person_says_so(self, by_hand: Intent) -> None:
        refund_id = wanted(by_hand)

        commands.issue_refund(make_context(), refund_id=refund_id, external_id="Bank 8")

        assert (Refund.objects.get(pk=refund_id).state, queries.money_of(by_hand).refunded) == ("issued", 100)
        assert LedgerEntry.objects.get(kind="refund").external_id == "Bank 8"

    def test_twice_is_booked_once(self, by_hand: Intent) -> None:
        refund_id = wanted(by_hand)

        for _ in range(2):
            commands.issue_refund(make_context(), refund_id=refund_id, external_id="Bank 8")

        assert queries.money_of(by_hand).refunded == 100

    def test_two_refunds_under_one_number_is_refused(self, by_hand: Intent) -> None:
        first, second = wanted(by_hand), wanted(by_hand)
        commands.issue_refund(make_context(), refund_id=first, external_id="Bank 8")

        with pytest.raises(Refusal) as refused:
            commands.issue_refund(make_context(), refund_id=second, external_id="Bank 8")

        assert refused.value.code == "money-booked"

    def test_one_that_failed_is_refused(self, by_hand: Intent) -> None:
        refund_id = wanted(by_hand)
        commands.fail_refund(make_context(), refund_id=refund_id, code="closed")

        with pytest.raises(IllegalTransition):
            commands.issue_refund(make_context(), refund_id=refund_id, external_id="Bank 8")

    def test_one_nobody_knows_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            commands.issue_refund(make_context(), refund_id=uuid4(), external_id="x")

    def test_after_the_provider_told_it_first_is_booked_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        checkout = open_checkout(Shop().order(2))
        pay(checkout)
        refund_id = wanted(fresh(checkout.intent))
        told = {"our_refund": refund_id, "refund": f"test_re_{refund_id.hex}", "amount": 100}

        pay(checkout, "refund.succeeded", **told)  # does what is owed as well: the sending itself
        pay(checkout, "refund.succeeded", **told, id="evt_again")

        assert queries.money_of(checkout.intent).refunded == 100
        assert Event.objects.filter(type="RefundIssued").count() == 1


class TestACrashBetweenSendingAndSayingSo:
    def test_sends_under_the_same_key_and_books_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        intent = Shop().paid_order(2)
        sent: list[UUID] = []
        really = pretend.Pretend.refund

        def die_once(self: pretend.Pretend, order: RefundOrder) -> RefundAnswer:
            sent.append(order.refund_id)
            answer = really(self, order)
            if len(sent) == 1:
                raise ConnectionError("the power failed")
            return answer

        monkeypatch.setattr(pretend.Pretend, "refund", die_once)
        refund_id = wanted(intent)
        work()
        Delivery.objects.filter(state="pending").update(available_at=NOW)
        work()

        assert sent == [refund_id] * 2
        assert queries.money_of(intent).refunded == 100


@pytest.mark.both_engines
class TestTenWhoSayItWasSent:
    def test_book_it_once(self, writers: Writers) -> None:
        intent = Shop().paid_order(2)
        refund_id = wanted(intent)

        outcomes = writers.in_threads(lambda _n: commands.issue_refund(make_context(), refund_id=refund_id, external_id="re_1"), 10)

        assert [outcome.error for outcome in outcomes] == [None] * 10
        assert LedgerEntry.objects.filter(kind="refund").count() == 1
