"""The next revision of a plan as a person wishes it: the recipe it was, with what they changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apps.planning.domain.recipes import Recipe, ReviewNeeded
from apps.planning.models import Plan
from apps.planning.states import ReviewCode
from apps.profiles import queries as profiles
from apps.profiles.models import Profile, ProfileVersion
from apps.profiles.states import ProfileState

SUPPORTS: dict[str, dict[str, str]] = {
    "off": {"support_material": "0", "support_material_auto": "0"},
    "auto": {"support_material": "1", "support_material_auto": "1"},
    "everywhere": {"support_material": "1", "support_material_auto": "0", "support_material_enforce_layers": "99999"},
}
"""What a wish about supports is to the slicer."""

_SUPPORT_KEYS = frozenset(key for settings in SUPPORTS.values() for key in settings)
ANSWERED = frozenset({ReviewCode.FAILED_BEFORE, ReviewCode.SLICE_WARNING})
"""Reviews that a new revision answers: it was made because of them."""
ANSWERED_BY_PROFILE = frozenset({ReviewCode.NO_MATCH, ReviewCode.PROFILE_WITHDRAWN})
"""Reviews that a released profile answers."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants otherwise.

    Args:
        profile_version_id: The profile version to use.
        supports: ``off``, ``auto`` or ``everywhere``.
        overrides: Slicer key → value that differs from the profile; an empty value goes back to the profile's.
    """

    profile_version_id: UUID | None
    supports: str
    overrides: Mapping[str, str] = field(default_factory=dict)


def usable_versions(plan: Plan) -> list[ProfileVersion]:
    """Return the released profile versions a plan may be made with: of its material, for its kind of printer where that is chosen."""
    slot = plan.material_slots[0] if plan.material_slots else {}
    fitting = Profile.objects.filter(process=plan.process)
    if slot.get("family"):
        fitting = fitting.filter(material_family=slot["family"])
    if kind := str(plan.printer_requirements.get("printer_class", "")).partition("@")[0]:
        fitting = fitting.filter(printer_class_key=kind)
    versions = ProfileVersion.objects.filter(state=ProfileState.IN_PRODUCTION, profile__in=fitting)
    return list(versions.select_related("profile", "printer_class").order_by("profile__name", "id"))


def revised(plan: Plan, wish: Wish) -> Recipe:
    """Return the recipe of ``plan`` with what is wished otherwise. What changes time or material is not known again until it is sliced."""
    version = profiles.get(wish.profile_version_id) if wish.profile_version_id else None
    settings = profiles.settings_of(version) if version else {}
    kept = {key: value for key, value in plan.slicing.get("overrides", {}).items() if key not in _SUPPORT_KEYS}
    merged = {key: value for key, value in {**kept, **wish.overrides}.items() if value != "" and value != settings.get(key)}
    overrides = {**merged, **SUPPORTS[wish.supports]}
    is_known = version is not None and version.pk == plan.profile_version_id and overrides == plan.slicing.get("overrides", {})
    return Recipe(
        source=plan.source,
        source_artifact_id=plan.source_artifact_id,
        profile_version_id=wish.profile_version_id,
        slicer_digest=plan.slicer_digest,
        printer_requirements=_requirements(plan, version),
        slicing=_slicing(plan, version, settings, wish.supports, overrides),
        material_slots=tuple(plan.material_slots),
        pins={**plan.pins, "profile": version.content_sha256 if version else "", "overrides": overrides},
        auto_choices=tuple(one for one in plan.auto_choices if one.get("choice") not in ("profile", "supports")),
        estimated_minutes=plan.estimated_minutes if is_known else None,
        filament_mg=plan.filament_mg if is_known else None,
        filament_mm=plan.filament_mm if is_known else None,
        risk_level=plan.risk_level,
        risk_factors=tuple(plan.risk_factors),
        reviews=tuple(_still_open(plan, has_profile=version is not None)),
    )


def _requirements(plan: Plan, version: ProfileVersion | None) -> dict[str, Any]:
    if version is None:
        return dict(plan.printer_requirements)
    kind = version.printer_class
    return {
        **plan.printer_requirements,
        "printer_class": f"{kind.key}@{kind.class_version}",
        "printer_class_id": str(kind.pk),
        "nozzle_diameter": version.profile.nozzle_diameter_um,
    }


def _slicing(
    plan: Plan, version: ProfileVersion | None, settings: Mapping[str, str], supports: str, overrides: Mapping[str, str]
) -> dict[str, Any]:
    return {
        **plan.slicing,
        "profile": f"{version.profile.name} {version}" if version else "",
        "layer_height": overrides.get("layer_height", settings.get("layer_height")),
        "infill": overrides.get("fill_density", settings.get("fill_density")),
        "supports": supports,
        "overrides": dict(overrides),
    }


def _still_open(plan: Plan, *, has_profile: bool) -> list[ReviewNeeded]:
    answered = ANSWERED | ANSWERED_BY_PROFILE if has_profile else ANSWERED
    waiting = plan.reviews.filter(resolved_at__isnull=True).exclude(code__in=answered).order_by("id")
    return [ReviewNeeded(one.code, dict((one.evidence.get("seen") or [{}])[-1])) for one in waiting]
