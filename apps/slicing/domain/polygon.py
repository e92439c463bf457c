"""Plane geometry of footprints and beds: plain polygons in millimetres."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

Point = tuple[float, float]

TOUCHING_MM = 1e-6
"""Closer than this counts as touching, which is neither overlapping nor outside."""


def box(points: Iterable[Point]) -> tuple[float, float, float, float]:
    """Return min x, min y, max x, max y."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def hull(points: Iterable[Point]) -> tuple[Point, ...]:
    """Return the convex hull, anticlockwise, from its lowest leftmost corner (fewer than three corners when the points are in line)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return tuple(ordered)
    lower, upper = _half_hull(ordered), _half_hull(list(reversed(ordered)))
    return tuple(lower[:-1] + upper[:-1])


def _half_hull(ordered: Sequence[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in ordered:
        while len(kept) >= 2 and turn(kept[-2], kept[-1], point) <= 0:
            kept.pop()
        kept.append(point)
    return kept


def turn(a: Point, b: Point, c: Point) -> float:
    """Return twice the area of the triangle: positive when ``c`` lies left of the way from ``a`` to ``b``."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def edges(polygon: Sequence[Point]) -> list[tuple[Point, Point]]:
    """Return the polygon's sides."""
    return list(pairwise([*polygon, polygon[0]]))


def distance_to_side(point: Point, a: Point, b: Point) -> float:
    """Return how far ``point`` is from the segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else min(1.0, max(0.0, ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length))
    away_x, away_y = point[0] - a[0] - along * dx, point[1] - a[1] - along * dy
    return float((away_x * away_x + away_y * away_y) ** 0.5)


def contains(polygon: Sequence[Point], point: Point, *, tolerance: float = TOUCHING_MM) -> bool:
    """Is ``point`` inside, or within ``tolerance`` of the border?"""
    return encloses(polygon, point) or any(distance_to_side(point, a, b) <= tolerance for a, b in edges(polygon))


def encloses(polygon: Sequence[Point], point: Point) -> bool:
    """Is ``point`` inside, by the even-odd rule? The border itself may count either way."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in edges(polygon):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def overlap(first: Sequence[Point], second: Sequence[Point]) -> bool:
    """Do the two share more than a border?"""
    a, b = box(first), box(second)
    if (
        a[2] <= b[0] + TOUCHING_MM
        or b[2] <= a[0] + TOUCHING_MM
        or a[3] <= b[1] + TOUCHING_MM
        or b[3] <= a[1] + TOUCHING_MM
    ):  # fmt: skip
        return False
    if any(_cross(p, q, r, s) for p, q in edges(first) for r, s in edges(second)):
        return True
    return _within(first, second) or _within(second, first)


def _cross(p: Point, q: Point, r: Point, s: Point) -> bool:
    """Do the two sides pass through each other (not merely touch)?"""
    return _apart(turn(p, q, r), turn(p, q, s)) and _apart(turn(r, s, p), turn(r, s, q))


def _apart(one: float, other: float) -> bool:
    return (one > TOUCHING_MM and other < -TOUCHING_MM) or (one < -TOUCHING_MM and other > TOUCHING_MM)


def _within(inner: Sequence[Point], outer: Sequence[Point]) -> bool:
    """Is some corner or side's middle of ``inner`` truly inside ``outer``?"""
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in edges(inner)]
    centre = (sum(x for x, _y in inner) / len(inner), sum(y for _x, y in inner) / len(inner))
    truly = [*inner, *middles, *([centre] if encloses(inner, centre) else [])]
    return any(encloses(outer, point) and not _on_border(outer, point) for point in truly)


def _on_border(polygon: Sequence[Point], point: Point) -> bool:
    return any(distance_to_side(point, a, b) <= TOUCHING_MM for a, b in edges(polygon))
