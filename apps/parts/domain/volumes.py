"""What kinds of printers a shop has, as far as a part must fit into them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrinterVolume:
    """What one kind of printer can make and take.

    Args:
        key: Key and version of the printer class.
        x_um: Usable width; the diameter of a round bed.
        y_um: Usable depth.
        z_um: Usable height.
        is_round: Whether the bed is.
        max_nozzle_c: The hottest its nozzle may be.
        max_bed_c: The hottest its bed may be.
    """

    key: str
    x_um: int
    y_um: int
    z_um: int
    is_round: bool = False
    max_nozzle_c: int = 300
    max_bed_c: int = 120

    def takes(self, x_um: int, y_um: int, z_um: int) -> bool:
        """Does a box of this size fit as it stands, perhaps turned by a quarter?"""
        if z_um > self.z_um:
            return False
        if self.is_round:
            return math.hypot(x_um, y_um) <= self.x_um
        return (x_um <= self.x_um and y_um <= self.y_um) or (y_um <= self.x_um and x_um <= self.y_um)


def fitting(volumes: Iterable[PrinterVolume], size_um: tuple[int, int, int]) -> list[str]:
    """Return the keys of the printer classes into which a box fits as it stands."""
    return [volume.key for volume in volumes if volume.takes(*size_um)]


def fitting_another_way_up(volumes: Iterable[PrinterVolume], size_um: tuple[int, int, int]) -> list[str]:
    """Return the keys of the printer classes into which a box fits lying on another side."""
    x, y, z = size_um
    return [volume.key for volume in volumes if volume.takes(y, z, x) or volume.takes(x, z, y)]


def largest(volumes: Iterable[PrinterVolume]) -> PrinterVolume | None:
    """Return the volume that holds most, None when there is none."""
    return max(volumes, key=lambda volume: (volume.x_um * volume.y_um * volume.z_um, volume.key), default=None)
