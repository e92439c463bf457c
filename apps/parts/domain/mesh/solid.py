"""Understand a normalised mesh: is it closed, which bodies does it have, which way are they turned. What is merely inside out is put right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fingerprint import Mixer, closedness, corner_words
from .measure import Measures, face_volumes, measure
from .stl import box_of
from .topology import Edges, Ids, bodies_of, corner_ids, edges_of, turned_faces, weld

_MOST_COMPARED = 2_000
"""Bodies whose boxes are compared with each other; beyond that they are only counted."""


@dataclass(frozen=True, slots=True)
class Solid:
    """A mesh and everything known about it.

    Args:
        triangles: As it will be made: outside out, where that could be told.
        measures: Sizes and areas.
        volume: Of the bodies less the hollows, mm³; 0 while the mesh is open.
        is_closed: Nothing is missing, give or take a micrometre.
        is_orientable: Neighbouring faces agree which side is out, or could be made to.
        open_edges: Edges where something is missing.
        open_at: The middle of one of them.
        turned: Faces that were the wrong way round and were turned.
        bodies: Solid bodies.
        hollows: Closed hollows inside them.
        loose: Groups of bodies that do not even come near each other.
    """

    triangles: NDArray[np.float32]
    measures: Measures
    volume: float
    is_closed: bool
    is_orientable: bool
    open_edges: int = 0
    open_at: tuple[float, float, float] | None = None
    turned: int = 0
    bodies: int = 1
    hollows: int = 0
    loose: int = 1


def understand(triangles: NDArray[np.float32], *, seed: int) -> Solid:
    """Return what a normalised mesh is.

    Args:
        triangles: From ``normalise``.
        seed: A random number nobody could know when the file was made.
    """
    mixer = Mixer(seed)
    words = corner_words(triangles, mixer)
    verdict = closedness(words, mixer)
    ids = corner_ids(words)
    if verdict.balanced:
        return _closed(triangles, bodies_of(ids))
    edges = edges_of(ids)
    if not verdict.even:
        ids = weld(ids, triangles, edges)
        edges = edges_of(ids)
    if edges.is_open.any():
        return _open(triangles, ids, edges)
    if not edges.lean.any():
        return _closed(triangles, bodies_of(ids))
    return _rewound(triangles, ids, edges)


def _open(triangles: NDArray[np.float32], ids: Ids, edges: Edges) -> Solid:
    first = edges.order[edges.starts[np.flatnonzero(edges.is_open)[0]]]
    face, corner = divmod(int(first), 3)
    middle = (triangles[face, corner].astype(np.float64) + triangles[face, (corner + 1) % 3]) / 2
    return Solid(
        triangles=triangles,
        measures=measure(triangles),
        volume=0.0,
        is_closed=False,
        is_orientable=True,
        open_edges=int(edges.is_open.sum()),
        open_at=(float(middle[0]), float(middle[1]), float(middle[2])),
        bodies=int(bodies_of(ids).max()) + 1,
    )


def _rewound(triangles: NDArray[np.float32], ids: Ids, edges: Edges) -> Solid:
    """Turn faces so that neighbours agree, if that can be."""
    found = turned_faces(edges, len(triangles))
    if found is not None:
        wrong, patch = found
        mended = _turn(triangles, wrong)
        if not edges_of(_turn(ids, wrong)).lean.any():
            return _closed(mended, patch, originally=triangles)
    return Solid(triangles=triangles, measures=measure(triangles), volume=0.0, is_closed=True, is_orientable=False)


def _closed(triangles: NDArray[np.float32], body: NDArray[np.int32], *, originally: NDArray[np.float32] | None = None) -> Solid:
    """Return a closed mesh with every body turned outside out: a body of negative volume is a hollow only within another body."""
    per_face = face_volumes(triangles)
    volumes = np.bincount(body, weights=per_face).astype(np.float64)
    flip_all = volumes.sum() < 0
    if flip_all:
        volumes = -volumes
    low, high = _boxes(triangles, body)
    inside_out = (volumes < 0) & ~_within_a_solid(volumes, low, high)
    volumes = np.where(inside_out, -volumes, volumes)
    mended = _turn(triangles, (inside_out ^ flip_all)[body])
    before = triangles if originally is None else originally
    return Solid(
        triangles=mended,
        measures=measure(mended),
        volume=float(volumes.sum()),
        is_closed=True,
        is_orientable=True,
        turned=int((mended[:, 0] != before[:, 0]).any(axis=1).sum()),
        bodies=int((volumes >= 0).sum()),
        hollows=int((volumes < 0).sum()),
        loose=_groups(low[volumes >= 0], high[volumes >= 0]),
    )


def _turn(faces: NDArray, which: NDArray[np.bool_]) -> NDArray:  # type: ignore[type-arg]
    if not which.any():
        return faces
    turned = faces.copy()
    turned[which] = turned[which][:, ::-1]
    return turned


def _boxes(triangles: NDArray[np.float32], body: NDArray[np.int32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    if not body.any():
        low, high = box_of(triangles)
        return low[None].astype(np.float32), high[None].astype(np.float32)
    order = np.argsort(body, kind="stable")
    starts = np.searchsorted(body[order], np.arange(int(body.max()) + 1))
    lowest, highest = triangles.min(axis=1)[order], triangles.max(axis=1)[order]
    return np.minimum.reduceat(lowest, starts), np.maximum.reduceat(highest, starts)


def _within_a_solid(volumes: NDArray[np.float64], low: NDArray[np.float32], high: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which bodies lie in the box of a body of positive volume."""
    solid = np.flatnonzero(volumes > 0)
    if len(solid) > _MOST_COMPARED:
        solid = solid[np.argsort(-volumes[solid])[:_MOST_COMPARED]]
    within = np.zeros(len(volumes), dtype=bool)
    for number in solid:
        within |= (low >= low[number]).all(axis=1) & (high <= high[number]).all(axis=1)
    return within


def _groups(low: NDArray[np.float32], high: NDArray[np.float32]) -> int:
    """Return into how many groups boxes fall of which no two touch."""
    count = len(low)
    if count <= 1:
        return count
    if count > _MOST_COMPARED:
        return count
    touching = [np.flatnonzero((low <= high[number]).all(axis=1) & (high >= low[number]).all(axis=1)) for number in range(count)]
    group = np.arange(count)
    for number, others in enumerate(touching):
        group[np.isin(group, group[others])] = group[number]
    return len(np.unique(group))
