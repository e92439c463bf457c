"""From the basket to money: once, for what was shown, whatever is pressed how often and in how many windows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.journal import clock
from apps.journal.http.headers import content_security_policy
from apps.orders import commands as orders
from apps.orders.models import Checkout, CustomerSnapshot, Intent, Quote
from apps.orders.payments import pretend
from apps.parts.states import PreflightStatus
from apps.storefront.models import BasketLine
from tests.factories.context import make_context
from tests.factories.parts import WARNING
from tests.orders.selling import BODY, Shop, fresh, pay, work
from tests.storefront.visiting import HOME, Browser, into_basket, link, offer, order, part_for, text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def browser(shop: Shop) -> Browser:
    browser = Browser()
    browser.arrive()
    into_basket(browser, shop, part_for(browser.account))
    return browser


def placed() -> Intent:
    return Intent.objects.get()


class TestOrdering:
    def test_leads_to_the_payment_page_and_back(self, browser: Browser) -> None:
        quote = offer(browser)

        answer = order(browser, quote)

        waiting = f"{link(placed())}pay/"
        assert (answer.status_code, answer["Location"]) == (303, waiting)
        assert "Opening the payment page" in browser.page(waiting)
        work()
        assert browser.get(waiting)["Location"] == Checkout.objects.get().url
        assert Checkout.objects.get().return_to == link(placed())

    def test_keeps_who_it_is_with_the_order_only(self, browser: Browser) -> None:
        order(browser, offer(browser), notes="Ring twice", company="Halden Robotics")

        kept = CustomerSnapshot.objects.get()
        assert (kept.account["email"], kept.account["name"], kept.notes) == ("jo@halden.example", "Jo Halden", "Ring twice")
        assert kept.shipping_address["company"] == "Halden Robotics"
        assert (placed().account.name, placed().account.email) == ("Jo Halden", "")  # type: ignore[union-attr]

    def test_is_followed_and_paid(self, browser: Browser) -> None:
        order(browser, offer(browser))
        work()
        pay(Checkout.objects.get())

        page = browser.page(link(placed()))
        assert fresh(placed()).state == "paid"
        assert "next in line" in page
        assert "Basket 1" not in browser.page("/")

    def test_picked_up_needs_no_address_and_no_shipping(self, browser: Browser) -> None:
        quote = offer(browser, delivery="pickup")

        answer = order(browser, quote, line1="", city="", country="")

        assert answer.status_code == 303
        assert (quote.shipping_minor, placed().shipping_minor) == (0, 0)

    def test_without_a_provider_says_how_the_shop_takes_payment(self, browser: Browser, settings: Any) -> None:
        settings.FARMOS_TEST_PAYMENTS = False
        settings.FARMOS_PAYMENT_WORDS = "Cash on pickup."
        quote = offer(browser)
        assert "Cash on pickup." in browser.page(f"/checkout/{quote.pk}/")

        assert order(browser, quote)["Location"] == link(placed())

        assert "Cash on pickup." in browser.page(link(placed()))
        assert not Checkout.objects.exists()


class TestTheWayToTheProvider:
    """Chromium holds every redirect after a form to ``form-action``: the way to a provider's page must be in it, and nothing else."""

    def forms_lead_to(self, browser: Browser, address: str) -> str:
        policy = browser.get(address).headers["Content-Security-Policy"]
        (forms,) = [part for part in policy.split("; ") if part.startswith("form-action ")]
        return str(forms.removeprefix("form-action "))

    @pytest.fixture
    def elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> str:
        """A provider with a page of its own."""
        monkeypatch.setattr(pretend.Pretend, "checkout_origin", "https://checkout.example.com")
        return "https://checkout.example.com"

    def test_is_open_where_one_is_in_use(self, browser: Browser, elsewhere: str, settings: Any) -> None:
        quote = offer(browser)

        assert self.forms_lead_to(browser, f"/checkout/{quote.pk}/") == f"'self' {elsewhere}"
        order(browser, quote)
        assert self.forms_lead_to(browser, link(Intent.objects.get())) == f"'self' {elsewhere}"
        settings.FARMOS_TEST_PAYMENTS = False
        assert self.forms_lead_to(browser, link(Intent.objects.get())) == "'self'"

    def test_is_no_other_page_s(self, browser: Browser, elsewhere: str) -> None:
        assert self.forms_lead_to(browser, "/admin/login/") == "'self'"

    def test_is_closed_where_customers_pay_on_a_page_of_ours(self, browser: Browser) -> None:
        assert self.forms_lead_to(browser, "/basket/") == "'self'"

    @pytest.mark.parametrize(
        "wrong", ["http://a.example", "https://*.example", "https://a.example; script-src *", "https://a.example/x", "*", ""]
    )
    def test_is_named_by_nothing_but_an_origin(self, wrong: str) -> None:
        with pytest.raises(ValueError, match="no origin"):
            content_security_policy(forms_lead_to=[wrong])


