"""``storefront.keep_offer``: an offer holds lines of a basket, and of two offers for the same lines one is accepted at most."""

from __future__ import annotations

from typing import Any

import pytest

from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal
from apps.orders import commands as orders
from apps.orders.models import Intent, Quote
from apps.storefront import commands, queries
from apps.storefront.commands import LineSeen
from apps.storefront.models import BasketLine
from apps.storefront.queries.baskets import asked
from tests.factories.accounts import make_account
from tests.factories.context import make_context
from tests.factories.storefront import make_basket_line
from tests.orders.selling import Shop
from tests.storefront.visiting import part_for
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def put(shop: Shop, count: int = 1) -> list[BasketLine]:
    return [make_basket_line(account=shop.account, part_revision=part_for(shop.account), material=shop.material) for _ in range(count)]


def keep(shop: Shop, lines: list[BasketLine], quote: Quote, **values: Any) -> None:
    seen = tuple(LineSeen(line.pk, line.version) for line in lines)
    commands.keep_offer(make_context(), **{"account_id": shop.account.pk, "quote_id": quote.pk, "lines": seen, **values})


def offer(shop: Shop, lines: list[BasketLine]) -> Quote:
    """Make an offer for lines of a basket and let it hold them."""
    fresh = [BasketLine.objects.select_related("part_revision__part").get(pk=line.pk) for line in lines]
    quote = shop.quote(lines=tuple(asked(line) for line in fresh))
    keep(shop, fresh, quote)
    return quote


class TestHolding:
    def test_names_the_offer_on_each_line(self, shop: Shop) -> None:
        lines = put(shop, 2)

        quote = offer(shop, lines)

        assert list(queries.lines_held_by(quote.pk)) == lines
        assert Event.objects.filter(type="BasketOffered").count() == 1

    def test_ends_the_offer_that_held_them_before(self, shop: Shop) -> None:
        lines = put(shop, 2)
        first = offer(shop, lines)

        second = offer(shop, lines[:1])

        assert [Quote.objects.get(pk=one.pk).state for one in (first, second)] == ["superseded", "sent"]
        with pytest.raises(Refusal):
            shop.accept(Quote.objects.get(pk=first.pk))

    def test_is_gone_from_the_basket_once_it_was_accepted(self, shop: Shop) -> None:
        lines = put(shop, 2)
        quote = offer(shop, lines[:1])

        shop.accept(quote)

        left = queries.basket_of(shop.site.pk, shop.account.pk)
        assert [row.line for row in left.rows] == lines[1:]


class TestRefusals:
    def test_of_a_line_that_changed_meanwhile(self, shop: Shop) -> None:
        lines = put(shop)
        quote = shop.quote()
        commands.change_basket_line(
            make_context(),
            account_id=shop.account.pk,
            line_id=lines[0].pk,
            expected_version=1,
            wish=commands.BasketWish(shop.material.pk, 9),
        )

        with pytest.raises(Refusal) as refused:
            keep(shop, lines, quote)

        assert refused.value.code == "basket-changed"
        assert BasketLine.objects.get().quote is None

    def test_of_a_line_that_was_ordered(self, shop: Shop) -> None:
        lines = put(shop)
        shop.accept(offer(shop, lines))

        with pytest.raises(Refusal) as refused:
            offer(shop, lines)

        assert refused.value.code == "basket-changed"
        assert Intent.objects.count() == 1

    def test_of_an_offer_or_a_line_of_somebody_else(self, shop: Shop) -> None:
        quote = shop.quote()

        with pytest.raises(NotFound):
            keep(shop, put(shop), quote, account_id=make_account().pk)
        with pytest.raises(Refusal):
            keep(shop, [make_basket_line()], quote)


@pytest.mark.both_engines
class TestTwoWindows:
    def test_an_acceptance_and_a_new_offer_never_order_the_same_twice(self, writers: Writers) -> None:
        shop = Shop()
        lines = put(shop)
        first = offer(shop, lines)
        held = [BasketLine.objects.select_related("part_revision__part").get()]
        second = shop.quote(lines=tuple(asked(line) for line in held))

        def act(n: int) -> object:
            if n == 0:
                return orders.accept_quote(
                    make_context(), quote_id=first.pk, expected_version=1, details=orders.CustomerDetails(shipping_address=HOME)
                )
            keep(shop, held, second)
            return None

        outcomes = writers.in_threads(act, 2)

        assert sum(outcome.error is None for outcome in outcomes) == 1
        states = {Quote.objects.get(pk=first.pk).state, Quote.objects.get(pk=second.pk).state}
        assert states in ({"accepted", "sent"}, {"superseded", "sent"})
        assert Intent.objects.count() == (Quote.objects.get(pk=first.pk).state == "accepted")


HOME = {"recipient": "A. Buyer", "line1": "High Street 1", "city": "Springfield", "country": "DE"}
