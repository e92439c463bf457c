"""Closing a given-up effect for good."""

from __future__ import annotations

import pytest

from apps.journal import commands as journal_commands
from apps.journal import lanes, queries
from apps.journal.context import Context
from apps.journal.models import Delivery, Event
from apps.journal.refusals import Invalid
from apps.journal.states import DeliveryState
from tests.factories.toy import make_dead_letter

pytestmark = pytest.mark.django_db(transaction=True)


class TestAbandoning:
    def test_closes_it_with_the_reason(self, ctx: Context) -> None:
        dead = make_dead_letter()

        journal_commands.abandon_delivery(ctx, delivery_id=dead.pk, expected_version=dead.version, note="told them by phone")

        lanes.hand_out_next("default")
        closed = Delivery.objects.get(pk=dead.pk)
        assert (closed.state, closed.note) == (DeliveryState.ABANDONED, "told them by phone")
        assert not queries.dead_letters().exists()
        assert Event.objects.filter(type="EffectAbandoned").count() == 1

    def test_needs_a_reason(self, ctx: Context) -> None:
        dead = make_dead_letter()

        with pytest.raises(Invalid):
            journal_commands.abandon_delivery(ctx, delivery_id=dead.pk, expected_version=dead.version, note="  ")

        assert Delivery.objects.get(pk=dead.pk).state == DeliveryState.DEAD

    def test_keeps_the_reason_out_of_the_event(self, ctx: Context) -> None:
        dead = make_dead_letter()

        journal_commands.abandon_delivery(ctx, delivery_id=dead.pk, expected_version=dead.version, note="Mrs Smith asked")

        assert "Smith" not in Event.objects.get(type="EffectAbandoned").data
