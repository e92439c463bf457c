"""``orders.fail_checkout``: the provider would not open it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.journal.models import Event
from apps.journal.refusals import NotFound
from apps.orders import commands
from apps.orders.models import Checkout
from apps.orders.payments import ProviderRefused, pretend
from tests.factories.context import NOW, make_context
from tests.factories.orders import make_checkout
from tests.orders.selling import Shop, open_checkout

pytestmark = pytest.mark.django_db(transaction=True)


class TestFailing:
    def test_frees_the_order_for_another_way_to_pay(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(self: pretend.Pretend, order: Any) -> Any:
            raise ProviderRefused("amount-too-small")

        intent = Shop().order()
        with monkeypatch.context() as patch:
            patch.setattr(pretend.Pretend, "open_checkout", refuse)
            failed = open_checkout(intent)

        assert (failed.state, failed.code) == ("failed", "amount-too-small")
        assert open_checkout(intent).state == "open"

    def test_of_one_that_is_settled_changes_nothing(self) -> None:
        checkout = make_checkout(state="expired", closed_at=NOW)

        commands.fail_checkout(make_context(), checkout_id=checkout.pk, code="late")

        assert Checkout.objects.get(pk=checkout.pk).state == "expired"
        assert not Event.objects.exists()

    def test_of_one_nobody_knows_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            commands.fail_checkout(make_context(), checkout_id=uuid4(), code="late")
