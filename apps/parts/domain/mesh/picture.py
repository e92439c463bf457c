"""Pictures of a part: what a person sees before (or without) turning it themselves. The same mesh gives the same bytes.

The part stands as it came, seen from the front right and a little above, in parallel lines, so that a place on the part is a place in the
picture by arithmetic alone (``Camera``).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .stl import BLOCK

Mesh = NDArray[np.float32]

_TOWARDS = np.array([0.55, -0.75, 0.5]) / np.linalg.norm([0.55, -0.75, 0.5])
"""From the part to the eye."""
_RIGHT = np.array([0.75, 0.55, 0.0]) / np.linalg.norm([0.75, 0.55, 0.0])
_UP = np.cross(_TOWARDS, _RIGHT)
_LIGHT = np.array([0.15, -0.55, 0.82])
_DARK, _BRIGHT = np.array([58, 70, 77], dtype=np.float32), np.array([190, 202, 208], dtype=np.float32)
_OUTLINE = np.array([17, 24, 28], dtype=np.float32)
_FINER = 2
"""Dots drawn for each dot of the picture, each way: edges come out smooth."""
_MARGIN = 0.08
_LARGE = 400
"""Dots in the box of a face from which on it is filled by itself; smaller ones are painted together."""
_CLOSER = 1.4
"""So many dots a small face gets for each dot of its length: close enough to leave no gap when they are rounded."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Where a place on a part is in its picture.

    Args:
        size: Width, depth and height of the part's box, in any unit.
        width: Of the picture, in dots.
        height: Of the picture, in dots.
    """

    size: tuple[float, float, float]
    width: int
    height: int

    def place(self, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return x and y in the picture (y downwards) and how near each of these points is, in the unit of ``size``."""
        x, y = points @ _RIGHT, points @ _UP
        left, bottom, scale = self._frame()
        return left + x * scale, self.height - (bottom + y * scale), points @ _TOWARDS

    def _frame(self) -> tuple[float, float, float]:
        corners = np.array([[x, y, z] for x in (0, self.size[0]) for y in (0, self.size[1]) for z in (0, self.size[2])], dtype=np.float64)
        x, y = corners @ _RIGHT, corners @ _UP
        wide, high = max(float(np.ptp(x)), 1e-9), max(float(np.ptp(y)), 1e-9)
        scale = min(self.width * (1 - 2 * _MARGIN) / wide, self.height * (1 - 2 * _MARGIN) / high)
        return self.width / 2 - (x.min() + wide / 2) * scale, self.height / 2 - (y.min() + high / 2) * scale, scale


def draw(triangles: Mesh, *, width: int, height: int) -> bytes:
    """Return a PNG of a normalised mesh on nothing (transparent), ``width`` by ``height`` dots."""
    camera = Camera(_box(triangles), width * _FINER, height * _FINER)
    depth = np.full(camera.width * camera.height, -np.inf, dtype=np.float32)
    shade = np.zeros(camera.width * camera.height, dtype=np.float32)
    for start in range(0, len(triangles), BLOCK):
        _paint(triangles[start : start + BLOCK].astype(np.float64), camera, depth, shade)
    shape = (camera.height, camera.width)
    return _png(_smaller(_colored(depth.reshape(shape), shade.reshape(shape))))


def _box(triangles: Mesh) -> tuple[float, float, float]:
    high = triangles.reshape(-1, 3).max(axis=0)
    return float(high[0]), float(high[1]), float(high[2])


def _paint(block: NDArray[np.float64], camera: Camera, depth: NDArray[np.float32], shade: NDArray[np.float32]) -> None:
    """Paint a block of faces over what is there, nearer ones winning: each face as dots laid close enough to leave no gap."""
    normal = np.cross(block[:, 1] - block[:, 0], block[:, 2] - block[:, 0])
    length = np.linalg.norm(normal, axis=1)
    block, normal = block[length > 0], normal[length > 0] / length[length > 0, None]
    lit = np.clip(0.42 + 0.58 * (normal @ _LIGHT), 0.0, 1.0).astype(np.float32)
    x, y, near = camera.place(block)
    wide, high = np.ptp(x, axis=1), np.ptp(y, axis=1)
    large = wide * high > _LARGE
    for face in np.flatnonzero(large).tolist():
        _fill(x[face], y[face], near[face], float(lit[face]), camera, depth, shade)
    rows = np.ceil(np.maximum(wide, high) * _CLOSER).astype(np.int64) + 1
    for count in np.unique(rows[~large]).tolist():
        chosen = (rows == count) & ~large
        _dots((x[chosen], y[chosen], near[chosen], lit[chosen]), _weights(count), camera, depth, shade)


