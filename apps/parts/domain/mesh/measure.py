"""Measure a closed mesh by blocks: what its price, its supports and its place on a bed depend on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .stl import BLOCK, box_of

FIRST_LAYER_MM = 0.3
"""Below this a face looks at the bed, not into the air."""

_STEEP = float(np.cos(np.radians(45.0)))
_FLAT_TWIST = 1e-12
"""Twice the area, in mm², below which a face has none."""


@dataclass(slots=True)
class Measures:
    """What the pass adds up to; millimetres throughout.

    Args:
        size: Width, depth, height of the box.
        area: Of all faces.
        side: Their area seen from the side.
        level: Their area seen from above and below.
        overhang: Area of faces that lean out further than 45° above the first layer.
        support: Volume below those, to the bed: the most that supports may fill.
        base: Area that stands on the bed.
        flat: Faces without area.
    """

    size: tuple[float, float, float] = (0.0, 0.0, 0.0)
    area: float = 0.0
    side: float = 0.0
    level: float = 0.0
    overhang: float = 0.0
    support: float = 0.0
    base: float = 0.0
    flat: int = 0


def measure(triangles: NDArray[np.float32]) -> Measures:
    """Measure a normalised mesh."""
    total = Measures()
    for block, normal in _faces(triangles):
        twice = np.sqrt((normal * normal).sum(axis=1))
        across = np.hypot(normal[:, 0], normal[:, 1])
        down = np.maximum(-normal[:, 2], 0.0)
        heights = block[:, :, 2]
        total.area += float(twice.sum()) / 2
        total.side += float(across.sum()) / 2
        total.level += float(np.abs(normal[:, 2]).sum()) / 2
        total.flat += int((twice < _FLAT_TWIST).sum())
        low = heights.max(axis=1) <= FIRST_LAYER_MM
        hanging = (down > _STEEP * twice) & ~low
        total.overhang += float(twice[hanging].sum()) / 2
        total.support += float((down[hanging] * heights[hanging].mean(axis=1)).sum()) / 2
        total.base += float(down[low].sum()) / 2
    x, y, z = box_of(triangles)[1].tolist()
    total.size = (x, y, z)
    return total


def face_volumes(triangles: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return for each face the signed volume between it and the middle of the box; added up over closed faces this is their volume."""
    volumes = np.empty(len(triangles))
    middle = box_of(triangles)[1] / 2
    start = 0
    for block, normal in _faces(triangles):
        volumes[start : start + len(block)] = ((block[:, 0] - middle) * normal).sum(axis=1) / 6
        start += len(block)
    return volumes


def _faces(triangles: NDArray[np.float32]) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Yield the corners of a block of faces and the faces' normals, each as long as twice the face's area."""
    for start in range(0, len(triangles), BLOCK):
        block = triangles[start : start + BLOCK].astype(np.float64)
        along, across = block[:, 1] - block[:, 0], block[:, 2] - block[:, 0]
        yield block, np.cross(along, across)
