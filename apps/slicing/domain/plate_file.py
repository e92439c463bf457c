"""Writes a plate as 3MF: one named object for each item, standing where the layout says. The same objects give the same bytes.

PrusaSlicer keeps the name of an object only when it is used once, and its place only with ``--dont-arrange``; both are relied on.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .job import PlateObject, SliceRejected
from .layout import bad_names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vertices = NDArray[Any]

TRIANGLE_BYTES = 50
HEADER_BYTES = 84
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first moment a ZIP entry can have."""

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>\n'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Target="/3D/3dmodel.model" Id="rel-1" Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>\n'
)
MODEL_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<model unit="millimeter" xml:lang="en-US" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">\n<resources>\n'
)


def write_plate(objects: Sequence[PlateObject]) -> bytes:
    """Return the 3MF of ``objects``, in their order. Their meshes are read from the files they name.

    Raises:
        SliceRejected: ``slice-plate-empty``, ``slice-plate-names-unfit``, or ``slice-plate-mesh-unreadable`` for a mesh that is no binary STL
            with finite corners.
    """
    if not objects:
        raise SliceRejected("slice-plate-empty")
    if names := bad_names(objects):
        raise SliceRejected("slice-plate-names-unfit", objects=[name[:64] for name in names])
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        _write(archive, "[Content_Types].xml", [CONTENT_TYPES])
        _write(archive, "_rels/.rels", [RELATIONS])
        _write(archive, "3D/3dmodel.model", _model(objects))
    return kept.getvalue()


def _write(archive: zipfile.ZipFile, name: str, chunks: Sequence[str] | Iterator[str]) -> None:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # the same on every system that writes it
    entry.external_attr = 0o644 << 16
    with archive.open(entry, "w", force_zip64=True) as out:
        for chunk in chunks:
            out.write(chunk.encode())


def _model(objects: Sequence[PlateObject]) -> Iterator[str]:
    """Yield the model document piece by piece: a big plate is never held as text as a whole."""
    yield MODEL_HEAD
    items = []
    for number, one in enumerate(objects, start=1):
        corners, triangles = shared_corners(read_stl(one.mesh, one.name))
        yield f'<object id="{number}" type="model" name="{one.name}"><mesh><vertices>\n'
        yield from _rows('<vertex x="%.9g" y="%.9g" z="%.9g"/>', corners)
        yield "</vertices><triangles>\n"
        yield from _rows('<triangle v1="%d" v2="%d" v3="%d"/>', triangles)
        yield "</triangles></mesh></object>\n"
        items.append(f'<item objectid="{number}" transform="{_transform(corners, one)}"/>\n')
    yield "</resources>\n<build>\n"
    yield from items
    yield "</build>\n</model>\n"


def _rows(pattern: str, table: Vertices, rows: int = 20_000) -> Iterator[str]:
    for start in range(0, len(table), rows):
        block = table[start : start + rows]
        yield (f"{pattern}\n" * len(block)) % tuple(block.ravel().tolist())


def read_stl(path: Path, name: str) -> Vertices:
    """Return the triangles of a binary STL: three corners of three coordinates each.

    Raises:
        SliceRejected: ``slice-plate-mesh-unreadable``.
    """
    import numpy as np

    data = path.read_bytes()
    count = int.from_bytes(data[80:84], "little") if len(data) >= HEADER_BYTES else 0
    if count == 0 or len(data) != HEADER_BYTES + count * TRIANGLE_BYTES:
        raise SliceRejected("slice-plate-mesh-unreadable", object=name)
    facet = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    triangles = np.frombuffer(data, dtype=facet, offset=HEADER_BYTES)["corners"]
    if not np.isfinite(triangles).all():
        raise SliceRejected("slice-plate-mesh-unreadable", object=name)
    return triangles


def shared_corners(triangles: Vertices) -> tuple[Vertices, Vertices]:
    """Return the different corners, sorted, and the triangles as indices into them; triangles that are a line or a point are left out.

    A 3MF says which triangles touch by sharing corners: without this a slicer would see loose triangles.
    """
    import numpy as np

    flat = np.ascontiguousarray(triangles.reshape(-1, 3)) + np.float32(0)  # minus zero is zero
    keys = flat.view([("x", "<f4"), ("y", "<f4"), ("z", "<f4")]).ravel()
    different, index = np.unique(keys, return_inverse=True)
    corners = different.view("<f4").reshape(-1, 3)
    indexed = index.reshape(-1, 3)
    proper = (indexed[:, 0] != indexed[:, 1]) & (indexed[:, 1] != indexed[:, 2]) & (indexed[:, 2] != indexed[:, 0])
    return corners, indexed[proper]


def _transform(corners: Vertices, one: PlateObject) -> str:
    """Return 3MF's row-vector matrix: turn, then put the middle of the turned box on its place and the lowest point on the bed."""
    angle = math.radians(one.rotation_mdeg / 1000)
    cos, sin = (_neat(math.cos(angle)), _neat(math.sin(angle)))
    across = corners[:, 0].astype("f8") * cos - corners[:, 1].astype("f8") * sin
    along = corners[:, 0].astype("f8") * sin + corners[:, 1].astype("f8") * cos
    x = one.x_um / 1000 - (float(across.min()) + float(across.max())) / 2
    y = one.y_um / 1000 - (float(along.min()) + float(along.max())) / 2
    z = -float(corners[:, 2].min())
    numbers = (cos, sin, 0.0, -sin, cos, 0.0, 0.0, 0.0, 1.0, x, y, z)
    return " ".join(f"{number + 0.0:.9g}" for number in numbers)


def _neat(value: float) -> float:
    """Quarter turns are exact, whatever the last bit of the cosine says; the rest has the same digits on every machine."""
    return round(value, 12) + 0.0
