"""The sample models of the demonstration: a few useful little parts, made by code so that nobody has to ship binary files."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence

Point = tuple[float, float]
Corner = tuple[float, float, float]
Triangle = tuple[Corner, Corner, Corner]


def bracket() -> list[Triangle]:
    """Return an L-shaped shelf bracket, 40 x 40 x 12 mm."""
    outline = [(0.0, 0.0), (40.0, 0.0), (40.0, 6.0), (6.0, 6.0), (6.0, 40.0), (0.0, 40.0)]
    return list(extruded(outline, 12.0))


def clip() -> list[Triangle]:
    """Return a U-shaped cable clip, 20 x 16 x 10 mm."""
    outline = [(0.0, 0.0), (20.0, 0.0), (20.0, 16.0), (16.5, 16.0), (16.5, 4.0), (3.5, 4.0), (3.5, 16.0), (0.0, 16.0)]
    return list(extruded(outline, 10.0))


def nut() -> list[Triangle]:
    """Return a hexagonal spacer with a round hole, 18 mm across its corners, 8 mm high."""
    return list(ring([_around(9.0, 6 * 8, corners=6), _around(4.0, 6 * 8)], 8.0))


def knob() -> list[Triangle]:
    """Return a round knob with a hole, 24 mm wide, 10 mm high."""
    return list(ring([_around(12.0, 48), _around(3.0, 48)], 10.0))


SAMPLES: dict[str, Callable[[], list[Triangle]]] = {"bracket": bracket, "cable-clip": clip, "hex-spacer": nut, "knob": knob}


def stl(triangles: Sequence[Triangle]) -> bytes:
    """Return the triangles as a binary STL file in millimetres."""
    body = b"".join(struct.pack("<12fH", *_normal(one), *one[0], *one[1], *one[2], 0) for one in triangles)
    return b"farmos sample".ljust(80) + struct.pack("<I", len(triangles)) + body


def extruded(outline: Sequence[Point], height: float) -> Iterator[Triangle]:
    """Yield a prism over a simple polygon, given counter-clockwise."""
    for a, b, c in _ears(list(outline)):
        yield _flat(a, 0.0), _flat(c, 0.0), _flat(b, 0.0)
        yield _flat(a, height), _flat(b, height), _flat(c, height)
    yield from _wall(outline, height)


def ring(outlines: Sequence[Sequence[Point]], height: float) -> Iterator[Triangle]:
    """Yield what is between an outer and an inner outline with as many points, both counter-clockwise."""
    outer, inner = outlines
    for (a, b), (p, q) in zip(_edges(outer), _edges(inner), strict=True):
        for z, turned in ((height, False), (0.0, True)):
            for one, two, three in ((a, b, q), (a, q, p)):
                corners = (_flat(one, z), _flat(two, z), _flat(three, z))
                yield corners if not turned else (corners[0], corners[2], corners[1])
    yield from _wall(outer, height)
    yield from _wall(list(reversed(inner)), height)


def _wall(outline: Sequence[Point], height: float) -> Iterator[Triangle]:
    for a, b in _edges(outline):
        yield _flat(a, 0.0), _flat(b, 0.0), _flat(b, height)
        yield _flat(a, 0.0), _flat(b, height), _flat(a, height)


def _edges(outline: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    return zip(outline, [*outline[1:], outline[0]], strict=True)


def _around(radius: float, points: int, corners: int = 0) -> list[Point]:
    """Return points of a circle, or (``corners``) of the regular polygon whose corners lie on it, from the same angles."""
    found = []
    for number in range(points):
        angle = 2 * math.pi * number / points
        reach = radius
        if corners:
            half = math.pi / corners
            reach = radius * math.cos(half) / math.cos((angle % (2 * half)) - half)
        found.append((reach * math.cos(angle), reach * math.sin(angle)))
    return found


def _ears(outline: list[Point]) -> Iterator[tuple[Point, Point, Point]]:
    """Cut a simple polygon into triangles, ear by ear."""
    rest = list(outline)
    while len(rest) > 3:
        for at in range(len(rest)):
            a, b, c = rest[at - 1], rest[at], rest[(at + 1) % len(rest)]
            if _turn(a, b, c) > 0 and not any(_inside(p, a, b, c) for p in rest if p not in (a, b, c)):
                yield a, b, c
                del rest[at]
                break
        else:
            raise ValueError("the outline crosses itself or runs clockwise")
    yield rest[0], rest[1], rest[2]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _inside(p: Point, a: Point, b: Point, c: Point) -> bool:
    return _turn(a, b, p) >= 0 and _turn(b, c, p) >= 0 and _turn(c, a, p) >= 0


def _flat(point: Point, z: float) -> Corner:
    return (point[0], point[1], z)


def _normal(triangle: Triangle) -> Corner:
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = triangle
    u, v = (bx - ax, by - ay, bz - az), (cx - ax, cy - ay, cz - az)
    n = (u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0])
    length = math.sqrt(sum(part * part for part in n)) or 1.0
    return (n[0] / length, n[1] / length, n[2] / length)