class TestPressingTwice:
    def test_is_one_order_and_one_way_to_pay(self, browser: Browser) -> None:
        quote = offer(browser)

        first, second = order(browser, quote), order(browser, quote)

        assert first["Location"] == second["Location"]
        assert (Intent.objects.count(), Checkout.objects.count()) == (1, 1)

    def test_on_going_on_from_the_basket_is_one_offer(self, browser: Browser) -> None:
        assert offer(browser) == offer(browser) == offer(browser, key="another window")
        assert Quote.objects.count() == 1

    def test_of_put_into_basket_is_one_line(self, browser: Browser, shop: Shop) -> None:
        revision = part_for(browser.account)

        for _ in range(2):
            into_basket(browser, shop, revision)

        assert BasketLine.objects.filter(part_revision=revision).count() == 1


class TestGoingBack:
    def test_after_ordering_leads_to_the_order(self, browser: Browser) -> None:
        quote = offer(browser)
        order(browser, quote)

        assert browser.get(f"/checkout/{quote.pk}/")["Location"] == link(placed())
        assert order(browser, quote, recipient="Somebody else", key="a new page")["Location"] == f"{link(placed())}pay/"
        assert Intent.objects.count() == 1
        assert CustomerSnapshot.objects.get().account["name"] == "Jo Halden"

    def test_from_the_payment_page_keeps_the_order_to_be_paid_later(self, browser: Browser) -> None:
        order(browser, offer(browser))
        work()

        page = browser.page(link(placed()))
        assert "wait for your payment" in page
        assert browser.post(f"{link(placed())}pay/", key="k")["Location"] == f"{link(placed())}pay/"
        assert Checkout.objects.count() == 1

    def test_to_the_payment_page_after_paying_stays_paid(self, browser: Browser) -> None:
        order(browser, offer(browser))
        work()
        pay(Checkout.objects.get())

        assert browser.get(f"{link(placed())}pay/")["Location"] == link(placed())
        assert fresh(placed()).state == "paid"
        assert browser.post(f"{link(placed())}pay/", key="k").status_code == 409


class TestTwoWindows:
    def test_a_changed_basket_ends_the_offer_of_the_other_window(self, browser: Browser) -> None:
        quote = offer(browser)
        line = BasketLine.objects.get()
        browser.post(f"/basket/{line.pk}/", key="w2", version=str(line.version), quantity="9")

        answer = order(browser, quote)

        assert answer.status_code == 410
        assert "Nothing was ordered or charged" in text_of(answer)
        assert not Intent.objects.exists()
        again = browser.post(f"/checkout/{quote.pk}/again/", key="w3")
        assert order(browser, Quote.objects.order_by("-id")[0]).status_code == 303
        assert again.status_code == 303
        assert placed().lines.get().quantity == 9

    def test_a_stale_quantity_is_not_written(self, browser: Browser) -> None:
        line = BasketLine.objects.get()

        answer = browser.post(f"/basket/{line.pk}/", key="k", version="99", quantity="9")

        assert answer.status_code == 412
        assert BasketLine.objects.get().quantity == 2

    def test_the_part_that_was_ordered_is_gone_from_the_other_window(self, browser: Browser) -> None:
        quote = offer(browser)
        line = BasketLine.objects.get()
        order(browser, quote)

        assert browser.post(f"/basket/{line.pk}/", key="k", version=str(line.version), quantity="9").status_code == 409
        assert browser.post("/basket/offer/", key="k").status_code == 409
        assert Intent.objects.count() == 1


