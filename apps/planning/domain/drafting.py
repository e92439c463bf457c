"""Defaults of a plan: material → quality tier → printer class → released profile version. Every choice keeps what else was possible and why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from .recipes import Recipe, ReviewNeeded

SizeUm = tuple[int, int, int]

REVIEWED_CONSTRAINTS = {
    "strength_axis": "STRENGTH_AXIS",
    "cosmetic_face": "COSMETIC_FACE",
    "no_support_marks_faces": "NO_SUPPORT_MARKS_FACES",
    "custom": "CUSTOM",
}
"""What a customer may ask of a part → why a person must look at its plan."""

NEUTRAL_KEYS = frozenset({"kind", "axis", "face", "faces"})
"""Of a wish only these are repeated in a review: what a customer wrote stays with the order."""

SUPPORTS_AUTO = {"support_material": "1", "support_material_auto": "1"}
"""Slicer keys of supports where the slicer finds they are needed."""

NOT_ASKED_OF_MACHINES = frozenset({"hygroscopic"})
"""Flags of a material that concern its storage."""


@dataclass(frozen=True, slots=True)
class ProfileOption:
    """A released profile version: what identifies it and the settings that plans show."""

    version_id: UUID
    name: str
    content_sha256: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ClassOption:
    """A kind of printer that may be chosen. ``profile`` None: none is released for this material and quality."""

    printer_class_id: UUID
    name: str
    volume_um: SizeUm
    is_round: bool
    nozzle_um: int | None
    printers: int
    profile: ProfileOption | None


@dataclass(frozen=True, slots=True)
class MaterialWish:
    """What a part is to be made of. ``color_id`` None: any."""

    material_id: UUID
    family: str
    color_id: UUID | None
    flags: tuple[str, ...] = ()
    needs_chamber: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """What is to be made. ``size_um`` None: not known. For supplied G-code ``sha256`` is the file's."""

    artifact_id: UUID
    sha256: str
    source: str
    size_um: SizeUm | None
    preflight_status: str
    preflight_codes: tuple[str, ...] = ()
    is_repaired: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one piece takes; None: not known."""

    minutes: int | None = None
    filament_mg: int | None = None
    filament_mm: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen kind of printer (None: none fits) and how it came about."""

    option: ClassOption | None
    record: dict[str, Any] = field(default_factory=dict)


def choose_class(model: Model, options: Sequence[ClassOption]) -> Choice:
    """Choose the kind of printer: it must be big enough and (unless G-code was supplied) have a released profile; most printers first."""
    judged = [(option, _objection(model, option)) for option in options]
    fitting = sorted((one for one, why in judged if why is None), key=lambda one: (-one.printers, math.prod(one.volume_um), one.name))
    chosen = fitting[0] if fitting else None
    rejected = [{"option": one.name, "reason": why} for one, why in judged if why]
    others = [{"option": one.name, "reason": "FEWER_PRINTERS" if one.printers < fitting[0].printers else "LARGER"} for one in fitting[1:]]
    reasons = ["BIG_ENOUGH", *(["PROFILE_RELEASED"] if chosen and chosen.profile else [])] if chosen else []
    if chosen and chosen.printers:
        reasons.append("PRINTERS_HERE")
    record = {
        "choice": "printer_class",
        "chosen": chosen.name if chosen else None,
        "alternatives": [*others, *rejected],
        "reasons": reasons,
        "confidence": _confidence(chosen, len(fitting)),
    }
    return Choice(chosen, record)


def _objection(model: Model, option: ClassOption) -> str | None:
    if model.source != "gcode" and option.profile is None:
        return "NO_PROFILE"
    if model.size_um is not None and not fits(model.size_um, option):
        return "TOO_SMALL"
    return None


def fits(size_um: SizeUm, option: ClassOption) -> bool:
    """Is there room for the part's box, turned by a quarter if need be?"""
    x, y, z = size_um
    wide, deep, high = option.volume_um
    if option.is_round:
        return math.hypot(x, y) <= wide and z <= high
    return z <= high and ((x <= wide and y <= deep) or (y <= wide and x <= deep))


def _confidence(chosen: ClassOption | None, fitting: int) -> str:
    if chosen is None or not chosen.printers:
        return "LOW"
    return "HIGH" if fitting == 1 else "MEDIUM"


