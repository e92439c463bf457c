"""What a plan says, as values, and where a plate's parts stand: what effects work out and commands keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ReviewNeeded:
    """Something a person must look at, with what was seen."""

    code: str
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The content of one plan revision. Lengths are micrometres, None is not known.

    Args:
        source: ``geometry`` or ``gcode``.
        source_artifact_id: The supplied G-code; else None.
        profile_version_id: The released profile version; None for supplied G-code or when nothing fits.
        slicer_digest: Name, version and hash of the slicer's binary; empty for supplied G-code.
        printer_requirements: What the machine must be and have.
        slicing: Layer height, supports, infill, orientation and ``overrides`` (slicer keys that differ from the profile).
        material_slots: What is printed with, by tool.
        auto_choices: Every automatic choice with its alternatives, reasons and confidence.
        estimated_minutes: Of one piece.
        filament_mg: Of one piece.
        filament_mm: Of one piece.
        risk_level: LOW, MEDIUM, HIGH; empty: not judged.
        risk_factors: With receipts.
        reviews: What a person must look at first.
        pins: Hashes of everything it is made from.
    """

    source: str
    source_artifact_id: UUID | None
    profile_version_id: UUID | None
    slicer_digest: str
    printer_requirements: dict[str, Any]
    slicing: dict[str, Any]
    material_slots: tuple[dict[str, Any], ...]
    pins: dict[str, Any]
    auto_choices: tuple[dict[str, Any], ...] = ()
    estimated_minutes: int | None = None
    filament_mg: int | None = None
    filament_mm: int | None = None
    risk_level: str = ""
    risk_factors: tuple[dict[str, Any], ...] = ()
    reviews: tuple[ReviewNeeded, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotDraft:
    """One place of a layout: which mesh stands there (for supplied G-code: the file), where, and what differs from the profile."""

    slot: int
    mesh_id: UUID
    mesh_sha256: str
    placement: dict[str, Any]
    settings: dict[str, Any]

    def content(self) -> dict[str, Any]:
        """Return what a layout's hash covers: bytes and places, nobody's ids."""
        return {"slot": self.slot, "mesh": self.mesh_sha256, "placement": self.placement, "settings": self.settings}


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """Which piece goes into which slot, by which plan."""

    slot: int
    piece_id: UUID
    plan_id: UUID
