"""``storefront.change_basket_line``: how many, of what, how good."""

from __future__ import annotations

from typing import Any

import pytest

from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal, StaleVersion
from apps.orders.models import Quote
from apps.storefront import commands
from apps.storefront.models import BasketLine
from tests.factories.accounts import make_account
from tests.factories.context import make_context
from tests.factories.storefront import make_basket_line
from tests.orders.selling import Shop
from tests.storefront.test_keep_offer import offer
from tests.storefront.visiting import part_for, wish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def line(shop: Shop) -> BasketLine:
    return make_basket_line(account=shop.account, part_revision=part_for(shop.account), material=shop.material)


def change(shop: Shop, line: BasketLine, **values: Any) -> None:
    given = {"account_id": shop.account.pk, "expected_version": BasketLine.objects.get(pk=line.pk).version, **values}
    commands.change_basket_line(make_context(), line_id=line.pk, **{"wish": wish(shop, quantity=7), **given})


class TestChanging:
    def test_keeps_the_new_wish(self, shop: Shop, line: BasketLine) -> None:
        change(shop, line)

        assert BasketLine.objects.get().quantity == 7
        assert Event.objects.get(type="BasketChanged").subject_rows.count() == 2

    def test_ends_the_offer_that_held_it(self, shop: Shop, line: BasketLine) -> None:
        quote = offer(shop, [line])

        change(shop, line)

        assert Quote.objects.get(pk=quote.pk).state == "superseded"
        assert BasketLine.objects.get().quote is None


class TestRefusals:
    def test_of_what_was_ordered(self, shop: Shop, line: BasketLine) -> None:
        shop.accept(offer(shop, [line]))

        with pytest.raises(Refusal) as refused:
            change(shop, line)

        assert refused.value.code == "basket-line-ordered"

    def test_of_somebody_elses(self, shop: Shop, line: BasketLine) -> None:
        with pytest.raises(NotFound):
            change(shop, line, account_id=make_account().pk)

    def test_of_a_line_that_changed_since(self, shop: Shop, line: BasketLine) -> None:
        with pytest.raises(StaleVersion):
            change(shop, line, expected_version=9)

    def test_of_what_no_offer_could_be_made_for(self, shop: Shop, line: BasketLine) -> None:
        with pytest.raises(Refusal):
            change(shop, line, wish=wish(shop, quantity=51))

        assert BasketLine.objects.get().quantity == 1
