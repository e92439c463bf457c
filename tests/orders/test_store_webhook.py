"""``orders.store_webhook``: a message is kept raw, once, before anything is done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from apps.journal.models import Delivery, Event
from apps.journal.refusals import Refusal
from apps.orders import commands
from apps.orders.models import WebhookMessage
from apps.orders.states import Provider
from tests.factories.context import NOW, make_context
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


def store(body: bytes = b'{"id": 1}\n', **values: Any) -> UUID:
    given: dict[str, Any] = {"provider": Provider.TEST, "event_id": "evt_1", "kind": "checkout.paid", "headers": {"X": "y"}, **values}
    return commands.store_webhook(make_context(), body=body, **given)


class TestStoring:
    def test_keeps_it_byte_for_byte_and_owes_its_application(self) -> None:
        kept = WebhookMessage.objects.get(pk=store())

        assert (bytes(kept.body), kept.headers, kept.state, kept.received_at) == (b'{"id": 1}\n', {"X": "y"}, "stored", NOW)
        assert Event.objects.get().type == "WebhookStored"
        assert Delivery.objects.get().subscriber == "orders.apply_message"

    def test_the_same_event_again_keeps_the_first_even_if_it_is_spelt_otherwise(self) -> None:
        first = store()

        assert store(b'{"id":1}') == first
        assert bytes(WebhookMessage.objects.get().body) == b'{"id": 1}\n'
        assert Delivery.objects.count() == 1

    def test_tells_nobody_what_is_in_it(self) -> None:
        store(b'{"customer": "A. Buyer"}')

        assert "Buyer" not in Event.objects.get().data


@pytest.mark.both_engines
class TestTheSameEventTenTimesAtOnce:
    def test_is_kept_once(self, writers: Writers) -> None:
        outcomes = writers.in_threads(lambda _n: store(), 10)

        errors = [outcome.error for outcome in outcomes if outcome.error is not None]
        assert {error.code for error in errors if isinstance(error, Refusal)} <= {"webhook-known"}
        assert all(isinstance(error, Refusal) for error in errors)
        assert (WebhookMessage.objects.count(), Delivery.objects.count()) == (1, 1)
