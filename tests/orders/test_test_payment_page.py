"""The page of test payments: it pays, declines and leaves, and tells farmos by a signed message over a real connection."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.test import Client

from apps.orders.checks import test_payments_are_off as deploy_check
from apps.orders.models import Checkout, WebhookMessage
from tests.orders.selling import Shop, fresh, open_checkout, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def checkout() -> Checkout:
    return open_checkout(Shop().order(2))


def choose(live_server: Any, checkout: Checkout, action: str, **fields: str) -> str:
    """Post the page's form to a real server, which in turn writes to its own hook; return the page one is led to."""
    page, cookie = ask(live_server, "GET", checkout.url)
    token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    _none, led_to = ask(
        live_server,
        "POST",
        checkout.url,
        urlencode({"csrfmiddlewaretoken": token, "action": action, **fields}),
        {"Cookie": cookie.split(";")[0]},
    )
    return ask(live_server, "GET", led_to)[0]


def ask(live_server: Any, method: str, path: str, form: str | None = None, headers: dict[str, str] | None = None) -> tuple[str, str]:
    """Return the body of an answer, and the cookie it sets or the address it leads to."""
    connection = HTTPConnection(live_server.thread.host, live_server.thread.port, timeout=120)
    connection.request(method, path, form, {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    assert answer.status < 400, body
    return body, answer.headers["Location"] or answer.headers["Set-Cookie"] or ""


class TestThePage:
    def test_says_what_is_to_be_paid_and_that_no_money_moves(self, checkout: Checkout) -> None:
        page = Client().get(checkout.url).content.decode()

        assert f"{checkout.amount_minor / 100:.2f} EUR" in page
        assert "No money moves here" in page

    def test_pays(self, live_server: Any, checkout: Checkout) -> None:
        page = choose(live_server, checkout, "pay")
        work()

        assert "Paid." in page
        assert fresh(checkout.intent).state == "paid"

    def test_pays_once_however_often_it_is_clicked(self, live_server: Any, checkout: Checkout) -> None:
        for _ in range(3):
            choose(live_server, checkout, "pay")
        work()

        assert WebhookMessage.objects.count() == 1
        assert fresh(checkout.intent).state == "paid"

    def test_declines_and_lets_one_try_again(self, live_server: Any, checkout: Checkout) -> None:
        choose(live_server, checkout, "decline")
        work()
        assert Checkout.objects.get().code == "card_declined"

        choose(live_server, checkout, "pay")
        work()
        assert fresh(checkout.intent).state == "paid"

    def test_takes_the_card_that_is_good(self, live_server: Any, checkout: Checkout) -> None:
        choose(live_server, checkout, "pay", card="4242 4242 4242 4242")
        work()

        assert fresh(checkout.intent).state == "paid"

    def test_declines_the_card_that_is_not_and_says_that_nothing_was_charged(self, live_server: Any, checkout: Checkout) -> None:
        page = choose(live_server, checkout, "pay", card="4000 0000 0000 0002")
        work()

        assert "Nothing was charged" in page
        assert (Checkout.objects.get().code, fresh(checkout.intent).state) == ("card_declined", "awaiting_payment")

    @pytest.mark.parametrize("card", ["", "4111111111111111", '"><script>', "4" * 500])
    def test_takes_no_other_card(self, checkout: Checkout, card: str) -> None:
        answer = Client().post(checkout.url, {"action": "pay", "card": card})

        assert answer.status_code == 422
        assert "Nothing was charged" in answer.content.decode() or card == ""
        assert "<script>" not in answer.content.decode()
        assert not WebhookMessage.objects.exists()

    def test_leaves(self, live_server: Any, checkout: Checkout) -> None:
        choose(live_server, checkout, "leave")
        work()

        assert Checkout.objects.get().state == "expired"

    def test_knows_no_other_choice(self, checkout: Checkout) -> None:
        assert Client().post(checkout.url, {"action": "steal"}).status_code == 422

    @pytest.mark.parametrize(
        "change", [lambda url: url[:-1], lambda url: url.replace("/pay/test/", "/pay/test/x"), lambda _url: "/pay/test/nonsense"]
    )
    def test_is_no_page_of_ours_when_its_address_was_changed(self, checkout: Checkout, change: Any) -> None:
        assert Client().get(change(checkout.url)).status_code == 404

    def test_is_not_there_where_test_payments_are_off(self, checkout: Checkout, settings: Any) -> None:
        settings.FARMOS_TEST_PAYMENTS = False

        assert Client().get(checkout.url).status_code == 404
        assert Client().post(checkout.url, {"action": "pay"}).status_code == 404
        assert not WebhookMessage.objects.exists()

    def test_says_so_when_the_shop_cannot_be_reached(self, checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("apps.orders.payments.pretend.time.sleep", lambda _s: None)

        answer = Client(SERVER_NAME="127.0.0.1", SERVER_PORT="9").post(checkout.url, {"action": "pay"})

        assert answer.status_code == 503


class TestTheDeployCheck:
    def test_warns_while_test_payments_are_on(self, settings: Any) -> None:
        assert [found.id for found in deploy_check(None)] == ["orders.W001"]
        settings.FARMOS_TEST_PAYMENTS = False
        assert deploy_check(None) == []

    def test_is_part_of_check(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("check", deploy=True)

        assert "orders.W001" in capsys.readouterr().err
