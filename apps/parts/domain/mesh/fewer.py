"""A mesh with fewer triangles, to be looked at only: nothing is measured, priced or printed from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .stl import BLOCK

_FINEST_CELLS = 1024
"""Cells along the longest side to begin with; halved until few enough triangles are left."""


def fewer(triangles: NDArray[np.float32], *, most: int) -> NDArray[np.float32]:
    """Return at most ``most`` triangles that look like these: corners that share a cell of a grid become one, and what collapses goes.

    A mesh that is small enough is returned as it is. The same triangles give the same ones.
    """
    if len(triangles) <= most:
        return triangles
    longest = max(float(triangles.max()), 1e-9)
    cells = _FINEST_CELLS
    while cells > 1:
        found = _snapped(triangles, longest / cells, most)
        if found is not None:
            return found
        cells = cells * 3 // 4
    return triangles[:: -(-len(triangles) // most)]


def _snapped(triangles: NDArray[np.float32], cell: float, most: int) -> NDArray[np.float32] | None:
    """Return the distinct triangles that are left in cells of this size, or None when they are too many."""
    kept: list[NDArray[np.int32]] = []
    for start in range(0, len(triangles), BLOCK):
        corners = np.rint(triangles[start : start + BLOCK] / cell).astype(np.int32)
        flat = (
            (corners[:, 0] == corners[:, 1]).all(axis=1)
            | (corners[:, 1] == corners[:, 2]).all(axis=1)
            | (corners[:, 2] == corners[:, 0]).all(axis=1)
        )
        kept.append(corners[~flat])
        if sum(map(len, kept)) > 4 * most:
            return None
    distinct = np.unique(np.concatenate(kept).reshape(-1, 9), axis=0)
    return None if len(distinct) > most else (distinct.reshape(-1, 3, 3) * cell).astype(np.float32)
