"""``orders.expire_quote``: an offer ends when its time is over, and not before."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.journal.models import Event
from apps.journal.refusals import NotFound
from apps.orders import commands
from apps.orders.models import Quote
from tests.factories.context import NOW, make_context
from tests.factories.orders import make_sent_quote

pytestmark = pytest.mark.django_db(transaction=True)
END = NOW + timedelta(days=30)


class TestExpiring:
    def test_ends_an_offer_whose_time_is_over(self) -> None:
        quote = make_sent_quote(valid_until=END)

        assert commands.expire_quote(make_context(now=END), quote_id=quote.pk) is True

        assert Quote.objects.get(pk=quote.pk).state == "expired"
        assert Event.objects.get().type == "QuoteExpired"

    def test_leaves_a_valid_one_alone(self) -> None:
        quote = make_sent_quote(valid_until=END)

        assert commands.expire_quote(make_context(now=END - timedelta(seconds=1)), quote_id=quote.pk) is False

        assert Quote.objects.get(pk=quote.pk).state == "sent"
        assert not Event.objects.exists()

    def test_happens_once(self) -> None:
        quote = make_sent_quote(valid_until=END)

        done = [commands.expire_quote(make_context(now=END), quote_id=quote.pk) for _ in range(2)]

        assert done == [True, False]

    def test_of_a_quote_nobody_knows_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            commands.expire_quote(make_context(), quote_id=uuid4())
