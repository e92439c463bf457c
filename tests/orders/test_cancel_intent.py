"""``orders.cancel_intent``: the promise is kept no longer; who pays for what was made is decided by how far it had come."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.journal.models import Event
from apps.journal.refusals import Refusal, StaleVersion
from apps.orders import commands, queries
from apps.orders.models import Amendment, Checkout, Intent, Refund
from apps.orders.states import CancelReason
from tests.factories.context import make_context
from tests.orders.selling import SHIPPED, Shop, advance, fresh, open_checkout, pay, pieces_of, work
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)

PRICES: dict[str, Any] = {
    "materials": {"*": {"gram_minor": "0", "hour_minor": "0"}},
    "finish_minor": "1000",
    "setup_minor": 0,
    "shipping": [{"up_to_g": 100_000, "minor": 490}],
    "keep": {"printing": "0.5", "made": "0.8"},
}
"""Ten euros a piece, 4.90 for shipping; half is kept of what prints, four fifths of what was made."""


@pytest.fixture
def shop() -> Shop:
    return Shop(**PRICES)


def cancel(intent: Intent, reason: CancelReason = CancelReason.CUSTOMER_REQUEST, **values: Any) -> None:
    given: dict[str, Any] = {"expected_version": fresh(intent).version, "confirm_started": True, **values}
    commands.cancel_intent(make_context(), intent_id=intent.pk, reason=reason, **given)
    work()


class TestCanceling:
    def test_before_anything_was_started_gives_everything_back(self, shop: Shop) -> None:
        intent = shop.paid_order(3)
        assert intent.price_minor == 3490

        cancel(intent, note="Changed their mind")

        money = queries.money_of(intent)
        gone = fresh(intent)
        assert (gone.state, gone.cancel_reason, gone.canceled_by) == ("canceled", "CUSTOMER_REQUEST", "service:tests")
        assert (money.due, money.refunded, queries.payment_status(intent)) == (0, 3490, "refunded")
        assert {piece.state for piece in pieces_of(intent)} == {"canceled"}

    def test_before_it_was_paid_closes_the_way_to_pay(self, shop: Shop) -> None:
        intent = shop.order()
        checkout = open_checkout(intent)

        cancel(intent)

        assert (Checkout.objects.get(pk=checkout.pk).state, Checkout.objects.get().code) == ("expired", "order-changed")
        assert not Refund.objects.exists()

    @pytest.mark.parametrize(
        ("moves", "kept"),
        [
            ((), 0),
            (("start_piece",), 500),
            (("start_piece", "owe_piece_again"), 0),
            (("start_piece", "take_off_piece"), 800),
            (SHIPPED[:4], 800),
            (SHIPPED[:5], 800),
            (SHIPPED, 1000 + 490),
        ],
    )
    def test_keeps_what_the_rule_says_for_how_far_a_piece_had_come(self, shop: Shop, moves: tuple[str, ...], kept: int) -> None:
        intent = shop.paid_order(3)
        advance(pieces_of(intent)[0], *moves)

        cancel(intent)

        money = queries.money_of(intent)
        assert (money.due, money.refunded) == (kept, 3490 - kept)
        assert money.kept == kept

    @pytest.mark.parametrize("reason", [CancelReason.OUT_OF_CAPACITY, CancelReason.UNMANUFACTURABLE])
    def test_for_a_reason_of_ours_charges_nothing_that_was_not_sent(self, shop: Shop, reason: CancelReason) -> None:
        intent = shop.paid_order(3)
        advance(pieces_of(intent)[0], *SHIPPED)
        advance(pieces_of(intent)[1], *SHIPPED[:3])

        cancel(intent, reason)

        assert queries.money_of(intent).due == 1000 + 490

    def test_leaves_what_was_sent_sent_and_takes_the_rest_off_its_plates(self, shop: Shop) -> None:
        intent = shop.paid_order(3)
        pieces = pieces_of(intent)
        advance(pieces[0], *SHIPPED)
        item = uuid4()
        from apps.journal import frame
        from apps.orders import changes

        with frame.seeding("planned"):
            changes.allocate_piece(make_context(), pieces[1], item_id=item)

        cancel(intent)

        states = [(piece.state, piece.allocated_to) for piece in pieces_of(intent)]
        assert states == [("shipped", None), ("canceled", None), ("canceled", None)]
        assert queries.piece_counts(pieces[0].requirement_id).balanced

    def test_tells_who_runs_machines_which_pieces_are_not_wanted(self, shop: Shop) -> None:
        intent = shop.paid_order(2)
        printing = advance(pieces_of(intent)[0], "start_piece")

        cancel(intent)

        event = Event.objects.get(type="IntentCanceled")
        about = set(event.subject_rows.values_list("kind", "subject_id"))
        assert '"pieces":2' in event.data
        assert {("intent", intent.pk), ("piece", printing.pk), ("requirement", printing.requirement_id)} <= about

    def test_is_an_amendment_with_its_effect_on_the_money(self, shop: Shop) -> None:
        intent = shop.paid_order(2)

        cancel(intent, note="Changed their mind")

        amendment = Amendment.objects.get()
        assert (amendment.kind, amendment.price_delta_minor, amendment.note) == ("cancel_qty", -2490, "Changed their mind")
        assert amendment.lines.get().pieces == -2
        assert "mind" not in "".join(Event.objects.values_list("data", flat=True))


class TestWhatCannotBeCanceled:
    def test_is_over(self, shop: Shop) -> None:
        intent = shop.order()
        cancel(intent)

        with pytest.raises(Refusal) as refused:
            cancel(intent)

        assert refused.value.code == "order-is-over"

    def test_changed_since_the_asker_looked(self, shop: Shop) -> None:
        intent = shop.order()
        pay(open_checkout(intent))

        with pytest.raises(StaleVersion):
            cancel(intent, expected_version=intent.version)

    def test_has_a_reason_nobody_knows(self, shop: Shop) -> None:
        with pytest.raises(Refusal) as refused:
            cancel(shop.order(), "BORED")  # type: ignore[arg-type]

        assert refused.value.code == "unknown-code"


class TestACustomerWhoCancels:
    """Customers cancel only what nobody began: the page said what they get back."""

    def test_gets_everything_back_while_nothing_was_started(self, shop: Shop) -> None:
        intent = shop.paid_order(2)

        cancel(intent, confirm_started=False)

        assert queries.money_of(intent).refunded == 2490

    @pytest.mark.parametrize("moves", [("start_piece",), SHIPPED], ids=["one prints", "one was sent"])
    def test_is_asked_again_when_a_piece_was_started_meanwhile(self, shop: Shop, moves: tuple[str, ...]) -> None:
        intent = shop.paid_order(2)
        advance(pieces_of(intent)[0], *moves)

        with pytest.raises(Refusal) as refused:
            cancel(intent, confirm_started=False)

        assert refused.value.code == "pieces-started"
        assert fresh(intent).state == "paid"
        assert not Refund.objects.exists()


@pytest.mark.both_engines
class TestTwoWhoCancelAtOnce:
    def test_one_wins_and_the_money_goes_back_once(self, writers: Writers) -> None:
        intent = Shop(**PRICES).paid_order(3)

        outcomes = writers.in_threads(
            lambda _n: commands.cancel_intent(
                make_context(), intent_id=intent.pk, expected_version=intent.version, reason=CancelReason.CUSTOMER_REQUEST
            ),
            2,
        )
        work()

        assert [type(outcome.error) for outcome in outcomes if outcome.error] == [StaleVersion]
        assert (Refund.objects.count(), queries.money_of(intent).refunded) == (1, 3490)

    def test_a_refund_beside_it_never_gives_more_back_than_came_in(self, writers: Writers) -> None:
        intent = Shop(**PRICES).paid_order(3)

        def act(n: int) -> object:
            if n:
                return commands.request_refund(
                    make_context(), intent_id=intent.pk, expected_version=intent.version, amount_minor=3490, note="All of it"
                )
            return commands.cancel_intent(
                make_context(), intent_id=intent.pk, expected_version=intent.version, reason=CancelReason.CUSTOMER_REQUEST
            )

        outcomes = writers.in_threads(act, 2)
        work()

        assert sum(outcome.error is None for outcome in outcomes) == 1
        assert queries.money_of(intent).refunded == 3490
