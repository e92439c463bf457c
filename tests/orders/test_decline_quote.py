"""``orders.decline_quote``: the customer does not want it."""

from __future__ import annotations

import pytest

from apps.journal.models import Event
from apps.journal.refusals import IllegalTransition, StaleVersion
from apps.orders import commands
from apps.orders.models import Quote
from tests.factories.context import NOW, make_context
from tests.factories.orders import make_sent_quote

pytestmark = pytest.mark.django_db(transaction=True)


class TestDeclining:
    def test_settles_the_quote(self) -> None:
        quote = make_sent_quote()

        commands.decline_quote(make_context(), quote_id=quote.pk, expected_version=1)

        settled = Quote.objects.get(pk=quote.pk)
        assert (settled.state, settled.settled_by, settled.settled_at) == ("declined", "service:tests", NOW)
        assert Event.objects.get().type == "QuoteDeclined"

    def test_twice_is_refused(self) -> None:
        quote = make_sent_quote()
        commands.decline_quote(make_context(), quote_id=quote.pk, expected_version=1)

        with pytest.raises(StaleVersion):
            commands.decline_quote(make_context(), quote_id=quote.pk, expected_version=1)
        with pytest.raises(IllegalTransition):
            commands.decline_quote(make_context(), quote_id=quote.pk, expected_version=2)
