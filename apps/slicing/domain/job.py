"""What a slicer is asked for, what it answers, and how it can fail. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Polygon = tuple[tuple[float, float], ...]
"""Corners in millimetres, in order; the last is joined to the first."""

MicrometresXYZ = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class PlateObject:
    """One thing to print: which mesh, and where it stands.

    Attributes:
        name: Neutral, such as ``slot-1``: it ends up in the G-code, so it never names an order or a customer.
        mesh: A binary STL in millimetres.
        x_um: Where the middle of its footprint's bounding box stands on the bed, after turning.
        y_um: The same, other axis.
        rotation_mdeg: Turned about the vertical, in thousandths of a degree, anticlockwise seen from above.
        footprint: Its outline on the bed, in bed millimetres.
    """

    name: str
    mesh: Path
    x_um: int
    y_um: int
    rotation_mdeg: int
    footprint: Polygon


@dataclass(frozen=True, slots=True)
class Machine:
    """What a machine of the class can take; G-code is held against it."""

    bed: Polygon
    max_height_mm: float
    max_nozzle_c: float
    max_bed_c: float


@dataclass(frozen=True, slots=True)
class SliceJob:
    """One plate to slice.

    Attributes:
        plate: The 3MF made by ``plate_file.write_plate`` from the same ``objects``.
        settings: Every released key of the profile, as PrusaSlicer writes them, overrides applied.
        timeout_s: Seconds on the wall after which the slicer is killed.
    """

    plate: Path
    objects: tuple[PlateObject, ...]
    settings: Mapping[str, str]
    bed: Polygon
    max_height_mm: float
    max_nozzle_c: float
    max_bed_c: float
    timeout_s: float = 300

    @property
    def machine(self) -> Machine:
        """The limits its G-code is held against."""
        return Machine(self.bed, self.max_height_mm, self.max_nozzle_c, self.max_bed_c)


@dataclass(frozen=True, slots=True)
class SliceResult:
    """G-code that passed every check, and what was read back from it. ``log`` is the end of what the slicer said."""

    gcode: Path
    sha256: str
    size: int
    seconds: int
    filament_mm: int
    filament_mg: int
    layers: int
    bounds_um: tuple[MicrometresXYZ, MicrometresXYZ]
    max_nozzle_c: int
    max_bed_c: int
    warnings: tuple[str, ...]
    preview_svg: bytes
    slicer_digest: str
    objects: tuple[str, ...] = ()
    """Names of the labelled objects, each of which was found to be printed."""
    log: str = field(repr=False, default="")


class SliceProblem(Exception):
    """No usable G-code came out. ``code`` has words in this app's labels; ``params`` fill them and are JSON values; ``log`` is for staff."""

    def __init__(self, code: str, /, log: str = "", **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.log = log

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code


class SliceRejected(SliceProblem):
    """The plate, its settings or the result are no good: the same again would fail again."""


class SlicerCrashed(SliceProblem):
    """The slicer died, hung or had no room: the same again may work."""


class SlicerMissing(SliceProblem):
    """There is no slicer on this machine."""
