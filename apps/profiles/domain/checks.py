"""Is a set of settings fit to be released for a machine and a material? Finds what would slice silently wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .keys import DEMANDED

FLAVORS = ("marlin2", "marlin", "reprapfirmware", "reprap", "repetier", "smoothie")
"""What PrusaSlicer 2.5 can write and Klipper reads. It takes ``klipper`` for another one without a word."""

_CORNER = re.compile(r"(-?\d+(?:\.\d+)?)x(-?\d+(?:\.\d+)?)", re.ASCII)
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a profile is for. Lengths are µm, temperatures °C; ``nozzle_c`` is the material's range, None: any the machine can."""

    nozzle_um: int
    volume_um: tuple[int, int, int]
    max_nozzle_c: int
    max_bed_c: int
    nozzle_c: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Unfit:
    """One setting that cannot be: its key, its value, and what it must be (a code; ``limit`` is the number in it)."""

    key: str
    value: str
    must: str
    limit: str = ""


def missing(settings: Mapping[str, str]) -> list[str]:
    """Return the demanded settings that are not given."""
    return [key for key in DEMANDED if not settings.get(key, "").strip()]


def unfit(settings: Mapping[str, str], frame: Frame) -> list[Unfit]:
    """Return everything that would make wrong, dangerous or irreproducible G-code."""
    return [*_of_the_output(settings), *_of_the_machine(settings, frame), *_of_the_heat(settings, frame), *_of_the_plastic(settings)]


def _of_the_output(settings: Mapping[str, str]) -> Iterator[Unfit]:
    yield from _one_of(settings, "printer_technology", "FFF")
    yield from _one_of(settings, "perimeter_generator", "classic")
    yield from _one_of(settings, "gcode_flavor", *FLAVORS)
    yield from _one_of(settings, "gcode_label_objects", "1")
    yield from _one_of(settings, "machine_limits_usage", "time_estimate_only", "ignore")
    yield from _one_of(settings, "use_volumetric_e", "0")
    yield from _one_of(settings, "complete_objects", "0")
    for key in ("post_process", "gcode_substitutions"):
        if settings.get(key, "").strip('" '):
            yield Unfit(key, settings[key], "empty")
    relative = settings.get("use_relative_e_distances") == "1"
    if relative and "G92 E0" not in settings.get("layer_gcode", "") + settings.get("before_layer_gcode", ""):
        yield Unfit("layer_gcode", settings.get("layer_gcode", ""), "contains", "G92 E0")


def _one_of(settings: Mapping[str, str], key: str, *allowed: str) -> Iterator[Unfit]:
    if key in settings and settings[key] not in allowed:
        yield Unfit(key, settings[key], "one_of", ", ".join(allowed))


def _of_the_machine(settings: Mapping[str, str], frame: Frame) -> Iterator[Unfit]:
    nozzle = number(settings.get("nozzle_diameter", ""))
    if nozzle is None or round(nozzle * 1000) != frame.nozzle_um:
        yield Unfit("nozzle_diameter", settings.get("nozzle_diameter", ""), "one_of", f"{frame.nozzle_um / 1000:g}")
    for key in ("layer_height", "first_layer_height"):
        yield from _between(settings, key, 0.01, frame.nozzle_um / 1000)
    corners = _CORNER.findall(settings.get("bed_shape", ""))
    if len(corners) < 3 or ",".join(f"{x}x{y}" for x, y in corners) != settings.get("bed_shape", ""):
        yield Unfit("bed_shape", settings.get("bed_shape", ""), "corners")
    else:
        spans = [max(axis) - min(axis) for axis in zip(*((float(x), float(y)) for x, y in corners), strict=True)]
        room = [frame.volume_um[0] / 1000, frame.volume_um[1] / 1000]
        if spans[0] > room[0] or spans[1] > room[1]:
            yield Unfit("bed_shape", settings["bed_shape"], "within", f"{room[0]:g} x {room[1]:g}")
    yield from _between(settings, "max_print_height", 1, frame.volume_um[2] / 1000)


def _of_the_heat(settings: Mapping[str, str], frame: Frame) -> Iterator[Unfit]:
    low, high = frame.nozzle_c or (1, frame.max_nozzle_c)
    for key in ("temperature", "first_layer_temperature"):
        yield from _between(settings, key, low, min(high, frame.max_nozzle_c))
    for key in ("bed_temperature", "first_layer_bed_temperature"):
        yield from _between(settings, key, 0, frame.max_bed_c)


def _of_the_plastic(settings: Mapping[str, str]) -> Iterator[Unfit]:
    yield from _between(settings, "filament_diameter", 0.5, 5)
    yield from _between(settings, "filament_density", 0.1, 25)
    fill = settings.get("fill_density", "")
    share = number(fill.removesuffix("%"))
    if share is None or not 0 <= share <= 100:
        yield Unfit("fill_density", fill, "between", "0%, 100%")


def _between(settings: Mapping[str, str], key: str, low: float, high: float) -> Iterator[Unfit]:
    found = number(settings.get(key, ""))
    if found is None or not low <= found <= high:
        yield Unfit(key, settings.get(key, ""), "between", f"{low:g}, {high:g}")


def number(text: str) -> float | None:
    """Return the one number ``text`` is as slicers write it, or None (also for NaN, infinity, lists, other scripts' digits)."""
    found = float(text) if _NUMBER.fullmatch(text) else math.inf
    return found if math.isfinite(found) else None
