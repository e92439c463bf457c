"""An effect that comes too early waits in its lane: uncounted, with no worker held, and done when its time has come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from apps.journal import clock, lanes
from apps.journal.context import Context
from apps.journal.models import Delivery
from apps.journal.owed import Later
from apps.journal.queries import is_due
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


@pytest.mark.both_engines
def test_whoever_asks_finds_out_by_when_it_is_due(ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch) -> None:
    site_id, other_site = uuid4(), uuid4()
    commands.add_bolts(ctx_factory(site_id=site_id), jar_id=make_jar().id, bolts=1, expected_version=1)

    def too_early() -> None:
        raise Later(3600)

    monkeypatch.setattr(subscribers, "notebook", too_early)
    name = Delivery.objects.get().subscriber
    before = clock.now()
    assert not is_due(name, site_id, after=before, until=before + timedelta(hours=2)), "it is owed now, not put off"
    assert lanes.hand_out_next("default") is True

    due = Delivery.objects.get().available_at
    assert is_due(name, site_id, after=before, until=due)
    assert not is_due(name, site_id, after=before, until=due - timedelta(microseconds=1))
    assert not is_due(name, site_id, after=due, until=due + timedelta(hours=1))
    assert not is_due(name, other_site, after=before, until=due)
    assert not is_due("toy.another", site_id, after=before, until=due)


@pytest.mark.both_engines
def test_nobody_relies_on_one_that_failed(ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch) -> None:
    site_id = uuid4()
    commands.add_bolts(ctx_factory(site_id=site_id), jar_id=make_jar().id, bolts=1, expected_version=1)

    def broken() -> None:
        raise RuntimeError("no notebook")

    monkeypatch.setattr(subscribers, "notebook", broken)
    before = clock.now()
    assert lanes.hand_out_next("default") is True

    assert Delivery.objects.get().state == DeliveryState.PENDING
    assert not is_due(Delivery.objects.get().subscriber, site_id, after=before, until=before + timedelta(hours=1))
