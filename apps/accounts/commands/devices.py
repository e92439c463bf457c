"""What can be done with shared devices."""

from __future__ import annotations

from uuid import UUID

from apps.accounts import events
from apps.accounts.models import Device, Site
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import NotFound, Refusal


@command("accounts.register_device")
def register_device(ctx: Context, *, site_id: UUID, name: str, secret_sha256: str) -> UUID:
    """Let people take turns at a screen with their PINs, and return the device's id.

    Args:
        ctx: Who asks, when.
        site_id: Where it stands.
        name: How it is called there, such as "Tablet left wall".
        secret_sha256: SHA-256 in hex of the secret only this device knows.

    Raises:
        NotFound: no such site.
        Refusal: ``device-name-taken``, ``device-unnamed``.
    """
    if not Site.objects.filter(pk=site_id).exists():
        raise NotFound("site", id=str(site_id))
    device = Device(site_id=site_id, name=name.strip(), secret_sha256=secret_sha256, registered_by=ctx.actor.who, created_at=ctx.now).add()
    record(ctx.about(site_id=site_id), event=events.DeviceRegistered(device_id=device.id, site_id=site_id), subjects=_about(device))
    return device.id


@command("accounts.revoke_device")
def revoke_device(ctx: Context, *, device_id: UUID, expected_version: int) -> None:
    """Let nobody take turns at a screen any more; who is signed in there is signed out.

    Raises:
        NotFound: no such device.
        StaleVersion: it changed since ``expected_version`` was read.
        Refusal: ``device-revoked-already``.
    """
    device = Device.at_version(device_id, expected_version)
    if device.revoked_at is not None:
        raise Refusal("device-revoked-already")
    device.revoke(by=ctx.actor.who, now=ctx.now)
    device.save_changes("revoked_at", "revoked_by")
    happened = events.DeviceRevoked(device_id=device.id, site_id=device.site_id)
    record(ctx.about(site_id=device.site_id), event=happened, subjects=_about(device))


def _about(device: Device) -> list[Subject]:
    return [Subject("device", device.id), Subject("site", device.site_id)]
