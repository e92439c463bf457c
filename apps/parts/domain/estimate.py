"""Estimates v1: time and filament of a part from its measured shape, without slicing it.

The coefficients were fitted on 174 real parts printed with one profile (0.2 mm layers, 15 % infill, no supports): filament is off by 5 % in the
middle and by 15 % for one part in ten, time by 10 % and 25 %. Worst are many tiny islands. Whole numbers throughout, so that the same part
comes to the same price on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SCALE = 1000


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What one profile makes of a shape, in thousandths: cubic millimetres of filament and seconds, per mm³, mm² and layer."""

    shell_side: int = 855
    shell_level: int = 900
    filament_shell: int = 844
    filament_inside: int = 267
    filament_side: int = 195
    seconds_shell: int = 407
    seconds_inside: int = 59
    seconds_side: int = 28
    seconds_level: int = 47
    seconds_layer: int = 2_780
    support_share: int = 150
    layer_um: int = 200


GENERIC = Coefficients()


@dataclass(frozen=True, slots=True)
class Estimate:
    """What making one part once will take.

    Args:
        seconds: Printing, without heating up and preparing.
        filament_mm3: Volume of filament, supports included.
        filament_mg: Its weight.
        support_mm3: The share of it that is supports: at most, and 0 where none are printed.
        layers: How many.
    """

    seconds: int
    filament_mm3: int
    filament_mg: int
    support_mm3: int
    layers: int


def estimate(
    metrics: Mapping[str, Any], *, density_mg_cm3: int, coefficients: Coefficients = GENERIC, with_supports: bool = False
) -> Estimate:
    """Return the estimate for a part with these metrics (those of a mesh preflight).

    Args:
        metrics: ``volume_mm3, side_area_mm2, horiz_area_mm2, size_z_um, support_mm3``.
        density_mg_cm3: Of the material.
        coefficients: Of the profile.
        with_supports: Whether the profile prints supports where the part leans out.
    """
    volume, side, level = metrics["volume_mm3"], metrics["side_area_mm2"], metrics["horiz_area_mm2"]
    shell = min(volume, (coefficients.shell_side * side + coefficients.shell_level * level) // _SCALE)
    inside = volume - shell
    layers = -(-metrics["size_z_um"] // coefficients.layer_um)
    support = coefficients.support_share * metrics["support_mm3"] // _SCALE if with_supports else 0
    filament = _rounded(coefficients.filament_shell * shell + coefficients.filament_inside * inside + coefficients.filament_side * side)
    seconds = _rounded(
        coefficients.seconds_shell * (shell + support)
        + coefficients.seconds_inside * inside
        + coefficients.seconds_side * side
        + coefficients.seconds_level * level
        + coefficients.seconds_layer * layers
    )
    total = filament + support
    return Estimate(
        seconds=max(seconds, 1),
        filament_mm3=max(total, 1),
        filament_mg=max(_rounded(total * density_mg_cm3), 1),
        support_mm3=support,
        layers=layers,
    )


def _rounded(thousandths: int) -> int:
    """Return thousandths as the nearest whole number, halves up."""
    return (thousandths + _SCALE // 2) // _SCALE
