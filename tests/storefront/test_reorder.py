"""``storefront.reorder``: the same once more, as it was chosen then."""

from __future__ import annotations

import pytest

from apps.journal import frame
from apps.journal.refusals import NotFound
from apps.orders import commands as orders
from apps.storefront import commands, queries
from apps.storefront.models import BasketLine
from tests.factories.accounts import make_account
from tests.factories.context import make_context
from tests.orders.selling import BODY, Shop
from tests.storefront.visiting import part_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


class TestOrderingAgain:
    def test_fills_the_basket_with_what_was_chosen(self, shop: Shop) -> None:
        revision = part_for(shop.account)
        wished = ({"kind": "custom", "text": "Smooth top"},)
        intent = shop.order(lines=(shop.line(3, part_revision_id=revision.pk, constraints=wished),))

        added = commands.reorder(make_context(), account_id=shop.account.pk, intent_id=intent.pk)

        line = BasketLine.objects.get()
        assert (added, line.part_revision, line.quantity, line.material, line.notes) == (1, revision, 3, shop.material, "Smooth top")

    def test_leaves_out_what_cannot_be_had_any_more(self, shop: Shop) -> None:
        intent = shop.order(lines=(shop.line(3, part_revision_id=part_for(shop.account).pk),))
        with frame.seeding("the shop stops offering it"):
            shop.material.is_offered = False
            shop.material.save_changes("is_offered")

        assert commands.reorder(make_context(), account_id=shop.account.pk, intent_id=intent.pk) == 0
        (row,) = queries.since_then(intent)
        assert not row.can_be_had
        assert not BasketLine.objects.exists()

    def test_names_what_has_changed_since(self, shop: Shop) -> None:
        intent = shop.order(lines=(shop.line(3, part_revision_id=part_for(shop.account).pk),))

        assert queries.since_then(intent)[0].is_same

        orders.release_price_list(make_context(), site_id=shop.site.pk, currency="EUR", body={**BODY, "setup_minor": 900})
        (row,) = queries.since_then(intent)
        assert row.unit_minor is not None
        assert row.unit_minor > row.line.unit_minor

    def test_of_somebody_elses_order_is_not_found(self, shop: Shop) -> None:
        with pytest.raises(NotFound):
            commands.reorder(make_context(), account_id=make_account().pk, intent_id=shop.order().pk)
