"""What a customer tries beyond their right: with what was started, with fields nobody asked for, by the link of an order."""

from __future__ import annotations

from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.states import MemberRole, Role
from apps.orders.models import Intent, Requirement
from apps.orders.states import IntentState, PieceState
from tests.asking import post, problem_of, signed_in
from tests.factories.accounts import make_member, make_user
from tests.orders.selling import HOME, Shop, advance, fresh, pieces_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def intent(shop: Shop) -> Intent:
    """A paid order of three pieces, one of which is being made."""
    intent = shop.paid_order(3)
    advance(pieces_of(intent)[0], "start_piece")
    return fresh(intent)


@pytest.fixture
def buyer(shop: Shop) -> User:
    """Somebody who may order for the customer."""
    return make_member(account=shop.account, role=MemberRole.BUYER).user


def cancel_all(person: User, intent: Intent, **body: Any) -> Any:
    sent = {"reason": "CUSTOMER_REQUEST", **body}
    return post(signed_in(person), f"/api/v1/intents/{intent.pk}/cancel", sent, If_Match=f'"v{intent.version}"')


def cancel_pieces(person: User, intent: Intent, count: int, **body: Any) -> Any:
    component = Requirement.objects.get(line__intent=intent)
    sent = {"lines": [{"requirement_id": str(component.pk), "pieces": count}], **body}
    return post(signed_in(person), f"/api/v1/intents/{intent.pk}/cancel-pieces", sent, If_Match=f'"v{intent.version}"')


class TestWhatWasStarted:
    def test_is_not_cancelled_by_its_customer(self, intent: Intent, buyer: User) -> None:
        asked = cancel_all(buyer, intent)
        confirmed = cancel_all(buyer, intent, confirm_started=True)

        assert (problem_of(asked)["code"], problem_of(confirmed)["code"]) == ("pieces-started", "permission-denied")
        assert {piece.state for piece in pieces_of(intent)} == {PieceState.PRINTING, PieceState.OWED}

    def test_nor_by_confirming_it_piece_by_piece(self, intent: Intent, buyer: User) -> None:
        assert problem_of(cancel_pieces(buyer, intent, 3, confirm_started=True))["code"] == "permission-denied"
        assert problem_of(cancel_pieces(buyer, intent, 3))["code"] == "pieces-started"
        assert cancel_pieces(buyer, intent, 2).status_code == 200
        assert sorted(piece.state for piece in pieces_of(intent)) == [PieceState.CANCELED, PieceState.CANCELED, PieceState.PRINTING]

    def test_nor_by_a_program_of_the_shop_s(self, intent: Intent) -> None:
        program = make_user(Role.INTEGRATOR)

        assert problem_of(cancel_all(program, intent, confirm_started=True))["code"] == "permission-denied"

    def test_is_by_those_who_answer_for_money(self, intent: Intent) -> None:
        assert cancel_all(make_user(Role.LEAD), intent, confirm_started=True).status_code == 200
        assert fresh(intent).state == IntentState.CANCELED


class TestAcceptingAQuote:
    @pytest.mark.parametrize(
        ("place", "said"),
        [("account", {"terms": "credit"}), ("shipping_address", {**HOME, "verified": True}), ("billing_address", {"iban": "DE00"})],
    )
    def test_keeps_nothing_that_was_not_asked(self, shop: Shop, buyer: User, place: str, said: dict[str, Any]) -> None:
        quote = shop.quote()
        details = {"shipping_address": HOME, place: said}

        answer = post(signed_in(buyer), f"/api/v1/quotes/{quote.pk}/accept", {"details": details}, If_Match='"v1"')

        assert problem_of(answer)["status"] == 422
        assert any(name.startswith(f"{place}.") for name in problem_of(answer)["params"]["fields"])
        assert not Intent.objects.exists()
