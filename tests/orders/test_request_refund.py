"""``orders.request_refund``: money goes back, never more than came in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.journal.refusals import Invalid, Refusal, StaleVersion
from apps.orders import commands, queries
from apps.orders.models import Intent, LedgerEntry
from apps.orders.models import Refund as RefundRow
from apps.orders.payments import pretend
from tests.factories.context import make_context
from tests.orders.selling import Shop, fresh, work
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def intent() -> Intent:
    return Shop().paid_order(2)


def request(intent: Intent, amount: Any, **values: Any) -> tuple[UUID, ...]:
    given: dict[str, Any] = {"expected_version": fresh(intent).version, "note": "Goodwill", **values}
    return commands.request_refund(make_context(), intent_id=intent.pk, amount_minor=amount, **given)


class TestARefund:
    def test_goes_back_by_the_way_the_money_came(self, intent: Intent) -> None:
        (refund_id,) = request(intent, 100)
        work()

        refund = RefundRow.objects.get(pk=refund_id)
        entry = LedgerEntry.objects.get(kind="refund")
        assert (refund.state, refund.external_id, refund.entry) == ("issued", f"test_re_{refund_id.hex}", entry)
        assert (entry.amount_minor, entry.against, entry.provider) == (-100, refund.payment, "test")
        assert queries.payment_status(intent) == "partially_refunded"

    def test_counts_as_soon_as_it_is_asked_for(self, intent: Intent) -> None:
        request(intent, intent.price_minor)

        with pytest.raises(Refusal) as refused:
            request(intent, 1)

        assert (refused.value.code, refused.value.params["left"]) == ("refund-too-much", 0)

    def test_in_three_parts_sums_exactly(self, intent: Intent) -> None:
        for part in (1, 2, intent.price_minor - 3):
            request(intent, part)
            work()

        money = queries.money_of(intent)
        assert (money.refunded, money.kept, queries.payment_status(intent)) == (intent.price_minor, 0, "refunded")

    def test_of_two_payments_takes_the_newest_first(self) -> None:
        intent = Shop().order(2)
        for amount in (100, intent.price_minor - 100):
            commands.record_manual_payment(
                make_context(), intent_id=intent.pk, expected_version=fresh(intent).version, amount_minor=amount, currency="EUR"
            )

        request(intent, intent.price_minor - 50)

        assert [refund.amount_minor for refund in RefundRow.objects.order_by("id")] == [intent.price_minor - 100, 50]

    def test_of_what_was_paid_by_hand_waits_for_a_person(self) -> None:
        intent = Shop().order(2)
        commands.record_manual_payment(
            make_context(), intent_id=intent.pk, expected_version=1, amount_minor=intent.price_minor, currency="EUR"
        )
        (refund_id,) = request(intent, 100)

        work()

        assert RefundRow.objects.get(pk=refund_id).state == "requested"


class TestWhatCannotGoBack:
    def test_is_more_than_what_came_in(self, intent: Intent, monkeypatch: pytest.MonkeyPatch) -> None:
        called: list[Any] = []
        monkeypatch.setattr(pretend.Pretend, "refund", lambda _self, order: called.append(order))

        with pytest.raises(Refusal) as refused:
            request(intent, intent.price_minor + 1)
        work()

        assert (refused.value.code, refused.value.status) == ("refund-too-much", 422)
        assert (called, RefundRow.objects.count()) == ([], 0)

    @pytest.mark.parametrize("amount", [0, -1, True, 1.5, "1"])
    def test_is_no_amount(self, intent: Intent, amount: Any) -> None:
        with pytest.raises(Invalid):
            request(intent, amount)

    def test_has_no_reason(self, intent: Intent) -> None:
        with pytest.raises(Invalid):
            request(intent, 1, note=" ")


@pytest.mark.both_engines
class TestTwoWhoGiveTheSameMoneyBack:
    def test_one_wins(self, writers: Writers) -> None:
        intent = Shop().paid_order(2)

        outcomes = writers.in_threads(lambda _n: request(intent, intent.price_minor, expected_version=intent.version), 2)
        work()

        assert [type(outcome.error) for outcome in outcomes if outcome.error] == [StaleVersion]
        assert queries.money_of(intent).refunded == intent.price_minor


class TestAnyRefunds:
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(parts=st.lists(st.tuples(st.integers(1, 900), st.booleans()), max_size=6))
    def test_never_take_more_than_came_in(self, shop: Shop, parts: list[tuple[int, bool]]) -> None:
        intent = shop.paid_order(2)

        for amount, is_done in parts:
            try:
                request(intent, amount)
            except Refusal as refusal:
                assert refusal.code == "refund-too-much"  # noqa: PT017 - either is fine, but nothing else
            if is_done:
                work()
            money = queries.money_of(intent)
            assert 0 <= money.refunded <= money.refunded + money.refunding <= money.received

    @pytest.fixture
    def shop(self) -> Shop:
        return Shop()
