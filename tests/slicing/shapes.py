"""Models made by code, and plates of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from struct import pack
from typing import Any

from apps.slicing.domain.job import PlateObject, Polygon, SliceJob
from apps.slicing.domain.plate_file import write_plate
from apps.slicing.domain.polygon import hull

Corner = tuple[float, float, float]
Triangle = tuple[Corner, Corner, Corner]

BED: Polygon = ((0, 0), (250, 0), (250, 210), (0, 210))
SETTINGS: Mapping[str, str] = {
    "nozzle_diameter": "0.4",
    "filament_diameter": "1.75",
    "filament_density": "1.24",
    "filament_type": "PLA",
    "temperature": "215",
    "first_layer_temperature": "215",
    "bed_temperature": "60",
    "first_layer_bed_temperature": "60",
    "layer_height": "0.2",
    "first_layer_height": "0.2",
    "perimeters": "2",
    "fill_density": "15%",
    "fill_pattern": "gyroid",
    "gcode_flavor": "marlin2",
    "gcode_label_objects": "1",
    "perimeter_generator": "classic",
    "use_relative_e_distances": "1",
    "layer_gcode": "G92 E0",
    "start_gcode": "PRINT_START BED=[first_layer_bed_temperature] HOTEND=[first_layer_temperature]",
    "end_gcode": "PRINT_END",
    "machine_limits_usage": "time_estimate_only",
}


def box(x: float, y: float, z: float) -> list[Triangle]:
    """Return a closed box with one corner at the origin."""
    corners: list[Corner] = [(i * x, j * y, k * z) for k in (0, 1) for j in (0, 1) for i in (0, 1)]
    faces = [
        *[(0, 2, 1), (1, 2, 3), (4, 5, 6), (5, 7, 6)],
        *[(0, 1, 4), (1, 5, 4), (2, 6, 3), (3, 6, 7)],
        *[(0, 4, 2), (2, 4, 6), (1, 3, 5), (3, 7, 5)],
    ]
    return [(corners[a], corners[b], corners[c]) for a, b, c in faces]


def ball(radius: float, steps: int = 24) -> list[Triangle]:
    """Return a closed ball about the origin: every layer is another circle."""

    def at(ring: int, step: int) -> Corner:
        if ring in (0, steps):
            return (0.0, 0.0, radius if ring == 0 else -radius)
        down, around = math.pi * ring / steps, 2 * math.pi * (step % (2 * steps)) / (2 * steps)
        return (radius * math.sin(down) * math.cos(around), radius * math.sin(down) * math.sin(around), radius * math.cos(down))

    found: list[Triangle] = []
    for ring in range(steps):
        for step in range(2 * steps):
            a, b, c, d = at(ring, step), at(ring + 1, step), at(ring + 1, step + 1), at(ring, step + 1)
            found.extend(triangle for triangle in ((a, b, c), (a, c, d)) if len(set(triangle)) == 3)
    return found


def stl(triangles: Sequence[Triangle]) -> bytes:
    """Return a binary STL."""
    facets = b"".join(pack("<12fH", 0, 0, 0, *(value for corner in triangle for value in corner), 0) for triangle in triangles)
    return bytes(80) + len(triangles).to_bytes(4, "little") + facets


def footprint(triangles: Sequence[Triangle], x: float, y: float, degrees: float = 0) -> Polygon:
    """Return the outline of the turned model, the middle of its box at the place given."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turned = [(a * cos - b * sin, a * sin + b * cos) for triangle in triangles for a, b, _z in triangle]
    middle_x = (min(a for a, _b in turned) + max(a for a, _b in turned)) / 2
    middle_y = (min(b for _a, b in turned) + max(b for _a, b in turned)) / 2
    return hull((a - middle_x + x, b - middle_y + y) for a, b in turned)


def placed(folder: Path, name: str, triangles: Sequence[Triangle], x: float, y: float, degrees: float = 0) -> PlateObject:
    """Return ``triangles`` as an object standing at a place, its mesh kept in ``folder``."""
    mesh = folder / f"{name}.stl"
    mesh.write_bytes(stl(triangles))
    return PlateObject(name, mesh, round(x * 1000), round(y * 1000), round(degrees * 1000), footprint(triangles, x, y, degrees))


def job(folder: Path, *objects: PlateObject, without: Sequence[str] = (), **changed: Any) -> SliceJob:
    """Return a job for ``objects``. Names of the job's own fields change these, all others the settings; ``without`` leaves settings out."""
    plate = folder / "kept.3mf"
    plate.write_bytes(write_plate(objects))
    own = {name: changed.pop(name) for name in list(changed) if name in ("bed", "max_height_mm", "max_nozzle_c", "max_bed_c", "timeout_s")}
    settings = {key: value for key, value in {**SETTINGS, **changed}.items() if key not in without}
    machine = {"bed": BED, "max_height_mm": 210.0, "max_nozzle_c": 300.0, "max_bed_c": 110.0}
    return SliceJob(plate=plate, objects=objects, settings=settings, **{**machine, **own})
