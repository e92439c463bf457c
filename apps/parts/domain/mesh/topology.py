"""Corners and edges with numbers: which edges are open, which faces belong together, which are turned the wrong way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from .fingerprint import Words

Ids = NDArray[np.int64]

MOST_LOOSE_CORNERS = 500_000
"""Corners on open edges beyond which a mesh is not torn but no solid at all: it is not mended."""

_OFFSETS = [(x, y, z) for x in (0.0, 0.5) for y in (0.0, 0.5) for z in (0.0, 0.5)]
_REACH = 1e-6
_LEAST_REACH_MM = 0.001


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of a mesh, each once.

    Args:
        ends: Their two corners, the smaller number first, shape (m, 2).
        uses: How many faces use each.
        lean: How many more faces use it from the smaller number to the larger than the other way.
        order: Positions in the list of all faces' edges (three per face), sorted so that those of one edge stand together.
        starts: Where in ``order`` each edge begins.
    """

    ends: Ids
    uses: Ids
    lean: Ids
    order: Ids
    starts: Ids

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Which edges are used an odd number of times."""
        odd: NDArray[np.bool_] = self.uses % 2 == 1
        return odd


def corner_ids(words: Words) -> Ids:
    """Return a number for each corner, shape (n, 3): equal coordinates, equal number, counted from 0."""
    _unique, ids = np.unique(words.reshape(-1), return_inverse=True)
    return ids.reshape(words.shape).astype(np.int64)


def edges_of(ids: Ids) -> Edges:
    """Return the edges of the faces with these corners. An edge from a corner to itself is none."""
    first, second = ids.reshape(-1), np.roll(ids, -1, axis=1).reshape(-1)
    low, high = np.minimum(first, second), np.maximum(first, second)
    key = np.where(first == second, -1, low * (int(ids.max(initial=0)) + 1) + high)
    order = np.argsort(key, kind="stable")
    order = order[np.searchsorted(key[order], 0) :]
    sorted_key = key[order]
    starts = np.flatnonzero(np.r_[True, sorted_key[1:] != sorted_key[:-1]]) if len(order) else np.empty(0, dtype=np.int64)
    direction = np.where(first < second, 1, -1)[order]
    uses = np.diff(np.r_[starts, len(order)])
    lean = np.add.reduceat(direction, starts) if len(starts) else np.empty(0, dtype=np.int64)
    ends = np.stack([low[order[starts]], high[order[starts]]], axis=1)
    return Edges(ends=ends, uses=uses, lean=lean, order=order, starts=starts)


def weld(ids: Ids, triangles: NDArray[np.float32], edges: Edges) -> Ids:
    """Return corner numbers in which corners on open edges that all but touch are one.

    Corners share a number when they share a cell of a fine grid or of one of its seven half-shifted copies, so two corners within half a cell
    of each other always do. Only the verdict uses this; the mesh keeps its coordinates.
    """
    loose = np.unique(edges.ends[edges.is_open])
    if not 0 < len(loose) <= MOST_LOOSE_CORNERS:
        return ids
    first_use = np.zeros(int(ids.max()) + 1, dtype=np.int64)
    first_use[ids.reshape(-1)[::-1]] = np.arange(ids.size)[::-1]
    places = triangles.reshape(-1, 3)[first_use[loose]].astype(np.float64)
    cell = max(float(triangles.max()) * _REACH, _LEAST_REACH_MM)
    rows, columns, cells = [], [], len(loose)
    for offset in _OFFSETS:
        _unique, cell_of = np.unique(np.floor(places / cell + offset).astype(np.int64), axis=0, return_inverse=True)
        rows.append(np.arange(len(loose)))
        columns.append(cell_of.reshape(-1) + cells)
        cells += len(_unique)
    group = _components(np.concatenate(rows), np.concatenate(columns), cells)[: len(loose)]
    leader = np.full(int(group.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(leader, group, loose)
    mapping = np.arange(len(first_use))
    mapping[loose] = leader[group]
    return mapping[ids]


def bodies_of(ids: Ids) -> NDArray[np.int32]:
    """Return for each face the number of the body it belongs to: faces that touch, be it in one corner, belong together."""
    corners = int(ids.max(initial=-1)) + 1
    label = _components(np.concatenate([ids[:, 0], ids[:, 1]]), np.concatenate([ids[:, 1], ids[:, 2]]), corners)
    _unique, body = np.unique(label[ids[:, 0]], return_inverse=True)
    return body.astype(np.int32)


def turned_faces(edges: Edges, faces: int) -> tuple[NDArray[np.bool_], NDArray[np.int32]] | None:
    """Return which faces to turn so that neighbours agree, and the patch each belongs to; None when that cannot be (a Möbius strip).

    Two copies of every face, one as it is and one turned, are joined over each edge of two faces where they would agree. Copies that end up in
    one component agree with each other; a patch whose two copies end up in the same component cannot agree with itself.
    """
    pairs = edges.starts[edges.uses == 2]
    one, other = edges.order[pairs] // 3, edges.order[pairs + 1] // 3
    agree = edges.lean[edges.uses == 2] == 0
    to_same, to_turned = np.where(agree, other, other + faces), np.where(agree, other + faces, other)
    copies = _components(np.concatenate([one, one + faces]), np.concatenate([to_same, to_turned]), 2 * faces)
    as_is, turned = copies[:faces], copies[faces:]
    if (as_is == turned).any():
        return None
    patch = np.minimum(as_is, turned)
    return as_is != patch, np.unique(patch, return_inverse=True)[1].astype(np.int32)


def _components(rows: NDArray[np.int64], columns: NDArray[np.int64], nodes: int) -> NDArray[np.int32]:
    graph = coo_matrix((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(nodes, nodes)).tocsr()
    labels: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return labels
