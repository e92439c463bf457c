"""``accounts.register_device``: a screen where people take turns."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts import commands
from apps.accounts.models import Device
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal
from tests.factories.accounts import make_device, shop
from tests.factories.context import NOW, make_context

pytestmark = pytest.mark.django_db(transaction=True)


class TestRegisteringADevice:
    def test_makes_it_one_of_its_site(self, ctx: Context) -> None:
        device_id = commands.register_device(ctx, site_id=shop().pk, name=" Left wall ", secret_sha256="a" * 64)

        device, event = Device.objects.get(pk=device_id), Event.objects.get()
        assert (device.name, device.site_id, device.registered_by) == ("Left wall", shop().pk, "service:tests")
        assert (event.type, event.site_id) == ("DeviceRegistered", shop().pk)

    def test_takes_a_name_once_while_the_other_is_in_use(self, ctx: Context) -> None:
        make_device(name="Left wall", revoked_at=NOW, revoked_by="person:x")
        make_device(name="Right wall")

        commands.register_device(ctx, site_id=shop().pk, name="Left wall", secret_sha256="a" * 64)
        with pytest.raises(Refusal) as refused:
            commands.register_device(make_context(), site_id=shop().pk, name="Right wall", secret_sha256="b" * 64)

        assert refused.value.code == "device-name-taken"

    def test_is_refused_nowhere_and_without_a_name(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.register_device(ctx, site_id=uuid4(), name="Left wall", secret_sha256="a" * 64)
        with pytest.raises(Refusal) as refused:
            commands.register_device(ctx, site_id=shop().pk, name=" ", secret_sha256="a" * 64)
        assert refused.value.code == "device-unnamed"