def _fill(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    near: NDArray[np.float64],
    lit: float,
    camera: Camera,
    depth: NDArray[np.float32],
    shade: NDArray[np.float32],
) -> None:
    """Fill one large face, dot by dot within its box."""
    left, right = max(int(x.min()), 0), min(int(x.max()) + 1, camera.width)
    top, bottom = max(int(y.min()), 0), min(int(y.max()) + 1, camera.height)
    twice = (x[1] - x[0]) * (y[2] - y[0]) - (y[1] - y[0]) * (x[2] - x[0])
    if abs(twice) < 1e-9:
        return
    across, down = np.arange(left, right) + 0.5, (np.arange(top, bottom) + 0.5)[:, None]
    second = ((across - x[0]) * (y[2] - y[0]) - (down - y[0]) * (x[2] - x[0])) / twice
    third = ((x[1] - x[0]) * (down - y[0]) - (y[1] - y[0]) * (across - x[0])) / twice
    far = (near[0] + second * (near[1] - near[0]) + third * (near[2] - near[0])).astype(np.float32)
    there = depth.reshape(camera.height, camera.width)[top:bottom, left:right]
    wins = (second >= -1e-3) & (third >= -1e-3) & (second + third <= 1.001) & (far > there)
    there[wins] = far[wins]
    shade.reshape(camera.height, camera.width)[top:bottom, left:right][wins] = lit


@lru_cache(maxsize=64)
def _weights(rows: int) -> NDArray[np.float64]:
    """Return the shares of the three corners in each dot of a small face."""
    first, second = np.meshgrid(np.arange(rows + 1), np.arange(rows + 1), indexing="ij")
    inside = first + second <= rows
    return np.stack([first[inside], second[inside], rows - first[inside] - second[inside]]) / rows


def _dots(
    faces: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float32]],
    weights: NDArray[np.float64],
    camera: Camera,
    depth: NDArray[np.float32],
    shade: NDArray[np.float32],
) -> None:
    """Paint small faces that need the same number of dots, all at once."""
    x, y, near, lit = faces
    column = np.clip((x @ weights).astype(np.int32), 0, camera.width - 1)
    row = np.clip((y @ weights).astype(np.int32), 0, camera.height - 1)
    spot = (row * camera.width + column).ravel()
    far = (near @ weights).astype(np.float32).ravel()
    light = np.repeat(lit, weights.shape[1])
    wins = np.flatnonzero(far > depth[spot])
    wins = wins[np.argsort(far[wins], kind="stable")]
    depth[spot[wins]], shade[spot[wins]] = far[wins], light[wins]  # sorted: the nearest of one dot is written last


def _colored(depth: NDArray[np.float32], shade: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return red, green, blue and how solid each dot is; where the surface breaks off there is a line."""
    solid = np.isfinite(depth)
    colors = _DARK + shade[:, :, None] * (_BRIGHT - _DARK)
    far = np.where(solid, depth, depth[solid].min() - np.ptp(depth[solid]) if solid.any() else 0.0)
    step = np.zeros_like(far)
    step[:, 1:] = np.maximum(step[:, 1:], np.abs(np.diff(far, axis=1)))
    step[1:, :] = np.maximum(step[1:, :], np.abs(np.diff(far, axis=0)))
    turn = np.zeros_like(shade)
    turn[:, 1:] = np.maximum(turn[:, 1:], np.abs(np.diff(shade, axis=1)))
    turn[1:, :] = np.maximum(turn[1:, :], np.abs(np.diff(shade, axis=0)))
    span = float(np.ptp(depth[solid])) if solid.any() else 1.0
    line = np.maximum(np.where(step > 0.06 * max(span, 1e-9), 0.85, 0.0), np.where(turn > 0.12, 0.35, 0.0)).astype(np.float32)[:, :, None]
    return np.concatenate([colors * (1 - line) + _OUTLINE * line, solid[:, :, None] * np.float32(255)], axis=2)


def _smaller(dots: NDArray[np.float32]) -> NDArray[np.uint8]:
    height, width = dots.shape[0] // _FINER, dots.shape[1] // _FINER
    blocks = dots.reshape(height, _FINER, width, _FINER, 4)
    alpha = blocks[..., 3:].sum(axis=(1, 3))
    colors = (blocks[..., :3] * blocks[..., 3:]).sum(axis=(1, 3)) / np.maximum(alpha, 1.0)
    return np.concatenate([colors, alpha / _FINER**2], axis=2).round().astype(np.uint8)


def _png(dots: NDArray[np.uint8]) -> bytes:
    height, width = dots.shape[:2]
    rows = np.concatenate([np.zeros((height, 1), dtype=np.uint8), dots.reshape(height, width * 4)], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
