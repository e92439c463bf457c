"""Giving an owed effect up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.journal import commands as journal_commands
from apps.journal import leases
from apps.journal.context import Context
from apps.journal.models import Delivery, Event
from apps.journal.states import DeliveryState
from tests.factories.toy import make_jar
from tests.toy import commands

pytestmark = pytest.mark.django_db(transaction=True)


class TestGivingUp:
    def test_under_a_standing_fence_is_recorded(self, ctx: Context, ctx_factory: Callable[..., Context]) -> None:
        commands.add_bolts(ctx_factory(), jar_id=make_jar().id, bolts=1, expected_version=1)
        claimed = leases.claim("default", owner="a", lease_s=30)
        assert claimed is not None

        assert journal_commands.give_up_delivery(ctx, delivery_id=claimed[0], fence=claimed[2], error="broken") is True

        dead = Delivery.objects.get(pk=claimed[0])
        assert (dead.state, dead.last_error) == (DeliveryState.DEAD, "broken")
        assert Event.objects.filter(type="EffectGaveUp").count() == 1

    def test_under_an_old_fence_changes_nothing(self, ctx: Context, ctx_factory: Callable[..., Context]) -> None:
        commands.add_bolts(ctx_factory(), jar_id=make_jar().id, bolts=1, expected_version=1)
        claimed = leases.claim("default", owner="a", lease_s=30)
        assert claimed is not None

        assert journal_commands.give_up_delivery(ctx, delivery_id=claimed[0], fence=claimed[2] - 1, error="broken") is False

        assert Delivery.objects.get(pk=claimed[0]).state == DeliveryState.LEASED
        assert not Event.objects.filter(type="EffectGaveUp").exists()
