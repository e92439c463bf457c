"""Profile settings on their way into PrusaSlicer and back: which must hold, which say nothing about a slice, and whether each one took effect.

PrusaSlicer ignores keys it does not know without a word. So what it says it used is compared with what it was told, key by key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .job import Polygon, SliceRejected

REQUIRED: Mapping[str, frozenset[str]] = {
    "perimeter_generator": frozenset({"classic"}),  # the other one gives different bytes each time
    "gcode_label_objects": frozenset({"1"}),  # a failed part is left out by its label
    "post_process": frozenset({""}),  # would run programs
    "gcode_substitutions": frozenset({""}),  # would rewrite what is checked
    "use_volumetric_e": frozenset({"0"}),  # filament is counted in millimetres
    "printer_technology": frozenset({"FFF"}),
    "gcode_flavor": frozenset({"marlin2", "marlin", "reprapfirmware", "reprap", "repetier", "smoothie"}),
}
"""Keys that only work with these values; the first is used where a profile says nothing."""

DEFAULTS = {**{key: next(iter(values)) for key, values in REQUIRED.items() if len(values) == 1}, "gcode_flavor": "marlin2"}

NOT_FOR_SLICING = re.compile(
    r"inherits\w*|compatible_print\w*|print_?host\w*|host_type|\w+_settings_id|printer_(vendor|variant)|default_\w+_profile"
    r"|filament_vendor|colorprint_heights|threads|thumbnails\w*|bed_custom_\w+|bed_(shape|texture|model)|max_print_height"
)
"""Names and connections of presets, and what the machine decides instead of the profile."""

KEY = re.compile(r"[a-z][a-z0-9_]{0,99}", re.ASCII)
LONGEST_VALUE = 100_000


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that did not take effect. ``got`` is None when the slicer does not know the key."""

    key: str
    wanted: str
    got: str | None


def effective(settings: Mapping[str, str], *, bed: Polygon, max_height_mm: float) -> dict[str, str]:
    """Return what the slicer is told: the profile's settings, what must hold, and the machine's bed and height.

    Raises:
        SliceRejected: ``slice-settings-unfit`` names the first setting that cannot be used.
    """
    told = DEFAULTS | {key: value for key, value in settings.items() if not NOT_FOR_SLICING.fullmatch(key)}
    for key, value in told.items():
        if not KEY.fullmatch(key) or len(value) > LONGEST_VALUE or any(character in value for character in "\n\r\0"):
            raise SliceRejected("slice-settings-unfit", key=key[:100], value=value[:100], wanted="one line of text")
    for key, fitting in REQUIRED.items():
        if _plain(told[key]) not in fitting:
            raise SliceRejected("slice-settings-unfit", key=key, value=told[key][:100], wanted=" / ".join(sorted(fitting)) or '""')
    if not _positive(told.get("filament_density", "")):
        raise SliceRejected("slice-settings-unfit", key="filament_density", value=told.get("filament_density", ""), wanted="> 0 g/cm³")
    corners = ",".join(f"{x:g}x{y:g}" for x, y in bed)
    return told | {"bed_shape": corners, "max_print_height": f"{max_height_mm:g}"}


def _positive(value: str) -> bool:
    try:
        return all(float(one) > 0 for one in re.split("[,;]", value))
    except ValueError:
        return False


def ini(told: Mapping[str, str]) -> str:
    """Return the flat .ini PrusaSlicer loads."""
    return "".join(f"{key} = {value}\n" for key, value in sorted(told.items()))


def differences(told: Mapping[str, str], used: Mapping[str, str]) -> list[Difference]:
    """Return what the slicer was told but did not use, in the order of the keys."""
    return [Difference(key, told[key], used.get(key)) for key in sorted(told) if not same_value(told[key], used.get(key))]


def same_value(one: str, other: str | None) -> bool:
    """Do the two spellings mean the same to PrusaSlicer (``0.20`` and ``0.2``, ``"a"`` and ``a``)?"""
    if other is None:
        return False
    first, second = _plain(one), _plain(other)
    if first == second:
        return True
    parts, others = re.split("[,;x]", first), re.split("[,;x]", second)
    return len(parts) == len(others) and all(_same_number(a, b) for a, b in zip(parts, others, strict=True))


def _same_number(one: str, other: str) -> bool:
    if one.endswith("%") != other.endswith("%"):
        return False
    try:
        return abs(float(one.rstrip("%")) - float(other.rstrip("%"))) < 1e-6
    except ValueError:
        return one.strip() == other.strip()


ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def _plain(value: str) -> str:
    """Return the value without the quotes and backslashes of its spelling."""
    bare = value.strip()
    if len(bare) >= 2 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1]
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), bare).strip()
