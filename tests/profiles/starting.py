"""Starter settings and released profiles for tests of profiles."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from apps.catalog.models import PrinterClass
from apps.catalog.states import MaterialFamily, QualityTier
from apps.profiles import commands
from apps.profiles.domain.ini import read_ini
from apps.profiles.models import Profile, ProfileVersion
from tests.factories.catalog import make_printer_class
from tests.factories.context import make_context
from tests.factories.profiles import make_profile

STARTER = Path(commands.__file__).parent / "domain" / "starter"


def ini_text(name: str = "pla_standard") -> str:
    """Return one of the starter files."""
    return (STARTER / f"{name}.ini").read_text()


def settings(**changes: str | None) -> dict[str, str]:
    """Return the starter settings for PLA, with some changed (None: left out)."""
    merged = {**read_ini(ini_text()).settings, **changes}
    return {key: value for key, value in merged.items() if value is not None}


def make_pair(**overrides: Any) -> tuple[Profile, PrinterClass]:
    """Return a profile without versions and the released class it is for."""
    printer_class = make_printer_class()
    values = {"material_family": MaterialFamily.PLA, "quality_tier": QualityTier.STANDARD, **overrides}
    return make_profile(printer_class_key=printer_class.key, **values), printer_class


def write_version(pair: tuple[Profile, PrinterClass], **changes: str | None) -> ProfileVersion:
    """Return a draft made by the command."""
    profile, printer_class = pair
    version_id: UUID = commands.create_version(
        make_context(), profile_id=profile.pk, printer_class_id=printer_class.pk, settings=settings(**changes)
    )
    return ProfileVersion.objects.get(pk=version_id)


def promote(version: ProfileVersion) -> ProfileVersion:
    """Nominate and promote a draft by the commands and return it as it is then."""
    commands.nominate_version(make_context(), version_id=version.pk, expected_version=version.version)
    commands.promote_version(make_context(), version_id=version.pk, expected_version=version.version + 1)
    return ProfileVersion.objects.get(pk=version.pk)