def draft(
    model: Model,
    choice: Choice,
    material: MaterialWish | None,
    *,
    quality_tier: str,
    constraints: Sequence[Mapping[str, Any]],
    slicer_digest: str,
    estimate: Estimate,
    risk: tuple[str, Sequence[Mapping[str, Any]]],
) -> Recipe:
    """Return the recipe that follows from the defaults, with everything a person must look at first."""
    option, sliced = choice.option, model.source != "gcode"
    profile = option.profile if option and sliced else None
    digest = slicer_digest if sliced else ""
    overrides = dict(SUPPORTS_AUTO) if sliced else {}
    return Recipe(
        source=model.source,
        source_artifact_id=None if sliced else model.artifact_id,
        profile_version_id=profile.version_id if profile else None,
        slicer_digest=digest,
        printer_requirements=_requirements(model, option, material, asks_nozzle=sliced),
        slicing=_slicing(profile, overrides) if sliced else {},
        material_slots=(_slot(material, estimate),) if material else (),
        pins=pins_of(model, profile, digest, overrides),
        auto_choices=(choice.record, *_further_choices(profile, quality_tier, option)),
        estimated_minutes=estimate.minutes,
        filament_mg=estimate.filament_mg,
        filament_mm=estimate.filament_mm,
        risk_level=risk[0],
        risk_factors=tuple(dict(factor) for factor in risk[1]),
        reviews=tuple(_reviews(model, choice, constraints)),
    )


def pins_of(model: Model, profile: ProfileOption | None, slicer_digest: str, overrides: Mapping[str, str]) -> dict[str, Any]:
    """Return the hashes of everything a plan is made from."""
    return {
        "source": model.source,
        "model": model.sha256,
        "profile": profile.content_sha256 if profile else "",
        "slicer": slicer_digest,
        "overrides": dict(overrides),
    }


def _requirements(model: Model, option: ClassOption | None, material: MaterialWish | None, *, asks_nozzle: bool) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    if model.size_um:
        asked["min_build_volume"] = list(model.size_um)
    if option is not None:
        asked["printer_class"] = option.name
        asked["printer_class_id"] = str(option.printer_class_id)
        if asks_nozzle and option.nozzle_um is not None:
            asked["nozzle_diameter"] = option.nozzle_um
    if material and material.needs_chamber:
        asked["enclosure_required"] = "closed"
    flags = sorted(set(material.flags) - NOT_ASKED_OF_MACHINES) if material else []
    return {**asked, **({"material_flags": flags} if flags else {})}


def _slicing(profile: ProfileOption | None, overrides: Mapping[str, str]) -> dict[str, Any]:
    settings: Mapping[str, str] = profile.settings if profile else {}
    return {
        "profile": profile.name if profile else "",
        "layer_height": settings.get("layer_height"),
        "supports": "auto",
        "infill": settings.get("fill_density"),
        "orientation": "as_modelled",
        "overrides": dict(overrides),
    }


def _slot(material: MaterialWish, estimate: Estimate) -> dict[str, Any]:
    return {
        "tool": 0,
        "family": material.family,
        "material_id": str(material.material_id),
        "color_id": str(material.color_id) if material.color_id else None,
        "mg": estimate.filament_mg,
    }


def _further_choices(profile: ProfileOption | None, quality_tier: str, option: ClassOption | None) -> list[dict[str, Any]]:
    if profile is None or option is None:
        return []
    return [
        {
            "choice": "profile",
            "chosen": profile.name,
            "alternatives": [],
            "reasons": ["RELEASED", f"QUALITY_{quality_tier.upper()}", f"NOZZLE_{option.nozzle_um}"],
            "confidence": "HIGH",
        },
        {
            "choice": "orientation",
            "chosen": "as_modelled",
            "alternatives": [],
            "reasons": ["AS_UPLOADED"],
            "confidence": "MEDIUM",
        },
        {"choice": "supports", "chosen": "auto", "alternatives": [], "reasons": ["WHERE_THE_SLICER_NEEDS_THEM"], "confidence": "MEDIUM"},
    ]


def _reviews(model: Model, choice: Choice, constraints: Sequence[Mapping[str, Any]]) -> list[ReviewNeeded]:
    found: dict[str, dict[str, Any]] = {}
    for asked in constraints:
        code = REVIEWED_CONSTRAINTS.get(str(asked.get("kind", "")))
        if code:
            said = {key: value for key, value in asked.items() if key in NEUTRAL_KEYS}
            found.setdefault(code, {"asked": []})["asked"].append(said)
    if model.source == "gcode":
        found["EXTERNAL_GCODE"] = {"sha256": model.sha256}
    if model.is_repaired:
        found["REPAIRED_MODEL"] = {"codes": list(model.preflight_codes)}
    if model.preflight_status not in ("PASS", "WARN"):
        found["PREFLIGHT_FINDING"] = {"status": model.preflight_status, "codes": list(model.preflight_codes)}
    if choice.option is None:
        found["NO_MATCH"] = {"alternatives": choice.record.get("alternatives", [])}
    return [ReviewNeeded(code, evidence) for code, evidence in found.items()]
