"""What a customer tries beyond their right: with what was started, with fields nobody asked for, by the link of an order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.accounts.states import MemberRole, Role
from apps.orders.models import Intent, Requirement
from apps.orders.states import IntentState, PieceState
from tests.asking import post, problem_of, signed_in
from tests.factories.accounts import make_member, make_user
from tests.orders.selling import HOME, Shop, advance, fresh, pieces_of
from tests.storefront.visiting import Browser, last_upload
from tests.storefront.visiting import link as order_link

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


class TestWhatTheShopNotes:
    def test_is_not_told_to_the_customer(self, shop: Shop, buyer: User) -> None:
        intent, lead = shop.paid_order(2), make_user(Role.LEAD)
        assert cancel_all(lead, intent, note="They never pay in time").status_code == 200
        address = f"/api/v1/intents/{intent.pk}"

        told, known = signed_in(buyer).get(address), signed_in(lead).get(address)

        assert "They never pay in time" in known.content.decode()
        assert "They never pay in time" not in told.content.decode()
        assert str(lead.pk) in known.content.decode()
        assert str(lead.pk) not in told.content.decode()


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


class TestTheLinkOfAnOrder:
    """A guest's order has nobody who could sign in for it: the link is the key. Elsewhere it shows, and people's rights decide."""

    def asked(self, browser: Client, intent: Intent) -> dict[str, int]:
        """Return how each page of an order answers, the button that cancels last."""
        link = order_link(intent)
        return {
            "": browser.get(link).status_code,
            "change": browser.get(f"{link}change/").status_code,
            "fewer": browser.post(f"{link}change/", {"version": intent.version}).status_code,
            "cancel": browser.post(f"{link}cancel/", {"key": "one", "version": intent.version}).status_code,
        }

    @pytest.mark.parametrize("who", ["a member who may only look", "nobody", "another customer", "an operator"])
    def test_lets_nobody_change_what_is_not_theirs_to_change(self, shop: Shop, who: str) -> None:
        make_member(account=shop.account)
        people: dict[str, Callable[[], Client]] = {
            "a member who may only look": lambda: signed_in(make_member(account=shop.account, role=MemberRole.VIEWER).user),
            "nobody": lambda: Client(REMOTE_ADDR="192.0.2.7"),
            "another customer": lambda: signed_in(make_member().user),
            "an operator": lambda: signed_in(make_user(Role.OPERATOR)),
        }
        intent = shop.paid_order(2)

        assert self.asked(people[who](), intent) == {"": 200, "change": 403, "fewer": 403, "cancel": 403}
        assert fresh(intent).state == IntentState.PAID

    def test_lets_buyers_change_their_order(self, shop: Shop, buyer: User) -> None:
        intent = shop.paid_order(2)

        assert self.asked(signed_in(buyer), intent) == {"": 200, "change": 200, "fewer": 303, "cancel": 303}
        assert fresh(intent).state == IntentState.CANCELED

    @pytest.mark.parametrize("who", ["nobody", "a customer elsewhere"])
    def test_is_the_key_of_a_guest_s_order(self, shop: Shop, who: str) -> None:
        intent = shop.paid_order(2)
        browser = Client() if who == "nobody" else signed_in(make_member().user)

        assert self.asked(browser, intent)["cancel"] == 303
        assert fresh(intent).state == IntentState.CANCELED

    @pytest.mark.parametrize(("role", "status"), [(Role.VIEWER, 403), (Role.OPERATOR, 403), (Role.LEAD, 303)])
    def test_gives_whoever_works_here_no_more_than_their_role(self, shop: Shop, role: Role, status: int) -> None:
        intent = shop.paid_order(2)

        assert self.asked(signed_in(make_user(role)), intent)["cancel"] == status

    def test_does_not_let_a_member_who_may_only_look_pay(self, shop: Shop, buyer: User, settings: Settings) -> None:
        settings.FARMOS_TEST_PAYMENTS = True
        viewer = make_member(account=shop.account, role=MemberRole.VIEWER).user
        pay = f"{order_link(shop.order())}pay/"

        assert [browser.post(pay).status_code for browser in (signed_in(viewer), signed_in(buyer), Client())] == [403, 303, 303]

    def test_nor_does_a_browser_that_was_the_buyer_s_make_them_one(self, shop: Shop) -> None:
        browser = Browser()
        account = browser.arrive()
        make_member(account=account)
        browser.client.force_login(make_member(account=account, role=MemberRole.VIEWER).user)

        assert browser.get(f"/uploads/{last_upload().pk}/").status_code == 404
