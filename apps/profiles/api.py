"""Slicer profiles and their versions in the API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.urls import URLPattern, URLResolver

from apps.catalog.models import Material, PrinterClass
from apps.journal.http.acting import Chosen, act
from apps.journal.http.filters import by_code, by_id, by_text
from apps.journal.http.reading import read
from apps.journal.http.scope import Scoped
from apps.journal.http.shown import Code, ShownVersioned

from . import commands, models


class Profile(ShownVersioned):
    """Profile: how one material is printed at one quality on one kind of printers with one nozzle."""

    model = models.Profile

    name: str
    process: Code
    material_family: Code
    material_id: UUID | None
    quality_tier: Code
    printer_class_key: str
    nozzle_diameter_um: int


class ProfileVersion(ShownVersioned):
    """One version of a profile. It never changes; what is in production is chosen."""

    model = models.ProfileVersion

    profile_id: UUID
    printer_class_id: UUID
    number: str
    slicer: Code
    settings_id: UUID | None
    content_sha256: str
    notes: str
    state: Code
    promoted_at: datetime | None
    promoted_by: str
    promoted_while_failing: bool
    promotion_reason: str
    withdrawn_at: datetime | None
    withdrawal_reason: str


class Profiles(Scoped):
    """Profiles; they belong to no site."""

    model = models.Profile


class ProfileVersions(Scoped):
    """Versions of profiles."""

    model = models.ProfileVersion


_NEW_VERSION: Chosen = {
    "refers": {"printer_class_id": PrinterClass},
    "creates": models.ProfileVersion,
    "location": "api:profile-version",
}

routes: list[URLPattern | URLResolver] = [
    *read(
        "profiles",
        Profiles,
        Profile,
        filters=(
            by_code(models.Profile, "material_family"),
            by_code(models.Profile, "quality_tier"),
            by_text("printer_class_key", "For this kind of printers."),
        ),
    ),
    *read(
        "profile-versions",
        ProfileVersions,
        ProfileVersion,
        filters=(by_code(models.ProfileVersion, "state"), by_id("profile"), by_id("printer_class")),
    ),
    act("profiles/define", commands.define_profile, refers={"material_id": Material}, creates=models.Profile, location="api:profile"),
    act("profiles/<uuid:profile_id>/create-version", commands.create_version, Profiles, **_NEW_VERSION),
    act("profiles/<uuid:profile_id>/import-ini", commands.import_ini, Profiles, **_NEW_VERSION),
    act("profile-versions/<uuid:version_id>/nominate", commands.nominate_version, ProfileVersions),
    act(
        "profile-versions/<uuid:version_id>/promote",
        commands.promote_version,
        ProfileVersions,
        further={"despite_failing": "profiles.promote_failing"},
    ),
    act("profile-versions/<uuid:version_id>/retire", commands.retire_version, ProfileVersions),
    act("profile-versions/<uuid:version_id>/withdraw", commands.withdraw_version, ProfileVersions),
    act("profile-versions/<uuid:version_id>/restore", commands.restore_version, ProfileVersions),
]
