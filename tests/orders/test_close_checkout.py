"""``orders.close_checkout``: stop waiting for one way to pay."""

from __future__ import annotations

import pytest

from apps.journal.models import Event
from apps.journal.refusals import IllegalTransition, StaleVersion
from apps.orders import commands
from apps.orders.models import Checkout
from tests.factories.context import NOW, make_context
from tests.factories.orders import make_checkout

pytestmark = pytest.mark.django_db(transaction=True)


class TestClosing:
    def test_ends_it_and_says_so(self) -> None:
        checkout = make_checkout()

        commands.close_checkout(make_context(), checkout_id=checkout.pk, expected_version=1)

        found = Checkout.objects.get(pk=checkout.pk)
        assert (found.state, found.closed_at, found.code) == ("expired", NOW, "closed-by-hand")
        assert Event.objects.get().type == "CheckoutClosed"

    def test_twice_is_refused(self) -> None:
        checkout = make_checkout()
        commands.close_checkout(make_context(), checkout_id=checkout.pk, expected_version=1)

        with pytest.raises(StaleVersion):
            commands.close_checkout(make_context(), checkout_id=checkout.pk, expected_version=1)
        with pytest.raises(IllegalTransition):
            commands.close_checkout(make_context(), checkout_id=checkout.pk, expected_version=2)
