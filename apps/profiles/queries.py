"""Reads of profiles: which version new plans use, and what its settings are."""

from __future__ import annotations

import json
from uuid import UUID

from django.db.models import QuerySet

from apps.artifacts.store import read_verified
from apps.catalog.states import MaterialFamily, Process, QualityTier
from apps.journal.refusals import NotFound

from .models import Profile, ProfileVersion
from .states import ProfileState


def get(version_id: UUID) -> ProfileVersion:
    """Return the profile version with its profile, printer class and settings.

    Raises:
        NotFound: there is none.
    """
    found = _versions().filter(pk=version_id).first()
    if found is None:
        raise NotFound(str(ProfileVersion._meta.verbose_name), id=str(version_id))
    return found


def released_version(
    *,
    material_family: MaterialFamily | str,
    material_id: UUID | None,
    quality_tier: QualityTier | str,
    printer_class_key: str,
    nozzle_um: int,
    process: Process = Process.FFF,
) -> ProfileVersion | None:
    """Return the version new plans use for this material, quality, class and nozzle, or None when there is none.

    A profile of exactly this material goes before the one of its family.
    """
    profiles = Profile.objects.filter(
        quality_tier=quality_tier, printer_class_key=printer_class_key, nozzle_diameter_um=nozzle_um, process=process
    )
    own = profiles.filter(material_id=material_id) if material_id is not None else profiles.none()
    for candidates in (own, profiles.filter(material=None, material_family=material_family)):
        found = _versions().filter(profile__in=candidates, state=ProfileState.IN_PRODUCTION).first()
        if found is not None:
            return found
    return None


def classes_with_profile(*, material_family: MaterialFamily | str, material_id: UUID | None, quality_tier: QualityTier | str) -> list[str]:
    """Return the keys of the printer classes for which a profile of this material and quality is in production."""
    versions = ProfileVersion.objects.filter(state=ProfileState.IN_PRODUCTION, profile__quality_tier=quality_tier)
    of_family = versions.filter(profile__material=None, profile__material_family=material_family)
    of_material = versions.filter(profile__material_id=material_id) if material_id is not None else versions.none()
    keys = {
        *of_family.values_list("profile__printer_class_key", flat=True),
        *of_material.values_list("profile__printer_class_key", flat=True),
    }
    return sorted(keys)


def offered_tiers() -> set[tuple[str, UUID | None, str]]:
    """Return what can be made by a profile in production: (material family, its one material or None for all of the family, quality tier)."""
    versions = ProfileVersion.objects.filter(state=ProfileState.IN_PRODUCTION).order_by()
    return set(versions.values_list("profile__material_family", "profile__material_id", "profile__quality_tier").distinct())


def settings_of(version: ProfileVersion) -> dict[str, str]:
    """Return the version's flat slicer settings, every released key with its value as the slicer writes it. Reads and verifies the file.

    Raises:
        ValueError: the version has none.
        Refusal: ``artifact-missing``, ``artifact-corrupt``, ``artifact-purged``, ``store-unavailable``.
    """
    if version.settings is None:
        raise ValueError(f"{version} has no settings")
    found: dict[str, str] = json.loads(read_verified(version.settings))
    return found


def _versions() -> QuerySet[ProfileVersion]:
    return ProfileVersion.objects.select_related("profile", "printer_class", "settings")
