"""The way from a form of the shop to a payment provider's page, which browsers hold to the Content-Security-Policy of the form's page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page
from pytest_django.live_server_helper import LiveServer

from apps.journal import clock
from apps.orders import payments
from apps.orders.payments import Session, SessionOrder, pretend
from apps.storefront.queries import token_for
from tests.browser.chromium import Chromium
from tests.orders.selling import Shop, open_checkout

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ELSEWHERE = "https://checkout.example.com"


class Provider(pretend.Pretend):
    """A provider whose page is on another site."""

    checkout_origin = ELSEWHERE

    def open_checkout(self, order: SessionOrder) -> Session:
        """Return a page there."""
        return Session(f"cs_{order.checkout_id.hex}", f"{ELSEWHERE}/pay", clock.now() + timedelta(hours=1))


@pytest.fixture
def page(chromium: Chromium) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    chromium.leave(context)


@pytest.fixture
def pay(page: Page, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Locator:
    """The button of an order whose payment page is open at a provider elsewhere."""
    monkeypatch.setitem(payments._PROVIDERS, "test", Provider())
    intent = Shop().order()
    open_checkout(intent)
    page.goto(f"{live_server.url}/orders/{token_for(intent.pk)}/")
    return page.locator("form[action$='/pay/'] button")


def test_is_open_to_the_provider_in_use(page: Page, pay: Locator) -> None:
    with page.expect_request(f"{ELSEWHERE}/pay"):
        pay.click(no_wait_after=True)


def test_is_closed_to_every_other_site(page: Page, pay: Locator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Provider, "checkout_origin", "")
    page.reload()

    with page.expect_console_message(lambda said: "form-action" in said.text):
        pay.click(no_wait_after=True)
