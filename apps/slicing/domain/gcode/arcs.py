"""How far a G2 or G3 arc reaches."""

from __future__ import annotations

import math
from collections.abc import Iterator

from apps.slicing.domain.polygon import Point

QUARTERS = (0.0, math.pi / 2, math.pi, 3 * math.pi / 2)
FULL = 2 * math.pi


def centre_by_radius(start: Point, end: Point, radius: float, *, clockwise: bool) -> Point | None:
    """Return the centre of the arc with this radius (negative: the long way round), None when there is none."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    chord = math.hypot(dx, dy)
    if chord == 0 or radius == 0 or chord > 2 * abs(radius) * 1.0001:
        return None
    height = math.sqrt(max(0.0, radius * radius - chord * chord / 4))
    side = -1 if clockwise == (radius > 0) else 1
    return start[0] + dx / 2 - side * height * dy / chord, start[1] + dy / 2 + side * height * dx / chord


def reach(start: Point, end: Point, centre: Point, *, clockwise: bool) -> Iterator[Point]:
    """Yield the outermost points between ``start`` and ``end``; the whole circle when they are the same point."""
    radius = math.hypot(start[0] - centre[0], start[1] - centre[1])
    first, last = angle(start, centre), angle(end, centre)
    span = sweep(first, last, clockwise=clockwise)
    for quarter in QUARTERS:
        if sweep(first, quarter, clockwise=clockwise) <= span or math.isclose(span, FULL):
            yield centre[0] + radius * math.cos(quarter), centre[1] + radius * math.sin(quarter)


def length(start: Point, end: Point, centre: Point, *, clockwise: bool) -> float:
    """Return the way along the arc."""
    radius = math.hypot(start[0] - centre[0], start[1] - centre[1])
    return radius * sweep(angle(start, centre), angle(end, centre), clockwise=clockwise)


def angle(point: Point, centre: Point) -> float:
    """Return the direction of ``point`` from ``centre``."""
    return math.atan2(point[1] - centre[1], point[0] - centre[0])


def sweep(first: float, last: float, *, clockwise: bool) -> float:
    """Return how far one turns from ``first`` to ``last``: more than nothing, at most a full turn."""
    turned = (first - last if clockwise else last - first) % FULL
    return FULL if turned < 1e-9 else turned
