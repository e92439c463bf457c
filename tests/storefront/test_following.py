"""Orders as their customers see them: how far they are, what has happened, what can still be changed and what that does to the money."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.catalog.states import Reason
from apps.journal import frame
from apps.notify import links
from apps.orders import changes
from apps.orders import queries as money
from apps.orders.models import Intent, Piece
from apps.orders.states import PieceState
from apps.storefront import queries
from tests.factories.context import NOW, make_context
from tests.orders.selling import SHIPPED, Shop, advance, fresh, line_of, pieces_of, work
from tests.storefront.visiting import Browser, link, text_of

pytestmark = pytest.mark.django_db(transaction=True)

TOLD_NOBODY = ("V1", "printer", "attempt", "policy", "failed", "scrapped", "Scrapped")
"""Words of the floor that customers never read."""


@pytest.fixture
def shop() -> Shop:
    return Shop(
        materials={"*": {"gram_minor": "0", "hour_minor": "0"}}, finish_minor="1000", setup_minor=0, keep={"printing": "0.5", "made": "1"}
    )


def spoil(piece: Piece) -> None:
    with frame.seeding("it came out wrong"):
        changes.scrap_piece(make_context(), piece, reason=Reason.WARP, run_id=uuid4())


def page_of(intent: Intent) -> str:
    return Browser().page(link(intent))


class TestTheSentence:
    @pytest.mark.parametrize(
        ("moves", "says"),
        [
            ((), "Your 3 pieces are next in line"),
            (("start_piece",), "Your 3 pieces are being printed"),
            (SHIPPED[:2], "Your pieces are printed and being checked"),
            (SHIPPED[:4], "Your order is ready and will be sent"),
            (SHIPPED, "3 of 3 pieces are on their way"),
        ],
    )
    def test_says_how_far_it_is(self, shop: Shop, moves: tuple[str, ...], says: str) -> None:
        intent = shop.paid_order(3)
        for piece in pieces_of(intent):
            advance(piece, *moves)

        page = page_of(intent)

        assert says in page
        assert [word for word in TOLD_NOBODY if word in page] == []

    def test_says_that_some_are_on_their_way(self, shop: Shop) -> None:
        intent = shop.paid_order(3)
        advance(pieces_of(intent)[0], *SHIPPED)

        assert "1 of 3 pieces are on their way" in page_of(intent)

    def test_waits_for_money(self, shop: Shop) -> None:
        assert "wait for your payment" in page_of(shop.order())


class TestWhatHasHappened:
    def test_is_honest_about_what_is_printed_again(self, shop: Shop) -> None:
        intent = shop.paid_order(3)
        pieces = pieces_of(intent)
        for piece in pieces:
            advance(piece, *SHIPPED[:2])
        spoil(pieces[0])
        spoil(pieces[1])

        page = page_of(intent)

        assert "2 pieces came out wrong and are printed again. That is on us." in page
        assert "2 pieces are printed again at our cost." in page
        assert [word for word in TOLD_NOBODY if word in page] == []

    def test_tells_several_pieces_at_one_time_as_one_thing_and_later_ones_apart(self, shop: Shop) -> None:
        intent = shop.paid_order(4)
        pieces = pieces_of(intent)
        for number, piece in enumerate(pieces):
            advance(piece, *SHIPPED[:3])
            late = NOW + timedelta(hours=number // 2, minutes=number)
            with frame.seeding("checked"):
                changes.pass_piece(make_context(now=late), piece)

        steps = [(step.what, step.pieces) for step in queries.progress_of(intent).steps if step.what == "passed"]

        assert steps == [("passed", 2), ("passed", 2)]

    def test_is_empty_of_what_never_was(self, shop: Shop) -> None:
        assert [step.what for step in queries.progress_of(shop.order()).steps] == ["received"]

    def test_counts_every_piece_once(self, shop: Shop) -> None:
        intent = shop.paid_order(6)
        pieces = pieces_of(intent)
        for piece, moves in zip(pieces, ((), SHIPPED[:1], SHIPPED[:2], SHIPPED[:4], SHIPPED), strict=False):
            advance(piece, *moves)

        progress = queries.progress_of(intent)

        assert sum(progress.stages.values()) == progress.wanted == 6
        assert (progress.printed, progress.checked, progress.sent, progress.is_begun) == (3, 2, 1, True)


class TestFewerPieces:
    def ask(self, intent: Intent, **values: Any) -> Any:
        requirement = line_of(intent).requirements.get()
        wanted = {f"wanted-{requirement.pk}": str(values.pop("wanted"))} if "wanted" in values else {}
        given = {"key": uuid4().hex, "version": str(fresh(intent).version), **wanted, **values}
        return Browser().post(f"{link(intent)}change/", **given)

    def test_shows_what_comes_back_before_it_is_confirmed_and_gives_exactly_that(self, shop: Shop) -> None:
        intent = shop.paid_order(3)
        requirement = line_of(intent).requirements.get()

        page = Browser().page(f"{link(intent)}change/?wanted-{requirement.pk}=1")

        assert "Confirm, get 20.00 EUR back" in page
        assert fresh(intent).version == intent.version, "looking changes nothing"
        assert self.ask(intent, wanted=1).status_code == 303
        work()
        assert money.money_of(intent).refunded == 2000
        assert "2 pieces fewer, as you wished." in page_of(intent)
        assert "20.00 EUR went back to you." in page_of(intent)

    def test_go_down_to_those_that_were_begun(self, shop: Shop) -> None:
        intent = shop.paid_order(3)
        advance(pieces_of(intent)[0], "start_piece")

        page = Browser().page(f"{link(intent)}change/")
        assert "1 at least, it is started." in page
        assert "Cancel everything: no longer." in page
        self.ask(intent, wanted=0)

        states = sorted(piece.state for piece in pieces_of(intent))
        assert states == [PieceState.CANCELED, PieceState.CANCELED, PieceState.PRINTING]

    def test_cannot_be_asked_for_when_all_is_begun(self, shop: Shop) -> None:
        intent = shop.paid_order(2)
        for piece in pieces_of(intent):
            advance(piece, "start_piece")

        page = Browser().page(f"{link(intent)}change/")

        assert "all of them started or finished" in page
        assert 'class="stepper"' not in page

    def test_change_nothing_when_the_order_moved_on(self, shop: Shop) -> None:
        intent = shop.paid_order(3)

        answer = self.ask(intent, wanted=1, version="1")

        assert answer.status_code == 412
        assert "Nothing was changed." in text_of(answer)
        assert {piece.state for piece in pieces_of(intent)} == {PieceState.OWED}

    def test_all_of_them_is_a_cancelation(self, shop: Shop) -> None:
        intent = shop.paid_order(3)
        requirement = line_of(intent).requirements.get()

        assert "Cancel the whole order below instead." in Browser().page(f"{link(intent)}change/?wanted-{requirement.pk}=0")
        assert self.ask(intent, wanted=0).status_code == 409
        assert fresh(intent).state == "paid"

    @pytest.mark.parametrize("wanted", ["", "-5", "1e9", "99999999", "\x00", "many"])
    def test_by_a_number_that_is_none_changes_nothing(self, shop: Shop, wanted: str) -> None:
        intent = shop.paid_order(3)

        assert self.ask(intent, wanted=wanted).status_code in (303, 422)
        assert {piece.state for piece in pieces_of(intent)} == {PieceState.OWED}

    def test_step_by_step_without_scripts(self, shop: Shop) -> None:
        intent = shop.paid_order(3)
        requirement = line_of(intent).requirements.get()

        page = Browser().get(f"{link(intent)}change/?wanted-{requirement.pk}=3&step=less-{requirement.pk}")

        assert f'name="wanted-{requirement.pk}" value="2"' in page.content.decode()


class TestCanceling:
    def cancel(self, intent: Intent, **values: Any) -> Any:
        return Browser().post(f"{link(intent)}cancel/", **{"key": "k", "version": str(fresh(intent).version), **values})

    def test_gives_everything_back_while_nothing_was_begun(self, shop: Shop) -> None:
        intent = shop.paid_order(2)
        assert "Cancel the order, get 24.90 EUR back" in Browser().page(f"{link(intent)}change/")

        assert self.cancel(intent).status_code == 303
        work()

        assert (fresh(intent).state, money.money_of(intent).refunded) == ("canceled", 2490)
        page = page_of(intent)
        assert "Your order is cancelled" in page
        assert "24.90 EUR went back to you." in page

    def test_is_asked_again_when_a_piece_began_meanwhile(self, shop: Shop) -> None:
        intent = shop.paid_order(2)
        advance(pieces_of(intent)[0], "start_piece")

        answer = self.cancel(intent)

        assert answer.status_code == 409
        assert "Nothing was changed." in text_of(answer)
        assert fresh(intent).state == "paid"

    def test_twice_is_once(self, shop: Shop) -> None:
        intent = shop.paid_order(2)
        version = str(intent.version)

        first, second = self.cancel(intent, version=version), self.cancel(intent, version=version, key="another")
        work()

        assert (first.status_code, second.status_code) == (303, 412)
        assert money.money_of(intent).refunded == 2490

    def test_of_an_order_that_is_not_paid_asks_for_nothing_back(self, shop: Shop) -> None:
        intent = shop.order(2)

        assert "get" not in Browser().page(f"{link(intent)}change/").partition("Cancel the order")[2][:5]
        assert self.cancel(intent).status_code == 303
        assert fresh(intent).state == "canceled"


class TestTheRest:
    def test_a_receipt_says_what_was_ordered_and_paid(self, shop: Shop) -> None:
        intent = shop.paid_order(2)

        page = Browser().page(f"{link(intent)}receipt/")

        assert intent.number in page
        assert "24.90 EUR" in page
        assert "Still to pay 0.00 EUR" in page

    def test_mails_lead_to_the_page_of_the_order(self, shop: Shop) -> None:
        intent = shop.order()

        assert links.order_url(intent).endswith(link(intent))

    def test_pages_may_not_be_kept_by_others_nor_found(self, shop: Shop) -> None:
        answer = Browser().get(link(shop.order()))

        assert answer["Cache-Control"] == "private, no-store"
        assert b'name="robots" content="noindex"' in answer.content

    def test_only_the_part_that_changes_is_asked_for(self, shop: Shop) -> None:
        answer = Browser().get(link(shop.order()), headers={"X-Fragment": "order"})

        assert answer.content.lstrip().startswith(b'<div id="order"')
