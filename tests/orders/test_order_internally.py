"""``orders.order_internally``: something for the shop itself, without a price, by the same way as everybody's."""

from __future__ import annotations

from typing import Any

import pytest

from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders import commands
from apps.orders.models import CustomerSnapshot, Intent, Piece
from apps.orders.states import IntentKind, IntentState, ReleaseBasis
from tests.factories.accounts import make_site
from tests.factories.context import make_context
from tests.factories.parts import FAILURE, WARNING
from tests.orders.selling import Shop, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def ordered(shop: Shop, quantity: int = 2, **values: Any) -> Intent:
    line = values.pop("line", None) or shop.line(quantity)
    return Intent.objects.get(pk=commands.order_internally(make_context(), **{"site_id": shop.site.pk, "line": line, **values}))


class TestAnInternalOrder:
    def test_costs_nothing_and_owes_its_pieces(self, shop: Shop) -> None:
        intent = ordered(shop, 3, for_whom="Noor")

        assert (intent.kind, intent.state, intent.price_minor, intent.account_id) == (IntentKind.INTERNAL, IntentState.PAID, 0, None)
        assert Piece.objects.filter(requirement__line__intent=intent).count() == 3
        assert CustomerSnapshot.objects.get(intent=intent).account == {"name": "Noor"}

    def test_is_released_as_internal(self, shop: Shop) -> None:
        intent = ordered(shop)

        work()

        assert intent.releases.get().basis == ReleaseBasis.INTERNAL

    def test_tells_its_story_without_names(self, shop: Shop) -> None:
        ordered(shop, for_whom="Noor")

        assert "Noor" not in str([event.data for event in Event.objects.all()])
        assert Event.objects.filter(type="IntentCreated").count() == 1

    def test_leaves_what_a_check_asks_to_whoever_looks_at_the_plan(self, shop: Shop) -> None:
        assert ordered(shop, line=shop.line(part_revision_id=shop.part(WARNING).pk)).state == IntentState.PAID

    def test_of_what_cannot_be_made_is_refused_and_uses_no_number(self, shop: Shop) -> None:
        with pytest.raises(Refusal) as refused:
            ordered(shop, line=shop.line(part_revision_id=shop.part(FAILURE).pk))

        assert refused.value.code == "model-cannot-be-made"
        assert ordered(shop).number == "A-0001"

    def test_needs_a_site_and_a_number_of_pieces(self, shop: Shop) -> None:
        with pytest.raises(Invalid):
            ordered(shop, 0)
        with pytest.raises(NotFound):
            ordered(shop, site_id=make_site().pk)
