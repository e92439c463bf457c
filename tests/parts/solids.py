"""Shapes whose every measure is known, and the files they come in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from apps.parts.domain.mesh.stl import write_stl

Shape = NDArray[np.float64]
"""Triangles as (n, 3, 3): triangle, corner, axis; turned outwards."""

_QUADS = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))


def box(size: Sequence[float] = (20.0, 20.0, 20.0), at: Sequence[float] = (0.0, 0.0, 0.0)) -> Shape:
    """Return a box of this size with its lower corner there."""
    corners = np.array(list(product((0.0, 1.0), repeat=3))) * np.array(size) + np.array(at)
    faces = [face for a, b, c, d in _QUADS for face in ((a, b, c), (a, c, d))]
    triangles: Shape = corners[np.array(faces)]
    return triangles


def cube(edge: float = 20.0, at: Sequence[float] = (0.0, 0.0, 0.0)) -> Shape:
    """Return a cube of 12 triangles."""
    return box((edge, edge, edge), at)


def inverted(shape: Shape) -> Shape:
    """Return the shape inside out."""
    return shape[:, ::-1]


def together(*shapes: Shape) -> Shape:
    """Return several shapes as one file holds them."""
    return np.concatenate(shapes)


def torus(rounds: int = 96, sides: int = 48, large: float = 30.0, small: float = 10.0) -> Shape:
    """Return a torus lying flat."""
    around = 2 * np.pi * np.arange(rounds + 1) / rounds
    along = 2 * np.pi * np.arange(sides + 1) / sides
    around[-1], along[-1] = 0.0, 0.0
    u, v = np.meshgrid(around, along, indexing="ij")
    points = np.stack([(large + small * np.cos(v)) * np.cos(u), (large + small * np.cos(v)) * np.sin(u), small * np.sin(v)], axis=-1)
    a, b, c, d = points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]
    return np.concatenate([np.stack([a, b, c], axis=2).reshape(-1, 3, 3), np.stack([a, c, d], axis=2).reshape(-1, 3, 3)])


def klein_bottle(pieces: int = 40) -> Shape:
    """Return a closed surface without an inside: a tube with the cross-section of an 8 that comes back mirrored."""
    turn = 2 * np.pi * np.arange(pieces + 1) / pieces
    ring = 2 * np.pi * (np.arange(pieces) + 0.5) / pieces
    points = np.empty((pieces + 1, pieces, 3))
    for row, u in enumerate(turn):
        for column, v in enumerate(ring):
            across = (np.cos(u / 2) * np.sin(v) - np.sin(u / 2) * np.sin(2 * v)) * 5 + 20
            height = (np.sin(u / 2) * np.sin(v) + np.cos(u / 2) * np.sin(2 * v)) * 5
            points[row, column] = (across * np.cos(u), across * np.sin(u), height)
    points[-1] = points[0][::-1]
    following = np.roll(points, -1, axis=1)
    a, b, c, d = points[:-1], points[1:], following[1:], following[:-1]
    return np.concatenate([np.stack([a, b, c], axis=2).reshape(-1, 3, 3), np.stack([a, c, d], axis=2).reshape(-1, 3, 3)])


def binary(shape: Shape) -> bytes:
    """Return the shape as binary STL."""
    file = io.BytesIO()
    write_stl(shape.astype(np.float32), file)
    return file.getvalue()


def ascii_stl(shape: Shape, *, name: str = "part", newline: str = "\n") -> bytes:
    """Return the shape as text STL."""
    lines = [f"solid {name}"]
    for corners in shape.tolist():
        lines += ["facet normal 0 0 0", "  outer loop", *(f"    vertex {x!r} {y!r} {z!r}" for x, y, z in corners), "  endloop", "endfacet"]
    return newline.join([*lines, f"endsolid {name}", ""]).encode()


CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Target="/3D/3dmodel.model" '
    'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>'
)


def mesh_xml(shape: Shape) -> str:
    """Return the mesh element of a shape."""
    corners, faces = np.unique(shape.reshape(-1, 3), axis=0, return_inverse=True)
    vertices = "".join(f'<vertex x="{x}" y="{y}" z="{z}"/>' for x, y, z in corners.tolist())
    triangles = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in faces.reshape(-1, 3).tolist())
    return f"<mesh><vertices>{vertices}</vertices><triangles>{triangles}</triangles></mesh>"


def model_xml(resources: str, build: str, *, head: str = "", attributes: str = 'unit="millimeter"') -> str:
    """Return a 3MF model part."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<model {attributes} xmlns="{CORE}">'
        f"<resources>{resources}</resources><build>{build}</build></model>"
    )


def three_mf(model: str, *, relations: str | None = RELATIONS, more: dict[str, bytes] | None = None) -> bytes:
    """Return a 3MF file with this model part."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        if relations is not None:
            archive.writestr("_rels/.rels", relations)
        archive.writestr("3D/3dmodel.model", model)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return file.getvalue()


def simple_three_mf(shape: Shape) -> bytes:
    """Return a 3MF with one object, placed once."""
    return three_mf(model_xml(f'<object id="1" name="thing">{mesh_xml(shape)}</object>', '<item objectid="1"/>'))
