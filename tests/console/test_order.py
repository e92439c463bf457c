"""The order page: calm customer truth, and what may be done about the order."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.fleet import commands as fleet
from apps.journal.models import Event
from apps.orders import commands
from apps.orders.models import Intent, LedgerEntry, Refund
from apps.orders.states import CancelReason, IntentState, PieceState
from apps.policy import commands as policy
from apps.policy.domain.default import default_body
from apps.policy.models import Hold
from apps.policy.states import HoldReason, HoldScope
from tests.console.office import HOSTILE, assert_fit_for_people, browser, form, forms_of, owner, press, queries, text_of
from tests.factories.accounts import make_site
from tests.factories.context import make_context
from tests.factories.floor import make_floor
from tests.factories.parts import WARNING, make_preflight
from tests.orders.selling import HOME, Shop, advance, fresh, line_of, open_checkout, pay, pieces_of
from tests.runs.driving import printing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def admin(shop: Shop) -> Client:
    return owner()


def page_of(client: Client, intent: Intent, more: str = "", **query: str) -> Any:
    return client.get(f"/admin/orders/{intent.number}/{more}", query)


class TestThePage:
    def test_says_what_was_promised_and_where_the_pieces_are(self, shop: Shop, admin: Client) -> None:
        intent = shop.paid_order(3)
        advance(pieces_of(intent)[0], "start_piece", "take_off_piece", "cool_piece", "pass_piece")

        page = page_of(admin, intent)

        assert_fit_for_people(page)
        said = text_of(page)
        assert f"Order {intent.number}" in said
        assert "A. Buyer" in said
        assert "2 to make." in said
        assert 'aria-label="1 Passed, 2 To make"' in page.content.decode()

    def test_counts_pieces_on_a_silent_printer_as_nothing(self) -> None:
        floor = make_floor()
        printer = floor.printer(code="V3")
        plate = floor.plate()
        printing(plate, printer)
        fleet.observe_connection(make_context(), printer_id=printer.pk, reachable=False)
        intent = Intent.objects.get()

        said = text_of(page_of(owner(), intent))

        assert "1 State unknown" in said
        assert "1 were on V3" in said
        assert "not known yet" in said

    @pytest.mark.parametrize("count", [60, 61])
    def test_draws_a_cell_for_each_piece_up_to_sixty_and_a_bar_beyond(self, count: int) -> None:
        intent = Shop(limits={"quantity": 100, "order_minor": 10_000_000}).order(count)

        drawn = page_of(owner(), intent).content.decode()

        assert ("sbar parts" in drawn) == (count > 60)

    def test_lets_no_name_become_markup(self, shop: Shop, admin: Client) -> None:
        details = commands.CustomerDetails(account={"name": HOSTILE}, shipping_address={**HOME, "recipient": HOSTILE}, notes=HOSTILE)
        intent = shop.accept(shop.quote(1), details=details)

        page = page_of(admin, intent)

        assert_fit_for_people(page)
        assert "&lt;script&gt;" in page.content.decode()

    def test_shows_the_findings_of_each_model(self, shop: Shop, admin: Client) -> None:
        intent = shop.order(1)
        make_preflight(WARNING, revision=line_of(intent).part_revision, status="WARN")

        said = text_of(page_of(admin, intent))

        assert "Passed with notes" in said
        assert "Why it matters" in said

    def test_asks_no_more_when_there_are_more_lines(self, shop: Shop, admin: Client) -> None:
        one, many = shop.paid_order(1), shop.paid_order(*[2] * 6)
        page_of(admin, one)
        with queries() as few:
            page_of(admin, one)
        with queries() as more:
            page_of(admin, many)

        assert len(more) <= len(few) + 2, [query["sql"] for query in more]
        assert len(few) <= 60


class TestWhoMaySeeAndDoWhat:
    def test_strangers_sign_in_first(self, shop: Shop) -> None:
        answer = page_of(Client(), shop.order())

        assert answer.status_code == 302
        assert "/login/" in answer["Location"]

    def test_people_of_another_site_do_not_know_it_exists(self, shop: Shop) -> None:
        stranger = browser(Role.ADMIN, site=make_site())
        intent = shop.paid_order()

        assert page_of(stranger, intent).status_code == 404
        assert stranger.post(f"/admin/orders/{intent.pk}/do/cancel", {"key": "k", "version": "1"}).status_code == 404
        assert fresh(intent).state == IntentState.PAID

    @pytest.mark.parametrize(
        ("role", "may"),
        [
            (Role.ADMIN, {"cancel", "fewer", "refund", "pay", "hold"}),
            (Role.LEAD, {"cancel", "fewer", "refund", "pay", "hold"}),
            (Role.OPERATOR, {"hold"}),
            (Role.PLANNER, {"hold"}),
            (Role.VIEWER, set()),
        ],
    )
    def test_each_role_is_offered_what_it_may_do_and_refused_the_rest(self, shop: Shop, role: Role, may: set[str]) -> None:
        client, intent = browser(role), shop.order(2)
        page = page_of(client, intent)
        content = page.content.decode()

        assert ("/cancel/" in content) == ("cancel" in may)
        assert ("/fewer/" in content) == ("fewer" in may)
        assert ("pay" in forms_of(page)) == ("pay" in may)
        assert ("/holds/on/" in content) == ("hold" in may)
        for button in ("pay", "fewer", "refund", "cancel", "release"):
            answer = client.post(f"/admin/orders/{intent.pk}/do/{button}", {"key": f"k-{button}", "version": "0"})
            assert (answer.status_code == 403) == (Role.LEAD != role != Role.ADMIN), (button, answer.status_code)
        assert fresh(intent).version == intent.version

    def test_money_entries_are_for_those_who_may_see_them(self, shop: Shop) -> None:
        intent = shop.paid_order()

        assert "Every entry" in text_of(page_of(browser(Role.LEAD), intent))
        assert "Every entry" not in text_of(page_of(browser(Role.OPERATOR), intent))

    def test_a_viewer_does_not_learn_who_ordered(self, shop: Shop) -> None:
        intent = shop.paid_order()

        assert "High Street" in text_of(page_of(browser(Role.OPERATOR), intent))
        assert "High Street" not in text_of(page_of(browser(Role.VIEWER), intent))


class TestPaying:
    def test_books_what_came_another_way(self, shop: Shop, admin: Client) -> None:
        intent = shop.order(2)
        fields = form(page_of(admin, intent), "do/pay")

        assert fields["amount"] == f"{intent.price_minor // 100}.{intent.price_minor % 100:02d}"
        assert press(admin, fields, reference="BANK-1").status_code == 303
        assert press(admin, fields, reference="BANK-1").status_code == 303  # the same press again
        assert LedgerEntry.objects.get(intent=intent).amount_minor == intent.price_minor
        assert fresh(intent).state == IntentState.PAID

    @pytest.mark.parametrize("amount", ["", "abc", "-5", "1.234", "1e3", "9999999999", "0"])
    def test_says_what_is_wrong_with_an_amount(self, shop: Shop, admin: Client, amount: str) -> None:
        intent = shop.order()

        answer = press(admin, form(page_of(admin, intent), "do/pay"), amount=amount)

        assert answer.status_code == 422
        assert not LedgerEntry.objects.exists()


class TestRefunding:
    def test_shows_what_is_left_and_gives_it_back_once(self, shop: Shop, admin: Client) -> None:
        intent = shop.paid_order(2)
        page = page_of(admin, intent, "refund/")
        assert_fit_for_people(page)
        fields = form(page, "do/refund")

        answers = [press(admin, fields, amount="1.00", note="Scratched"), press(admin, fields, amount="1.00", note="Scratched")]

        assert [answer.status_code for answer in answers] == [303, 303]
        assert Refund.objects.get().amount_minor == 100

    def test_never_gives_back_more_than_came_in(self, shop: Shop, admin: Client) -> None:
        intent = shop.paid_order()

        answer = press(admin, form(page_of(admin, intent, "refund/"), "do/refund"), amount="9999.00", note="Sorry")

        assert answer.status_code == 422
        assert "refund-too-much" in answer.content.decode()
        assert not Refund.objects.exists()

    def test_is_no_page_for_those_who_may_not(self, shop: Shop) -> None:
        assert page_of(browser(Role.OPERATOR), shop.paid_order(), "refund/").status_code == 404


class TestFewerPieces:
    def test_says_what_it_does_to_the_price_before_it_is_done(self, shop: Shop, admin: Client) -> None:
        intent = shop.paid_order(4)
        requirement = line_of(intent).requirements.get()

        page = page_of(admin, intent, "fewer/", **{f"fewer-{requirement.pk}": "2"})
        assert_fit_for_people(page)
        assert "Take away 2 pieces" in text_of(page)
        assert press(admin, form(page, "do/fewer")).status_code == 303

        states = [piece.state for piece in pieces_of(intent)]
        assert states.count(PieceState.CANCELED) == 2
        shown = intent.amendments.get()
        assert f"{-shown.price_delta_minor // 100}.{-shown.price_delta_minor % 100:02d}" in text_of(page)

    def test_wants_a_word_for_pieces_that_are_started(self, shop: Shop, admin: Client) -> None:
        intent = shop.paid_order(2)
        for piece in pieces_of(intent):
            advance(piece, "start_piece")
        requirement = line_of(intent).requirements.get()
        page = page_of(admin, intent, "fewer/", **{f"fewer-{requirement.pk}": "1"})

        refused = press(admin, form(page, "do/fewer"))
        done = press(admin, {**form(page, "do/fewer"), "key": "another"}, confirm_started="yes")

        assert (refused.status_code, done.status_code) == (409, 303)
        assert "charged by the price list" in text_of(page)

    @pytest.mark.parametrize("asked", ["-1", "x", "99999999", "٣"])
    def test_takes_nonsense_for_nothing(self, shop: Shop, admin: Client, asked: str) -> None:
        intent = shop.paid_order(2)
        requirement = line_of(intent).requirements.get()

        page = page_of(admin, intent, "fewer/", **{f"fewer-{requirement.pk}": asked})

        assert page.status_code == 200
        assert "do/fewer" not in page.content.decode()


class TestCancelling:
    def test_says_what_happens_and_does_it_once(self, shop: Shop, admin: Client) -> None:
        intent = shop.paid_order(3)
        page = page_of(admin, intent, "cancel/")
        assert_fit_for_people(page)
        assert "3 pieces are cancelled" in text_of(page)

        fields = form(page, "do/cancel")
        answers = [press(admin, fields, reason="CUSTOMER_REQUEST", note="Not needed") for _press in range(2)]

        assert [answer.status_code for answer in answers] == [303, 303]
        assert fresh(intent).state == IntentState.CANCELED
        assert Event.objects.filter(type="IntentCanceled").count() == 1
        assert "Cancelled: Customer&#x27;s wish" in page_of(admin, intent).content.decode()

    def test_wants_a_reason(self, shop: Shop, admin: Client) -> None:
        intent = shop.paid_order()

        answer = press(admin, form(page_of(admin, intent, "cancel/"), "do/cancel"), reason="BECAUSE")

        assert answer.status_code == 422
        assert fresh(intent).state == IntentState.PAID

    def test_after_somebody_else_changed_it_says_who_and_does_nothing(self, shop: Shop, admin: Client) -> None:
        intent = shop.paid_order(2)
        fields = form(page_of(admin, intent, "cancel/"), "do/cancel")
        requirement = line_of(intent).requirements.get()
        fewer = (commands.FewerPieces(requirement.pk, 1),)
        commands.amend_cancel_qty(make_context(), intent_id=intent.pk, expected_version=fresh(intent).version, lines=fewer)

        answer = press(admin, fields, reason="FRAUD")

        assert answer.status_code == 412
        said = text_of(answer)
        assert "Someone else was first" in said
        assert "(farmos)" in said
        assert fresh(intent).state == IntentState.PAID

    def test_of_one_that_is_over_offers_nothing(self, shop: Shop, admin: Client) -> None:
        intent = shop.order()
        commands.cancel_intent(make_context(), intent_id=intent.pk, expected_version=intent.version, reason=CancelReason.FRAUD)

        page = page_of(admin, intent, "cancel/")

        assert page.status_code == 200
        assert "do/cancel" not in page.content.decode()


class TestAnOrderThatIsStopped:
    def test_shows_why_with_the_rule_and_the_decision(self, shop: Shop, admin: Client) -> None:
        policy.activate_policy(make_context(), site_id=shop.site.pk, body=_asking_above(1), key="strict")
        intent = shop.order(2)
        pay(open_checkout(intent))

        page = page_of(admin, intent)

        assert_fit_for_people(page)
        said = text_of(page)
        assert "Release requires approval" in said
        assert "It is a big order" in said
        assert "Rule: big orders are looked at" in said
        assert "Review and approve" in said

    def test_that_is_held_offers_to_release_the_hold(self, shop: Shop, admin: Client) -> None:
        intent = shop.order()
        placed = press(admin, form(page_of(admin, intent), f"order/{intent.pk}"), reason="QUALITY", note=HOSTILE)
        assert placed.status_code == 303
        page = page_of(admin, intent)
        assert_fit_for_people(page)
        assert "On hold: Quality in doubt" in text_of(page)

        assert press(admin, form(page, "release")).status_code == 303
        assert Hold.objects.get().released_at is not None

    def test_by_a_block_is_passed_only_by_an_admin_with_a_reason(self, shop: Shop, admin: Client) -> None:
        intent = shop.order()
        policy.place_hold(
            make_context(), site_id=shop.site.pk, scope=HoldScope.ORDER, scope_id=intent.pk, reason=HoldReason.OTHER, note="Ask first"
        )
        pay(open_checkout(intent))
        lead = browser(Role.LEAD)
        page = page_of(admin, intent)
        assert "Release to production is stopped" in text_of(page)

        told = lead.post(f"/admin/orders/{intent.pk}/do/release", {"key": "k1", "override": "I want it", "typed": intent.number})
        wrong = admin.post(f"/admin/orders/{intent.pk}/do/release", {"key": "k2", "override": "I want it", "typed": "other"})
        right = admin.post(f"/admin/orders/{intent.pk}/do/release", {"key": "k3", "override": "I want it", "typed": intent.number})

        assert (told.status_code, wrong.status_code, right.status_code) == (403, 422, 303)
        assert fresh(intent).releases.count() == 1


def _asking_above(minor: int) -> dict[str, Any]:
    body = default_body()
    for rule in body["rules"]:
        if rule["id"] == "big-orders-are-looked-at":
            rule["params"] = {"minor": minor}
    return body
