"""``accounts.revoke_device``: nobody takes turns there any more."""

from __future__ import annotations

import pytest

from apps.accounts import commands
from apps.accounts.models import Device
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import Refusal, StaleVersion
from tests.factories.accounts import make_device
from tests.factories.context import NOW, make_context

pytestmark = pytest.mark.django_db(transaction=True)


class TestRevokingADevice:
    def test_ends_it_once(self, ctx: Context) -> None:
        device = make_device()

        commands.revoke_device(ctx, device_id=device.pk, expected_version=1)
        with pytest.raises(Refusal) as refused:
            commands.revoke_device(make_context(), device_id=device.pk, expected_version=2)

        assert (Device.objects.get().revoked_at, Event.objects.get().type) == (NOW, "DeviceRevoked")
        assert refused.value.code == "device-revoked-already"

    def test_is_for_the_version_that_was_seen(self, ctx: Context) -> None:
        with pytest.raises(StaleVersion):
            commands.revoke_device(ctx, device_id=make_device(version=2).pk, expected_version=1)
