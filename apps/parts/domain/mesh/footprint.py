"""The outline of a part seen from above, for packing: a convex polygon around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

MOST_CORNERS = 64
"""Finer outlines are replaced by one with this many corners that contains them; it is larger by at most an eighth of a percent."""

_DIRECTIONS = 2 * np.pi * np.arange(MOST_CORNERS) / MOST_CORNERS


def footprint_um(triangles: NDArray[np.float32]) -> list[list[int]]:
    """Return the convex outline of a normalised mesh as it stands, counter-clockwise, in micrometres around the middle of its box."""
    points = triangles[:, :, :2].reshape(-1, 2)
    size = points.max(axis=0).astype(np.float64)
    hull = _hull(_outer(points), size) - size / 2
    return [[round(x * 1000), round(y * 1000)] for x, y in hull.tolist()]


def _outer(points: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the points that may lie on the hull: those outside the polygon of the farthest points in 16 directions."""
    angles = _DIRECTIONS[:: MOST_CORNERS // 16]
    extremes = [int((points @ np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)).argmax()) for angle in angles]
    ring = points[extremes].astype(np.float64)
    inside = np.ones(len(points), dtype=bool)
    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    for (x1, y1), (x2, y2) in zip(ring.tolist(), np.roll(ring, -1, axis=0).tolist(), strict=True):
        if (x1, y1) != (x2, y2):
            inside &= (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) > 0
    return np.unique(np.concatenate([points[~inside].astype(np.float64), ring]), axis=0)


def _hull(points: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    try:
        corners: NDArray[np.float64] = points[ConvexHull(points).vertices]
    except QhullError:  # all on one line: the box is the outline
        return np.array([[0.0, 0.0], [size[0], 0.0], [size[0], size[1]], [0.0, size[1]]])
    return corners if len(corners) <= MOST_CORNERS else _around(corners)


def _around(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the polygon of the lines that touch ``corners`` in evenly spread directions."""
    normals = np.stack([np.cos(_DIRECTIONS), np.sin(_DIRECTIONS)], axis=1)
    reach = (corners @ normals.T).max(axis=0)
    following, next_reach = np.roll(normals, -1, axis=0), np.roll(reach, -1)
    determinant = normals[:, 0] * following[:, 1] - normals[:, 1] * following[:, 0]
    x = (reach * following[:, 1] - next_reach * normals[:, 1]) / determinant
    y = (normals[:, 0] * next_reach - following[:, 0] * reach) / determinant
    return np.stack([x, y], axis=1)
