"""An effect that comes too early waits in its lane: uncounted, with no worker held, and done when its time has come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from apps.journal import lanes
from apps.journal.context import Context
from apps.journal.models import Delivery
from apps.journal.owed import Later
from apps.journal.states import DeliveryState
from tests.factories.toy import make_jar
from tests.toy import commands, subscribers

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def test_too_early_is_no_failed_attempt(ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch) -> None:
    commands.add_bolts(ctx_factory(), jar_id=make_jar().id, bolts=1, expected_version=1)

    def too_early() -> None:
        raise Later(60)

    with monkeypatch.context() as patch:
        patch.setattr(subscribers, "notebook", too_early)
        assert lanes.hand_out_next("default") is True

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_error) == (DeliveryState.PENDING, 0, "")
    assert lanes.hand_out_next("default") is False, "it is not due yet"

    Delivery.objects.update(available_at=LONG_AGO)
    assert lanes.hand_out_next("default") is True
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.DONE, 1)
