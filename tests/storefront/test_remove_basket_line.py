"""``storefront.remove_basket_line``: out of the basket, the part stays."""

from __future__ import annotations

import pytest

from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal, StaleVersion
from apps.orders.models import Quote
from apps.parts.models import PartRevision
from apps.storefront import commands
from apps.storefront.models import BasketLine
from tests.factories.accounts import make_account
from tests.factories.context import make_context
from tests.factories.storefront import make_basket_line
from tests.orders.selling import Shop
from tests.storefront.test_keep_offer import offer
from tests.storefront.visiting import part_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def line(shop: Shop) -> BasketLine:
    return make_basket_line(account=shop.account, part_revision=part_for(shop.account), material=shop.material)


def remove(shop: Shop, line: BasketLine, version: int = 1) -> None:
    commands.remove_basket_line(make_context(), account_id=shop.account.pk, line_id=line.pk, expected_version=version)


def test_takes_it_out_and_ends_its_offer(shop: Shop, line: BasketLine) -> None:
    quote = offer(shop, [line])

    remove(shop, line, version=2)

    assert not BasketLine.objects.exists()
    assert PartRevision.objects.count() == 1
    assert Quote.objects.get(pk=quote.pk).state == "superseded"
    assert Event.objects.filter(type="BasketEmptied").count() == 1


def test_refuses_what_was_ordered_changed_or_is_another_s(shop: Shop, line: BasketLine) -> None:
    with pytest.raises(StaleVersion):
        remove(shop, line, version=4)
    with pytest.raises(NotFound):
        commands.remove_basket_line(make_context(), account_id=make_account().pk, line_id=line.pk, expected_version=1)
    shop.accept(offer(shop, [line]))
    with pytest.raises(Refusal) as refused:
        remove(shop, line, version=2)
    assert refused.value.code == "basket-line-ordered"
    assert BasketLine.objects.count() == 1
