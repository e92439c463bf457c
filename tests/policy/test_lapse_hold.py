"""``policy.lapse_hold``: a hold with an end is closed by itself, and whoever waits for that hears of it."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock
from uuid import uuid4

import pytest

from apps.journal import clock, lanes
from apps.journal.models import Delivery, Event
from apps.policy import commands
from apps.policy.models import Hold
from apps.policy.states import HoldReason, HoldScope
from tests.factories.accounts import shop
from tests.factories.context import NOW, make_context
from tests.factories.policy import make_hold

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


class TestAHoldWhoseTimeIsOver:
    def test_is_closed_at_its_end_by_itself(self) -> None:
        hold = make_hold(until=LATER)

        assert commands.lapse_hold(make_context(now=LATER + timedelta(minutes=3)), hold_id=hold.pk)

        hold = Hold.objects.get(pk=hold.pk)
        assert (hold.released_at, hold.released_by) == (LATER, "service:policy")
        assert '"by_itself":true' in Event.objects.get(type="HoldReleased").data.replace(" ", "")

    def test_again_changes_nothing(self) -> None:
        hold = make_hold(until=LATER)
        commands.lapse_hold(make_context(now=LATER), hold_id=hold.pk)

        assert not commands.lapse_hold(make_context(now=LATER), hold_id=hold.pk)

        assert Event.objects.filter(type="HoldReleased").count() == 1


class TestAnyOtherHold:
    def test_is_left_alone(self) -> None:
        early, endless = make_hold(until=LATER), make_hold()

        assert not commands.lapse_hold(make_context(now=NOW), hold_id=early.pk)
        assert not commands.lapse_hold(make_context(now=LATER), hold_id=endless.pk)
        assert not commands.lapse_hold(make_context(now=LATER), hold_id=uuid4())

        assert not Event.objects.filter(type="HoldReleased").exists()


class TestWhatIsOwed:
    def test_waits_for_the_end_and_closes_it(self) -> None:
        now = clock.now()
        placed = {"site_id": shop().pk, "scope": HoldScope.PRINTER, "scope_id": uuid4(), "reason": HoldReason.QUALITY}
        hold_id = commands.place_hold(make_context(now=now), **placed, until=now + timedelta(seconds=30))  # type: ignore[arg-type]

        with mock.patch.object(clock, "now", return_value=now):
            Delivery.objects.update(available_at=now)
            assert lanes.hand_out_next("default")
        assert Hold.objects.get(pk=hold_id).released_at is None
        waits = Delivery.objects.get(subscriber="policy.end_lapsed")
        assert (waits.state, waits.attempts) == ("pending", 0)
        assert waits.available_at - now == timedelta(seconds=30)

        with mock.patch.object(clock, "now", return_value=now + timedelta(seconds=31)):
            Delivery.objects.filter(pk=waits.pk).update(available_at=now)
            assert lanes.hand_out_next("default")

        assert Hold.objects.get(pk=hold_id).released_at == now + timedelta(seconds=30)
