"""From a 3MF file to its parts: each mesh in each attitude once, with how often it is built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from apps.parts.domain.mesh.stl import MOST_TRIANGLES
from apps.parts.domain.problem import Unusable

from . import xml
from .archive import Archive
from .instances import Instances, instances
from .model import Model, read_model

MOST_PARTS = 200
"""Different parts in one file."""

_START = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"
_RELATIONS = "_rels/.rels"
_USUAL_PLACE = "3D/3dmodel.model"


@dataclass(frozen=True, slots=True)
class Found:
    """One part of a 3MF, in the file's own unit: its triangles as the object holds them, and how they are turned and scaled when placed."""

    name: str
    count: int
    is_assembled: bool
    triangles: NDArray[np.float64]
    linear: NDArray[np.float64]


def read_three_mf(file: BinaryIO, size: int) -> tuple[str, Iterator[Found]]:
    """Return the file's unit and its parts, one after the other.

    Raises:
        Unusable: see ``Archive``, ``read_model`` and ``instances``; ``upload-not-a-model`` for a ZIP that is no 3MF,
            ``three-mf-too-many-parts``, ``model-without-faces``.
    """
    archive = Archive(file, size)
    model = read_model(archive.chunks(_model_part(archive)))
    placed = instances(model)
    if len(placed) > MOST_PARTS:
        raise Unusable("three-mf-too-many-parts", parts=len(placed), most=MOST_PARTS)
    total = sum(len(model.entities[one.object_id].faces) // 3 for one in placed)
    if total > MOST_TRIANGLES:
        raise Unusable("model-too-many-triangles", triangles=total, most=MOST_TRIANGLES)
    return model.unit, _parts(model, placed)


def _parts(model: Model, placed: list[Instances]) -> Iterator[Found]:
    for one in placed:
        entity = model.entities[one.object_id]
        triangles = entity.triangles()
        if not len(triangles):
            raise Unusable("model-without-faces")
        yield Found(entity.name, one.count, one.is_assembled, triangles, np.array(one.linear).reshape(3, 3))


def _model_part(archive: Archive) -> str:
    """Return the name of the entry that holds the model, as the relations name it."""
    found: list[str] = []

    def begin(_name: str, attributes: xml.Attributes) -> None:
        if attributes.get("Type") == _START and "Target" in attributes:
            found.append(attributes["Target"])

    if archive.has(_RELATIONS):
        xml.parse(archive.chunks(_RELATIONS), begin=begin)
    name = (found or [_USUAL_PLACE])[0]
    if not archive.has(name):
        raise Unusable("upload-not-a-model")
    return name
