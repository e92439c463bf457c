"""What is wrong with a set of objects on a bed before anything is sliced: names, overlaps, places. PrusaSlicer itself would not say."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from .job import PlateObject, Polygon
from .polygon import box, contains, overlap

NEUTRAL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
"""Firmware reads names as words of a command and compares them in capitals."""

BED_TOLERANCE_MM = 0.05


def bad_names(objects: Sequence[PlateObject]) -> list[str]:
    """Return the names that firmware could not tell apart or not read."""
    times = Counter(one.name.upper() for one in objects)
    return sorted({one.name for one in objects if not NEUTRAL_NAME.fullmatch(one.name) or times[one.name.upper()] > 1})


def bad_footprints(objects: Sequence[PlateObject]) -> list[str]:
    """Return the names of objects whose footprint is no polygon."""
    return [
        one.name for one in objects if len(one.footprint) < 3 or not all(math.isfinite(x) and math.isfinite(y) for x, y in one.footprint)
    ]


def overlapping(objects: Sequence[PlateObject]) -> Iterator[tuple[str, str]]:
    """Yield the pairs whose footprints share more than a border."""
    for first, second in combinations(objects, 2):
        if overlap(first.footprint, second.footprint):
            yield first.name, second.name


def off_bed(objects: Sequence[PlateObject], bed: Polygon) -> list[str]:
    """Return the names of objects that stand out over the edge of the bed."""
    return [one.name for one in objects if not all(contains(bed, corner, tolerance=BED_TOLERANCE_MM) for corner in one.footprint)]


def displaced(objects: Sequence[PlateObject], *, tolerance_mm: float = 0.5) -> list[str]:
    """Return the names of objects whose footprint is not where ``x_um`` and ``y_um`` put its middle."""
    found = []
    for one in objects:
        left, front, right, back = box(one.footprint)
        if abs((left + right) / 2 - one.x_um / 1000) > tolerance_mm or abs((front + back) / 2 - one.y_um / 1000) > tolerance_mm:
            found.append(one.name)
    return found
