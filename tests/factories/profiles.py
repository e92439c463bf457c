"""Slicer profiles and their versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.catalog.states import MaterialFamily, QualityTier
from apps.profiles.models import Profile, ProfileVersion
from apps.profiles.states import ProfileState
from tests.factories.artifacts import make_artifact, some_sha256
from tests.factories.catalog import make_printer_class
from tests.factories.context import NOW
from tests.factories.filling import filled, stored, unique


def make_profile(**overrides: Any) -> Profile:
    """Return a standard PLA profile for a class of its own."""
    values = {"material_family": MaterialFamily.PLA, "quality_tier": QualityTier.STANDARD, "name": "PLA_0.4_Standard", **overrides}
    return stored(Profile, filled(values, printer_class_key=lambda: unique("Voron")))


def make_profile_version(**overrides: Any) -> ProfileVersion:
    """Return a version in production."""
    values = {
        "major": 1,
        "minor": 0,
        "patch": 0,
        "state": ProfileState.IN_PRODUCTION,
        "promoted_at": NOW,
        "promoted_by": "service:tests",
        **overrides,
    }
    makers: dict[str, Callable[[], Any]] = {
        "profile": make_profile,
        "printer_class": make_printer_class,
        "settings": make_artifact,
        "content_sha256": some_sha256,
    }
    return stored(ProfileVersion, filled(values, **makers))


def make_draft_version(**overrides: Any) -> ProfileVersion:
    """Return a version that is still written."""
    return make_profile_version(**{"state": ProfileState.DRAFT, "promoted_at": None, "promoted_by": "", **overrides})
