"""How a part looks: pictures and a mesh with fewer triangles, drawn from its normalised mesh.

They are derived, so they are kept as plain files under the mesh's hash: whoever deletes the folder loses seconds, nothing else.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings

from apps.artifacts.models import Artifact
from apps.artifacts.store import open_verified
from apps.artifacts.store.spool import disk_errors
from apps.parts.models import Preflight

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRAWING = "1"
"""Rises when the same mesh would be drawn otherwise."""

POSTER, THUMB = (720, 540), (192, 192)
"""Dots of the two pictures."""

MOST_SHOWN = 200_000
"""Triangles a browser is given."""

MOST_WHILE_WAITING = 500_000
"""Triangles of a mesh that is drawn while somebody waits for the page; larger ones wait for a worker."""


def poster(mesh: Artifact) -> Path:
    """Return the large picture of a normalised mesh as a PNG file.

    Raises:
        Refusal: ``artifact-missing`` and other troubles of the store or the disk.
    """
    return _picture(mesh, *POSTER)


def thumb(mesh: Artifact) -> Path:
    """Return the small picture of a normalised mesh as a PNG file. Raises what ``poster`` raises."""
    return _picture(mesh, *THUMB)


def shown_mesh(mesh: Artifact) -> Path:
    """Return the mesh as browsers are given it: binary STL, at most ``MOST_SHOWN`` triangles. Raises what ``poster`` raises."""

    def write(triangles: NDArray[np.float32], file: BinaryIO) -> None:
        from apps.parts.domain.mesh.fewer import fewer
        from apps.parts.domain.mesh.stl import write_stl

        write_stl(fewer(triangles, most=MOST_SHOWN), file)

    return _kept(mesh, "stl", write)


def is_drawn(mesh: Artifact) -> bool:
    """Are the pictures there already?"""
    return all(_path(mesh, name).exists() for name in (_name(*POSTER), _name(*THUMB), "stl"))


def may_be_drawn_now(preflight: Preflight) -> bool:
    """Are its pictures there, or drawn so quickly that a page may wait for them?"""
    return preflight.metrics.get("triangles", 0) <= MOST_WHILE_WAITING or is_drawn(preflight.artifact)


def place_in_poster(size_um: tuple[int, int, int], place_um: tuple[int, int, int]) -> tuple[float, float]:
    """Return where a place on the part is in its large picture: dots from the left and from the top."""
    import numpy as np

    from apps.parts.domain.mesh.picture import Camera

    x, y, _near = Camera((size_um[0], size_um[1], size_um[2]), *POSTER).place(np.array([place_um], dtype=np.float64))
    return float(x[0]), float(y[0])


def _picture(mesh: Artifact, width: int, height: int) -> Path:
    def write(triangles: NDArray[np.float32], file: BinaryIO) -> None:
        from apps.parts.domain.mesh.picture import draw

        file.write(draw(triangles, width=width, height=height))

    return _kept(mesh, _name(width, height), write)


def _kept(mesh: Artifact, name: str, write: Callable[[NDArray[np.float32], BinaryIO], None]) -> Path:
    """Return the file that is kept under this name, made if it is not there. Made twice at once it is the same file."""
    path = _path(mesh, name)
    if path.exists():
        return path
    triangles = _triangles(mesh)
    with disk_errors():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            try:
                write(triangles, file)  # type: ignore[arg-type]
            except BaseException:
                Path(file.name).unlink()
                raise
        Path(file.name).chmod(0o644)
        os.replace(file.name, path)  # noqa: PTH105 - atomic, over whatever another process made
    return path


def _triangles(mesh: Artifact) -> NDArray[np.float32]:
    import numpy as np

    from apps.parts.domain.mesh.stl import read_stl

    with open_verified(mesh) as file:
        return np.asarray(read_stl(file, mesh.size), dtype=np.float32)


def _path(mesh: Artifact, name: str) -> Path:
    return Path(settings.DATA_DIR) / "pictures" / mesh.sha256[:2] / f"{mesh.sha256}-{DRAWING}-{name}"


def _name(width: int, height: int) -> str:
    return f"{width}x{height}.png"
