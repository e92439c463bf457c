"""Bring triangles to where everything else expects them: millimetres, the box beginning at the origin."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from apps.parts.domain.problem import Unusable

from .stl import BLOCK, Triangles, box_of

LARGEST_MM = 1_000_000.0
"""One kilometre: beyond that the numbers are no part, in whatever unit."""

MILLIMETERS = {"micron": 0.001, "millimeter": 1.0, "centimeter": 10.0, "meter": 1000.0, "inch": 25.4, "foot": 304.8}
"""How many millimetres each unit is."""

Linear = NDArray[np.float64]
"""The turning, scaling and mirroring part of a transform: new = old @ linear."""


def normalise(triangles: Triangles, *, unit: str, linear: Linear | None = None) -> NDArray[np.float32]:
    """Return the triangles in millimetres as float32, moved so that their box begins at the origin.

    Corners that were equal stay equal: each is computed from its own three numbers alone. A mirroring turns the triangles round, so that
    outside stays outside.

    Args:
        triangles: In the file's own unit.
        unit: That unit's name.
        linear: What the file does to them before it places them, if anything.

    Raises:
        Unusable: ``model-not-finite``, ``model-absurdly-large``.
    """
    matrix = (np.eye(3) if linear is None else linear) * MILLIMETERS[unit]
    low, high = _box(triangles, matrix)
    extent = float((high - low).max())
    if not np.isfinite(extent) or max(extent, 0.0) > LARGEST_MM:
        raise Unusable("model-absurdly-large", extent_m=int(min(extent, 1e12) / 1000), most_m=int(LARGEST_MM / 1000))
    moved = np.empty((len(triangles), 3, 3), dtype=np.float32)
    for start, block in _transformed(triangles, matrix):
        moved[start : start + len(block)] = block - low + 0.0
    if np.linalg.det(matrix) < 0:
        moved = np.ascontiguousarray(moved[:, ::-1])
    return moved


def _transformed(triangles: Triangles, matrix: Linear) -> Iterator[tuple[int, NDArray[np.float64]]]:
    is_scaling = bool(np.count_nonzero(matrix - np.diag(np.diag(matrix))) == 0)
    for start in range(0, len(triangles), BLOCK):
        block = triangles[start : start + BLOCK].astype(np.float64)
        yield start, block * np.diag(matrix) if is_scaling else block @ matrix


def _box(triangles: Triangles, matrix: Linear) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    with np.errstate(all="ignore"):
        for start, block in _transformed(triangles, matrix):
            if not np.isfinite(triangles[start : start + len(block)]).all():
                raise Unusable("model-not-finite")
            block_low, block_high = box_of(block)
            low, high = np.minimum(low, block_low), np.maximum(high, block_high)
    return low, high
