"""``orders.amend_cancel_qty``: fewer pieces, and exactly their money back."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.journal import frame
from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound, Refusal, StaleVersion
from apps.orders import changes, commands, queries
from apps.orders.commands import FewerPieces
from apps.orders.models import Amendment, Intent, Release, Requirement
from tests.factories.context import make_context
from tests.orders.selling import SHIPPED, Shop, advance, fresh, open_checkout, pay, pieces_of, work
from tests.orders.test_cancel_intent import PRICES
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop(**PRICES)


def component(intent: Intent, position: int = 1) -> UUID:
    return Requirement.objects.get(line__intent=intent, line__position=position).pk


def fewer(intent: Intent, *counts: Any, **values: Any) -> UUID:
    lines = tuple(FewerPieces(component(intent, position), count) for position, count in enumerate(counts, start=1) if count)
    given: dict[str, Any] = {"expected_version": fresh(intent).version, "lines": lines, **values}
    made = commands.amend_cancel_qty(make_context(), intent_id=intent.pk, **given)
    work()
    return made


class TestFewerPieces:
    def test_are_canceled_and_their_money_goes_back(self, shop: Shop) -> None:
        intent = shop.paid_order(3)

        amendment = Amendment.objects.get(pk=fewer(intent, 2, note="One is enough"))

        money = queries.money_of(intent)
        counts = queries.piece_counts(component(intent))
        assert (amendment.kind, amendment.price_delta_minor, amendment.lines.get().pieces) == ("cancel_qty", -2000, -2)
        assert (money.due, money.refunded, fresh(intent).state) == (1490, 2000, "paid")
        assert (counts.promised, counts.canceled, counts.open, counts.balanced) == (3, 2, 1, True)

    def test_leave_the_promise_as_it_was_made(self, shop: Shop) -> None:
        intent = shop.paid_order(3)

        fewer(intent, 1)

        assert (fresh(intent).price_minor, queries.effective_price(intent)) == (3490, 2490)
        assert intent.lines.get().quantity == 3

    def test_of_an_order_that_was_not_paid_cost_less_from_then_on(self, shop: Shop) -> None:
        intent = shop.order(3)
        before = open_checkout(intent)

        fewer(intent, 1)

        assert open_checkout(intent).amount_minor == 2490
        assert type(before).objects.get(pk=before.pk).state == "expired"
        pay(open_checkout(intent))
        assert fresh(intent).state == "paid"

    def test_settle_an_order_that_was_paid_in_part(self, shop: Shop) -> None:
        intent = shop.order(3)
        commands.record_manual_payment(
            make_context(), intent_id=intent.pk, expected_version=intent.version, amount_minor=2490, currency="EUR"
        )

        fewer(intent, 1)

        assert (fresh(intent).state, Release.objects.count()) == ("paid", 1)

    def test_take_those_first_that_are_on_no_plate(self, shop: Shop) -> None:
        intent = shop.paid_order(3)
        pieces = pieces_of(intent)
        with frame.seeding("planned"):
            for piece in pieces[1:]:
                changes.allocate_piece(make_context(), piece, item_id=uuid4())

        fewer(intent, 1)

        assert [piece.state for piece in pieces_of(intent)] == ["canceled", "owed", "owed"]

    def test_that_add_up_to_everything_but_one_leave_exactly_its_price(self) -> None:
        shop = Shop(**{**PRICES, "finish_minor": "333.4", "minimum": {"order_minor": 10_000}, "priority": {"rush": "1.37"}})
        intent = shop.paid_order(7, 3, priority="rush")
        goods = intent.price_minor - 490

        for _ in range(6):
            fewer(intent, 1)
        for _ in range(3):
            fewer(intent, 0, 1)

        left = goods * intent.lines.get(position=1).total_minor / sum(line.total_minor for line in intent.lines.all()) / 7
        money = queries.money_of(intent)
        assert abs(money.due - 490 - left) <= 0.5
        assert money.refunded == intent.price_minor - money.due

    def test_of_several_lines_go_in_one_change(self, shop: Shop) -> None:
        intent = shop.paid_order(3, 2)

        amendment = Amendment.objects.get(pk=fewer(intent, 1, 2))

        assert sorted(line.pieces for line in amendment.lines.all()) == [-2, -1]
        assert amendment.price_delta_minor == -3000

    def test_complete_an_order_of_which_the_rest_was_sent(self, shop: Shop) -> None:
        intent = shop.paid_order(2)
        advance(pieces_of(intent)[0], *SHIPPED)

        fewer(intent, 1)

        assert fresh(intent).state == "fulfilled"
        assert Event.objects.filter(type="IntentFulfilled").count() == 1


class TestPiecesThatWereStarted:
    def test_are_not_canceled_unless_somebody_confirms(self, shop: Shop) -> None:
        intent = shop.paid_order(3)
        advance(pieces_of(intent)[0], "start_piece")
        advance(pieces_of(intent)[1], *SHIPPED[:2])

        with pytest.raises(Refusal) as refused:
            fewer(intent, 2)

        assert (refused.value.code, refused.value.params) == ("pieces-started", {"asked": 2, "open": 1})
        assert not Amendment.objects.exists()
        assert queries.piece_counts(component(intent)).canceled == 0

    def test_are_charged_by_the_rule_when_somebody_confirms(self, shop: Shop) -> None:
        intent = shop.paid_order(3)
        advance(pieces_of(intent)[0], "start_piece")
        advance(pieces_of(intent)[1], *SHIPPED[:2])

        fewer(intent, 2, confirm_started=True)

        assert [piece.state for piece in pieces_of(intent)] == ["canceled", "cooling", "canceled"]
        assert queries.money_of(intent).due == 490 + 1000 + 500

    def test_are_charged_the_same_when_the_rest_is_canceled_later(self, shop: Shop) -> None:
        from tests.orders.test_cancel_intent import cancel

        intent = shop.paid_order(3)
        advance(pieces_of(intent)[0], "start_piece")
        fewer(intent, 2)
        fewer_confirmed = fresh(intent)

        cancel(fewer_confirmed)

        assert queries.money_of(intent).due == 500


class TestWhatCannotBeLessened:
    @pytest.mark.parametrize("count", [-1, True, 1.5, "2"])
    def test_is_no_number_of_pieces(self, shop: Shop, count: Any) -> None:
        with pytest.raises(Invalid):
            fewer(shop.paid_order(3), count)

    def test_names_nothing_or_something_twice(self, shop: Shop) -> None:
        intent = shop.paid_order(3)
        one = FewerPieces(component(intent), 1)

        for lines in ((), (one, one)):
            with pytest.raises(Invalid):
                fewer(intent, lines=lines)

    def test_is_more_than_there_are(self, shop: Shop) -> None:
        intent = shop.paid_order(3, 1)
        advance(pieces_of(intent)[0], *SHIPPED)

        with pytest.raises(Refusal) as refused:
            fewer(intent, 3)

        assert (refused.value.code, refused.value.params["left"]) == ("pieces-too-few", 2)

    def test_is_all_there_is(self, shop: Shop) -> None:
        with pytest.raises(Refusal) as refused:
            fewer(shop.paid_order(3), 3)

        assert refused.value.code == "pieces-all-canceled"

    def test_belongs_to_another_order(self, shop: Shop) -> None:
        other = shop.paid_order(3)

        with pytest.raises(NotFound):
            fewer(shop.paid_order(3), lines=(FewerPieces(component(other), 1),))

    def test_is_over(self, shop: Shop) -> None:
        from tests.orders.test_cancel_intent import cancel

        intent = shop.paid_order(3)
        cancel(intent)

        with pytest.raises(Refusal) as refused:
            fewer(intent, 1)

        assert refused.value.code == "order-is-over"


@pytest.mark.both_engines
class TestFourWhoLessenAtOnce:
    def test_one_wins(self, writers: Writers) -> None:
        intent = Shop(**PRICES).paid_order(5)
        lines = (FewerPieces(component(intent), 2),)

        outcomes = writers.in_threads(
            lambda _n: commands.amend_cancel_qty(make_context(), intent_id=intent.pk, expected_version=intent.version, lines=lines),
            4,
        )
        work()

        assert [type(outcome.error) for outcome in outcomes if outcome.error] == [StaleVersion] * 3
        assert queries.money_of(intent).refunded == 2000
        assert queries.piece_counts(component(intent)).canceled == 2
