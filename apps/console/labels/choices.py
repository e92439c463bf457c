"""What was chosen automatically, what else was possible, and the settings of a plan, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CHOICES: dict[str, StrOrPromise] = {
    "printer_class": _("Kind of printer"),
    "profile": _("Profile"),
    "orientation": _("Position on the bed"),
    "supports": _("Supports"),
    "plate": _("Pieces on one plate"),
}
CONFIDENCE: dict[str, StrOrPromise] = {"HIGH": _("High"), "MEDIUM": _("Medium"), "LOW": _("Low")}
REASONS: dict[str, StrOrPromise] = {
    "BIG_ENOUGH": _("big enough"),
    "PROFILE_RELEASED": _("a released profile"),
    "PRINTERS_HERE": _("printers are here"),
    "NO_PROFILE": _("no released profile"),
    "TOO_SMALL": _("too small for the part"),
    "FEWER_PRINTERS": _("fewer printers are here"),
    "LARGER": _("larger than needed"),
    "RELEASED": _("it is released"),
    "AS_UPLOADED": _("as it was uploaded"),
    "WHERE_THE_SLICER_NEEDS_THEM": _("where the slicer finds they are needed"),
}
VALUES: dict[str, StrOrPromise] = {
    "as_modelled": _("as modelled"),
    "auto": _("where needed"),
    "off": _("off"),
    "everywhere": _("everywhere"),
    "geometry": _("a model, sliced here"),
    "gcode": _("ready-made G-code"),
    "project": _("a slicer project"),
}
SETTINGS: dict[str, StrOrPromise] = {
    "source": _("Made from"),
    "source_artifact_id": _("Supplied file"),
    "profile_version_id": _("Profile"),
    "slicer_digest": _("Slicer"),
    "slicing.profile": _("Profile"),
    "slicing.layer_height": _("Layer height"),
    "slicing.infill": _("Infill"),
    "slicing.supports": _("Supports"),
    "slicing.orientation": _("Position on the bed"),
    "printer_requirements.printer_class": _("Kind of printer"),
    "printer_requirements.nozzle_diameter": _("Nozzle"),
    "printer_requirements.min_build_volume": _("Room needed"),
    "printer_requirements.enclosure_required": _("Enclosure"),
    "printer_requirements.material_flags": _("Material needs"),
    "material_slots": _("Material"),
    "estimated_minutes": _("Print time"),
    "filament_mg": _("Filament"),
    "filament_mm": _("Filament length"),
    "pins.model": _("Model file"),
    "pins.profile": _("Profile's content"),
    "pins.slicer": _("Slicer"),
}
"""Path of a setting in a plan → its name."""

OVERRIDES: dict[str, StrOrPromise] = {
    "layer_height": _("Layer height"),
    "first_layer_height": _("First layer height"),
    "fill_density": _("Infill"),
    "support_material": _("Supports"),
    "support_material_auto": _("Supports where needed"),
    "brim_width": _("Brim"),
    "perimeters": _("Perimeters"),
    "first_layer_speed": _("First layer speed"),
}
HIDDEN = frozenset({"printer_requirements.printer_class_id", "pins.overrides", "pins.source", "filament_mm", "pins.slicer", "pins.profile"})
"""Settings whose change is told by another one."""


def choice_of(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return one automatic choice in words."""
    return {
        "name": CHOICES.get(str(kept.get("choice")), str(kept.get("choice", ""))),
        "chosen": value_of(kept.get("chosen")),
        "reasons": [_reason(code) for code in kept.get("reasons", ())],
        "others": [
            (str(one.get("option", "")), _reason(str(one.get("reason", ""))))
            for one in kept.get("alternatives", ())
            if isinstance(one, Mapping)
        ],
        "confidence": CONFIDENCE.get(str(kept.get("confidence", "")).upper(), now("not known")),
    }


def _reason(code: str) -> str:
    if code in REASONS:
        return str(REASONS[code])
    kind, _underscore, rest = code.partition("_")
    if kind == "QUALITY":
        return now("made for %(tier)s quality") % {"tier": rest.lower()}
    if kind == "NOZZLE" and rest.isdigit():
        return now("nozzle %(mm)s mm") % {"mm": f"{int(rest) / 1000:g}"}
    return code.replace("_", " ").lower()


def setting_of(path: str) -> str:
    """Return what a setting is called: a slicer's own key where nobody gave it a name."""
    for prefix in ("slicing.overrides.", "pins.overrides."):
        if path.startswith(prefix):
            key = path.removeprefix(prefix)
            return str(OVERRIDES.get(key, key))
    return str(SETTINGS.get(path, path))


def value_of(value: Any) -> str:
    """Return a setting's value in words."""
    if value in (None, "", "—", [], {}):
        return now("none")
    if isinstance(value, str):
        return str(VALUES.get(value, value))
    if isinstance(value, list | tuple):
        return ", ".join(value_of(one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {value_of(one)}" for name, one in value.items() if one not in (None, ""))
    return str(value)