class TestTheAmount:
    def test_is_the_offer_s_whatever_the_form_says(self, browser: Browser) -> None:
        quote = offer(browser)

        order(browser, quote, total="1", total_minor="1", amount="0.01", currency="JPY", price_minor="1", shipping_minor="0", state="paid")

        work()
        assert (placed().price_minor, placed().currency, placed().state) == (quote.total_minor, "EUR", "awaiting_payment")
        assert Checkout.objects.get().amount_minor == quote.total_minor

    def test_stays_when_the_shop_s_prices_change_meanwhile(self, browser: Browser, shop: Shop) -> None:
        quote = offer(browser)
        orders.release_price_list(make_context(), site_id=shop.site.pk, currency="EUR", body={**BODY, "setup_minor": 9900})

        order(browser, quote)

        assert placed().price_minor == quote.total_minor

    def test_of_an_offer_whose_time_is_over_is_asked_for_anew(self, browser: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        quote = offer(browser)
        late = clock.now() + timedelta(days=31)
        monkeypatch.setattr(clock, "now", lambda: late)

        for answer in (browser.get(f"/checkout/{quote.pk}/"), order(browser, quote)):
            assert answer.status_code == 410
            assert "Ask for new prices" in text_of(answer)
        assert not Intent.objects.exists()
        again = browser.post(f"/checkout/{quote.pk}/again/", key="k")
        assert again.status_code == 303
        assert "today's prices" in browser.page(again["Location"])
        assert Quote.objects.get(pk=quote.pk).state in ("expired", "superseded")

    def test_that_a_card_was_declined_says_that_nothing_was_charged(self, browser: Browser) -> None:
        order(browser, offer(browser))
        work()
        pay(Checkout.objects.get(), "checkout.payment_failed", code="card_declined")

        page = browser.page(link(placed()))
        assert "Your bank declined the card. Nothing was charged." in page
        assert fresh(placed()).state == "awaiting_payment"


class TestTheForm:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", ""),
            ("email", "nonsense"),
            ("email", "a@b\r\nBcc: x@y.example"),
            ("recipient", ""),
            ("line1", ""),
            ("city", ""),
            ("country", ""),
            ("country", "Atlantis"),
            ("country", "ZZ"),
            ("recipient", "x" * 300),
            ("notes", "x" * 2001),
            ("city", "a\x00b"),
        ],
    )
    def test_says_what_is_wrong_beside_the_field_and_orders_nothing(self, browser: Browser, field: str, value: str) -> None:
        quote = offer(browser)

        answer = order(browser, quote, **{field: value})

        assert answer.status_code == 422
        assert f'aria-describedby="wrong-{field}"' in answer.content.decode() or field == "notes"
        assert "Nothing was ordered or charged" in text_of(answer)
        assert "Werfstraat" in answer.content.decode() or field == "line1"
        assert not Intent.objects.exists()

    def test_shows_what_was_typed_as_words(self, browser: Browser) -> None:
        answer = order(browser, offer(browser), recipient='"><script>alert(1)</script>', email="")

        assert b"<script>alert" not in answer.content

    def test_takes_long_and_right_to_left_names(self, browser: Browser) -> None:
        order(browser, offer(browser), recipient="מרים " * 30, company='"><b>')

        assert b'"><b>' not in browser.get(f"{link(placed())}receipt/").content
        assert "מרים" in browser.page(link(placed()))


class TestABasket:
    def test_orders_what_is_ready_and_keeps_what_waits_for_a_choice(self, browser: Browser, shop: Shop) -> None:
        thin = part_for(browser.account, WARNING, status=PreflightStatus.WARN, name="Lamp shade")
        into_basket(browser, shop, thin)
        page = browser.page("/basket/")
        assert "2 parts, 1 ready to order" in page
        assert "Make it so all the same" in page

        order(browser, offer(browser))

        assert placed().lines.count() == 1
        assert [line.part_revision for line in BasketLine.objects.filter(quote=None)] == [thin]
        assert "Lamp shade" in browser.page("/basket/")

    def test_lets_one_choose_in_the_row(self, browser: Browser, shop: Shop) -> None:
        thin = part_for(browser.account, WARNING, status=PreflightStatus.WARN)
        into_basket(browser, shop, thin)

        answer = browser.post(f"/parts/{thin.pk}/answer/", key="k", code=WARNING.code, choice="accept", next="/basket/")

        assert answer["Location"] == "/basket/"
        assert "2 parts, 2 ready to order" in browser.page("/basket/")

    def test_changes_and_removes(self, browser: Browser) -> None:
        line = BasketLine.objects.get()
        browser.post(f"/basket/{line.pk}/", key="a", version="1", quantity="2", step="more")
        assert BasketLine.objects.get().quantity == 3
        browser.post(f"/basket/{line.pk}/", key="b", version="2", quantity="1", step="less")
        assert BasketLine.objects.get().quantity == 1

        assert browser.post(f"/basket/{line.pk}/remove/", key="c", version="3").status_code == 303

        assert "empty" in browser.page("/basket/")

    @pytest.mark.parametrize(("quantity", "status"), [("", 422), ("1e9", 422), ("-1", 422), ("99999999999", 422), ("51", 422)])
    def test_takes_no_quantity_that_is_none(self, browser: Browser, quantity: str, status: int) -> None:
        line = BasketLine.objects.get()

        assert browser.post(f"/basket/{line.pk}/", key="a", version="1", quantity=quantity).status_code == status
        assert BasketLine.objects.get().quantity == 2

    def test_with_nothing_ready_leads_nowhere(self, browser: Browser) -> None:
        browser.post(f"/basket/{BasketLine.objects.get().pk}/remove/", key="c", version="1")

        assert browser.post("/basket/offer/", key="k").status_code == 409
        assert HOME
