"""What is somebody else's is not there: files, parts, baskets, offers and orders, by every address of the shop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.urls import URLPattern

from apps.accounts.states import MemberRole
from apps.orders.models import Intent, Quote
from apps.storefront import queries, urls
from apps.storefront.models import BasketLine, Visitor
from tests.asking import signed_in
from tests.factories.accounts import make_member, make_user
from tests.factories.parts import make_upload
from tests.orders.selling import Shop, fresh
from tests.storefront.visiting import Browser, chosen, into_basket, link, offer, order, part_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


class Owner:
    """A guest with one of everything."""

    def __init__(self, shop: Shop) -> None:
        self.browser = Browser()
        self.account = self.browser.arrive()
        self.revision = part_for(self.account)
        self.upload = make_upload(account=self.account)
        self.line = into_basket(self.browser, shop, self.revision)
        self.quote = offer(self.browser)

    @property
    def ids(self) -> dict[str, Any]:
        return {"upload_id": self.upload.pk, "revision_id": self.revision.pk, "line_id": self.line.pk, "quote_id": self.quote.pk}


def addresses(ids: dict[str, Any]) -> Iterator[str]:
    """Yield every address of the shop that names a record of somebody's."""
    for route in urls.urlpatterns:
        assert isinstance(route, URLPattern)
        names = set(route.pattern.converters)
        if names and names <= set(ids):
            yield "/" + str(route.pattern).replace("<uuid:", "{").replace(">", "}").format(**ids)


class TestStrangers:
    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("who", ["a stranger", "another guest", "a signed-in customer"])
    def test_find_nothing_of_another_s(self, shop: Shop, who: str, method: str) -> None:
        owner = Owner(shop)
        browser = Browser()
        if who == "another guest":
            browser.arrive()
        if who == "a signed-in customer":
            member = make_member()
            browser.client = signed_in(member.user)
        found = {}

        for address in addresses(owner.ids):
            values = {
                "key": uuid4().hex,
                "version": "1",
                "quantity": "5",
                "code": "OPEN",
                "choice": "accept",
                "unit": "inch",
                **chosen(shop),
            }
            answer = browser.get(address) if method == "get" else browser.post(address, **values)
            found[address] = answer.status_code

        assert len(found) >= 12
        assert set(found.values()) <= {404, 405}
        assert BasketLine.objects.get(pk=owner.line.pk).quantity == 2
        assert not Intent.objects.exists()

    def test_see_an_empty_basket_and_no_orders(self, shop: Shop) -> None:
        Owner(shop)

        assert "empty" in Browser().page("/basket/")
        assert "no order here" in Browser().page("/orders/")

    def test_cannot_make_up_who_they_are(self, shop: Shop) -> None:
        owner = Owner(shop)
        browser = Browser()
        good = owner.browser.client.cookies["farmos_visitor"].value

        for forged in (str(Visitor.objects.get().pk), Visitor.objects.get().pk.hex, good[:-1] + "x", "", "\x00", "a:b:c", good + "x"):
            browser.client.cookies["farmos_visitor"] = forged
            assert browser.get(f"/parts/{owner.revision.pk}/").status_code == 404

    def test_cannot_guess_the_link_of_an_order(self, shop: Shop) -> None:
        intent = shop.paid_order()
        token = queries.token_for(intent.pk)

        for wrong in (
            str(intent.pk),
            intent.pk.hex,
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            token.swapcase(),
            token + "A",
            "x" * 43,
            token[:22],
        ):
            for page in ("", "pay/", "change/", "again/", "receipt/"):
                assert Browser().get(f"/orders/{wrong}/{page}").status_code == 404
        refused = Browser().get("/orders/nobody-s/").content.decode()
        assert 'href="/">Go to the start page' in refused, "there is no page to go back to"


