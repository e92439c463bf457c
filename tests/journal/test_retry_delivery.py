"""Trying a given-up effect again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.journal import commands as journal_commands
from apps.journal import lanes, queries
from apps.journal.context import Context
from apps.journal.models import Delivery, Event
from apps.journal.refusals import IllegalTransition, NotFound, StaleVersion
from apps.journal.states import DeliveryState
from tests.factories.toy import make_dead_letter

pytestmark = pytest.mark.django_db(transaction=True)


class TestRetrying:
    def test_makes_it_due_at_once_and_it_is_done(self, ctx: Context) -> None:
        dead = make_dead_letter()

        journal_commands.retry_delivery(ctx, delivery_id=dead.pk, expected_version=dead.version)

        assert lanes.hand_out_next("default") is True
        assert Delivery.objects.get(pk=dead.pk).state == DeliveryState.DONE
        assert not queries.dead_letters().exists()
        assert Event.objects.filter(type="EffectRetried", actor=ctx.actor.who).count() == 1

    def test_what_was_not_given_up_is_illegal(self, ctx: Context, ctx_factory: Callable[..., Context]) -> None:
        dead = make_dead_letter()
        journal_commands.retry_delivery(ctx_factory(), delivery_id=dead.pk, expected_version=dead.version)

        with pytest.raises(IllegalTransition):
            journal_commands.retry_delivery(ctx, delivery_id=dead.pk, expected_version=dead.version + 1)

    def test_with_an_old_version_changes_nothing(self, ctx: Context) -> None:
        dead = make_dead_letter()

        with pytest.raises(StaleVersion):
            journal_commands.retry_delivery(ctx, delivery_id=dead.pk, expected_version=dead.version - 1)

        assert Delivery.objects.get(pk=dead.pk).state == DeliveryState.DEAD

    def test_what_does_not_exist_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            journal_commands.retry_delivery(ctx, delivery_id=404, expected_version=1)
