"""``orders.record_session``: the provider opened it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from apps.journal.models import Event
from apps.journal.refusals import NotFound
from apps.orders import commands
from apps.orders.models import Checkout
from tests.factories.context import NOW, make_context
from tests.factories.orders import make_checkout

pytestmark = pytest.mark.django_db(transaction=True)


def record(checkout_id: UUID, session: str = "cs_1") -> None:
    commands.record_session(
        make_context(),
        checkout_id=checkout_id,
        session_id=session,
        url="https://pay.example.org/1",
        expires_at=NOW + timedelta(hours=2),
    )


class TestRecording:
    def test_opens_the_checkout(self) -> None:
        checkout = make_checkout()

        record(checkout.pk)

        found = Checkout.objects.get(pk=checkout.pk)
        assert (found.state, found.session_id, found.expires_at) == ("open", "cs_1", NOW + timedelta(hours=2))
        assert Event.objects.get().type == "CheckoutReady"

    def test_again_changes_nothing(self) -> None:
        checkout = make_checkout()
        record(checkout.pk)

        record(checkout.pk, "cs_2")

        assert Checkout.objects.get(pk=checkout.pk).session_id == "cs_1"
        assert Event.objects.count() == 1

    def test_of_one_nobody_waits_for_any_more_leaves_it_closed(self) -> None:
        checkout = make_checkout(state="expired", closed_at=NOW)

        record(checkout.pk)

        assert Checkout.objects.get(pk=checkout.pk).state == "expired"

    def test_of_one_nobody_knows_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            record(uuid4())
