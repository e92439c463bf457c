"""``accounts.set_pin``: taking turns at shared devices."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password

from apps.accounts import commands
from apps.accounts.models import User
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import Invalid, StaleVersion
from tests.factories.accounts import make_user
from tests.factories.context import make_context

pytestmark = pytest.mark.django_db(transaction=True)


class TestSettingAPin:
    def test_keeps_its_hash_and_can_take_it_away(self, ctx: Context) -> None:
        user, hashed = make_user(), make_password("2846")

        commands.set_pin(ctx, user_id=user.pk, pin_hash=hashed, expected_version=1)
        kept = User.objects.get(pk=user.pk)
        commands.set_pin(make_context(), user_id=user.pk, pin_hash="", expected_version=2)

        assert kept.pin == hashed
        assert User.objects.get(pk=user.pk).pin == ""
        assert all(hashed not in event.data for event in Event.objects.all())

    def test_refuses_a_pin_itself_and_an_old_version(self, ctx: Context) -> None:
        user = make_user()

        with pytest.raises(Invalid):
            commands.set_pin(ctx, user_id=user.pk, pin_hash="2846", expected_version=1)
        with pytest.raises(StaleVersion):
            commands.set_pin(ctx, user_id=user.pk, pin_hash="", expected_version=7)