class TestOwners:
    def test_find_everything(self, shop: Shop) -> None:
        owner = Owner(shop)

        for address in (
            f"/uploads/{owner.upload.pk}/",
            f"/parts/{owner.revision.pk}/",
            "/basket/",
            f"/checkout/{owner.quote.pk}/",
            "/uploads/",
        ):
            assert owner.browser.get(address).status_code == 200, address

    def test_who_are_forgotten_are_strangers(self, shop: Shop) -> None:
        owner = Owner(shop)
        cookie = owner.browser.client.cookies["farmos_visitor"].value

        assert owner.browser.post("/forget-me/", key="k").status_code == 303

        owner.browser.client.cookies["farmos_visitor"] = cookie
        assert owner.browser.get(f"/parts/{owner.revision.pk}/").status_code == 404

    def test_who_signed_in_once_must_be_signed_in(self, shop: Shop) -> None:
        owner = Owner(shop)
        user = make_user()
        make_member(account=owner.account, user=user)

        assert owner.browser.get(f"/parts/{owner.revision.pk}/").status_code == 404
        assert signed_in(user).get(f"/parts/{owner.revision.pk}/").status_code == 200

    @pytest.mark.parametrize(("role", "status"), [(MemberRole.OWNER, 200), (MemberRole.BUYER, 200), (MemberRole.VIEWER, 404)])
    def test_who_are_signed_in_act_for_their_company(self, shop: Shop, role: MemberRole, status: int) -> None:
        owner = Owner(shop)
        member = make_member(account=owner.account, role=role)

        assert signed_in(member.user).get(f"/parts/{owner.revision.pk}/").status_code == status

    def test_take_their_basket_with_them_when_they_order_signed_in(self, shop: Shop) -> None:
        owner = Owner(shop)
        user = make_user()
        owner.browser.client.force_login(user)

        assert order(owner.browser, owner.quote).status_code == 303

        assert owner.account.members.get().user == user
        assert Intent.objects.get().number in owner.browser.page("/orders/")


class TestWhoHasTheLink:
    def test_sees_the_order_and_its_pictures_but_not_its_files(self, shop: Shop) -> None:
        owner = Owner(shop)
        order(owner.browser, owner.quote)
        intent = Intent.objects.get()

        assert Browser().get(link(intent)).status_code == 200
        assert Browser().get(f"{link(intent)}receipt/").status_code == 200
        assert Browser().get(f"/parts/{owner.revision.pk}/shown.stl").status_code == 404
        assert Browser().get(f"{link(intent)}parts/{part_for(owner.account).pk}/thumb.png").status_code == 404

    def test_cannot_order_it_again(self, shop: Shop) -> None:
        owner = Owner(shop)
        order(owner.browser, owner.quote)
        intent = Intent.objects.get()

        refused = Browser().get(f"{link(intent)}again/")
        assert refused.status_code == 403
        assert 'href="/">Go to the start page' in refused.content.decode(), "the same page would only refuse again"
        assert Browser().post(f"{link(intent)}again/", key="k").status_code == 403
        assert owner.browser.get(f"{link(intent)}again/").status_code == 200

    def test_keeps_it_when_the_secret_changes_and_the_old_one_is_kept(self, shop: Shop, settings: Any) -> None:
        intent = shop.paid_order()
        address = link(intent)
        old, settings.SECRET_KEY = settings.SECRET_KEY, "a new one"

        assert Browser().get(address).status_code == 404
        settings.SECRET_KEY_FALLBACKS = [old]
        assert Browser().get(address).status_code == 200
        assert fresh(intent).state == "paid"


def test_nobody_orders_by_an_offer_that_never_held_a_basket(shop: Shop) -> None:
    owner = Owner(shop)
    loose = shop.quote(account_id=owner.account.pk, lines=(shop.line(part_revision_id=owner.revision.pk),))

    answer = order(owner.browser, loose)

    assert answer.status_code == 410
    assert not Intent.objects.exists()
    assert Quote.objects.get(pk=loose.pk).state == "sent"
