"""``orders.record_manual_payment``: money that came by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from apps.journal.refusals import Invalid, NotFound, Refusal, StaleVersion
from apps.orders import commands, queries
from apps.orders.models import Intent, LedgerEntry, Release
from tests.factories.context import NOW, make_context
from tests.orders.selling import Shop, fresh, open_checkout, pay, work
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def intent() -> Intent:
    return Shop().order(2)


def record(intent: Intent, amount: Any, **values: Any) -> UUID:
    given: dict[str, Any] = {"expected_version": fresh(intent).version, "currency": "EUR", **values}
    return commands.record_manual_payment(make_context(), intent_id=intent.pk, amount_minor=amount, **given)


class TestRecording:
    def test_the_whole_price_settles_and_releases_the_order(self, intent: Intent) -> None:
        entry_id = record(intent, intent.price_minor, reference="Bank 7", note="Seen on the statement")
        work()

        entry = LedgerEntry.objects.get(pk=entry_id)
        assert (entry.provider, entry.external_id, entry.occurred_at, entry.recorded_by) == ("manual", "Bank 7", NOW, "service:tests")
        assert (fresh(intent).state, Release.objects.get().basis) == ("paid", "prepaid")

    def test_a_part_leaves_the_rest_to_be_paid(self, intent: Intent) -> None:
        record(intent, 100)

        assert fresh(intent).state == "awaiting_payment"
        assert queries.money_of(intent).outstanding == intent.price_minor - 100
        assert queries.payment_status(intent) == "pending"

        record(intent, intent.price_minor - 100)
        assert fresh(intent).state == "paid"

    def test_after_the_parts_went_out_on_credit(self) -> None:
        from apps.accounts.states import Terms
        from tests.factories.accounts import make_account

        intent = Shop().order(account_id=make_account(terms=Terms.CREDIT, payment_days=30).id)

        record(intent, intent.price_minor)

        assert queries.payment_status(intent) == "paid"


class TestWhatCannotBeRecorded:
    @pytest.mark.parametrize("amount", [0, -5, True, 1.5, "100", None])
    def test_is_no_amount(self, intent: Intent, amount: Any) -> None:
        with pytest.raises(Invalid):
            record(intent, amount)

    def test_is_more_than_what_is_to_be_paid(self, intent: Intent) -> None:
        with pytest.raises(Refusal) as refused:
            record(intent, intent.price_minor + 1)

        assert (refused.value.code, refused.value.params["left"]) == ("payment-too-much", intent.price_minor)
        assert not LedgerEntry.objects.exists()

    def test_is_in_another_currency(self, intent: Intent) -> None:
        with pytest.raises(Refusal) as refused:
            record(intent, 100, currency="USD")

        assert refused.value.code == "payment-currency-differs"

    def test_was_recorded_before(self, intent: Intent) -> None:
        record(intent, 100, reference="Bank 7")

        with pytest.raises(Refusal) as refused:
            record(intent, 100, reference="Bank 7")

        assert refused.value.code == "money-booked"

    def test_is_for_an_order_that_was_paid(self, intent: Intent) -> None:
        pay(open_checkout(intent))

        with pytest.raises(Refusal) as refused:
            record(intent, 1)

        assert refused.value.code == "order-not-awaiting-payment"

    def test_is_for_an_order_nobody_knows(self) -> None:
        from uuid import uuid4

        with pytest.raises(NotFound):
            commands.record_manual_payment(make_context(), intent_id=uuid4(), expected_version=1, amount_minor=1, currency="EUR")


@pytest.mark.both_engines
class TestTwoWhoBookTheSameMoney:
    def test_one_must_look_again(self, writers: Writers) -> None:
        intent = Shop().order(2)

        outcomes = writers.in_threads(lambda _n: record(intent, 100, expected_version=intent.version), 2)

        assert [type(outcome.error) for outcome in outcomes if outcome.error] == [StaleVersion]
        assert queries.money_of(intent).received == 100
