"""``storefront.add_to_basket``: a part as its customer wants it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.parts.states import PreflightStatus
from apps.storefront import commands
from apps.storefront.commands import basket
from apps.storefront.models import BasketLine
from tests.factories.accounts import make_account
from tests.factories.catalog import make_color, make_material
from tests.factories.context import make_context
from tests.factories.parts import FAILURE, WARNING
from tests.orders.selling import Shop
from tests.storefront.visiting import part_for, wish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def add(shop: Shop, revision_id: Any, **values: Any) -> Any:
    return commands.add_to_basket(make_context(), account_id=shop.account.pk, part_revision_id=revision_id, wish=wish(shop, **values))


class TestAdding:
    def test_keeps_how_it_is_wanted(self, shop: Shop) -> None:
        revision, color = part_for(shop.account), make_color()

        add(shop, revision.pk, color_id=color.pk, notes="The top must look good")

        line = BasketLine.objects.get()
        assert (line.account, line.part_revision, line.quantity, line.color, line.quote) == (shop.account, revision, 2, color, None)
        assert line.notes == "The top must look good"

    def test_says_nothing_of_what_was_written(self, shop: Shop) -> None:
        add(shop, part_for(shop.account).pk, notes="Secret project")

        event = Event.objects.get(type="BasketFilled")
        assert "Secret" not in event.data

    def test_takes_a_part_that_still_waits_for_the_customer_s_choice(self, shop: Shop) -> None:
        add(shop, part_for(shop.account, WARNING, status=PreflightStatus.WARN).pk)

        assert BasketLine.objects.count() == 1


class TestRefusals:
    def test_of_what_cannot_be_made(self, shop: Shop) -> None:
        self.refuses(shop, "model-cannot-be-made", part_for(shop.account, FAILURE, status=PreflightStatus.FAIL).pk)

    def test_of_somebody_elses_part_and_of_none(self, shop: Shop) -> None:
        for revision_id in (part_for(make_account()).pk, uuid4()):
            with pytest.raises(NotFound):
                add(shop, revision_id)

    @pytest.mark.parametrize(("quantity", "code"), [(0, "invalid"), (-3, "invalid"), (51, "quote-quantity-too-large")])
    def test_of_a_quantity_nobody_sells(self, shop: Shop, quantity: int, code: str) -> None:
        self.refuses(shop, code, part_for(shop.account).pk, quantity=quantity)

    def test_of_what_is_not_offered(self, shop: Shop) -> None:
        revision = part_for(shop.account)

        self.refuses(shop, "material-not-offered", revision.pk, material_id=make_material(is_offered=False).pk)
        self.refuses(shop, "material-not-offered", revision.pk, color_id=uuid4())
        self.refuses(shop, "no-released-profile", revision.pk, quality_tier="fine")
        self.refuses(shop, "unknown-code", revision.pk, quality_tier="gold")

    def test_of_a_wish_that_is_a_letter(self, shop: Shop) -> None:
        with pytest.raises(Invalid):
            add(shop, part_for(shop.account).pk, notes="x" * 501)

    def test_when_it_is_full(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(basket, "MOST_LINES", 1)
        add(shop, part_for(shop.account).pk)

        with pytest.raises(Refusal) as refused:
            add(shop, part_for(shop.account).pk)

        assert refused.value.code == "basket-full"

    def refuses(self, shop: Shop, code: str, revision_id: Any, **values: Any) -> None:
        with pytest.raises(Refusal) as refused:
            add(shop, revision_id, **values)
        assert refused.value.code == code
        assert not BasketLine.objects.exists()
