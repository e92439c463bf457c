"""The model part of a 3MF: meshes, components and what is to be built, as they are written."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from apps.parts.domain.mesh.normal import MILLIMETERS
from apps.parts.domain.mesh.stl import MOST_TRIANGLES
from apps.parts.domain.problem import Unusable

from . import xml

CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
HARMLESS = frozenset({CORE, PRODUCTION, "http://schemas.microsoft.com/3dmanufacturing/material/2015/02"})
"""Extensions that a file may require: the shape is the same without them, or is refused where it is not."""

MADE = frozenset({"model", "surface"})
"""Types of objects that are parts; supports and the like are the slicer's business."""

MOST_OBJECTS = 100_000

Matrix = tuple[float, ...]
"""Twelve numbers, row by row: three rows that turn and scale, one that moves."""


@dataclass(frozen=True, slots=True)
class Placement:
    """An object put somewhere: a component of another object, or an item to be built."""

    object_id: str
    transform: Matrix | None


@dataclass(slots=True)
class Entity:
    """One object: a mesh, or components. Corner positions three by three; corner numbers of faces three by three."""

    name: str
    is_made: bool
    corners: array[float] = field(default_factory=lambda: array("d"))
    faces: array[int] = field(default_factory=lambda: array("q"))
    components: list[Placement] = field(default_factory=list)
    is_mesh: bool = False

    def triangles(self) -> NDArray[np.float64]:
        """Return the mesh's faces as positions, shape (n, 3, 3).

        Raises:
            Unusable: ``three-mf-malformed``: a face names a corner that is not there.
        """
        corners = np.frombuffer(self.corners, dtype=np.float64).reshape(-1, 3)
        faces = np.frombuffer(self.faces, dtype=np.int64).reshape(-1, 3)
        if len(faces) and (faces.min() < 0 or faces.max() >= len(corners)):
            raise Unusable("three-mf-malformed", problem="index")
        return corners[faces]


@dataclass(slots=True)
class Model:
    """What the file says: its unit, its objects by id, and what is to be built."""

    unit: str = "millimeter"
    entities: dict[str, Entity] = field(default_factory=dict)
    items: list[Placement] = field(default_factory=list)


def read_model(chunks: Iterable[bytes]) -> Model:
    """Read the model part.

    Raises:
        Unusable: ``xml-broken``, ``xml-unsafe``, ``three-mf-malformed``, ``three-mf-unit-unknown``, ``three-mf-external-parts``,
            ``three-mf-extension``, ``model-too-many-triangles``.
    """
    reader = _Reader()
    xml.parse(chunks, begin=reader.begin, end=reader.end, namespace=reader.namespace)
    if not reader.seen_model:
        raise Unusable("three-mf-malformed", problem="model")
    return reader.model


class _Reader:
    """Takes what the parser tells, element by element."""

    def __init__(self) -> None:
        self.model = Model()
        self.seen_model = False
        self._entity: Entity | None = None
        self._namespaces: dict[str, str] = {}
        self._faces = 0
        self._begin: dict[str, Callable[[xml.Attributes], None]] = {
            f"{CORE}{xml.SEPARATOR}{name}": handler
            for name, handler in {
                "vertex": self._vertex,
                "triangle": self._triangle,
                "mesh": self._mesh,
                "model": self._model,
                "object": self._object,
                "component": self._component,
                "item": self._item,
            }.items()
        }
        self._object_name = f"{CORE}{xml.SEPARATOR}object"

    def namespace(self, prefix: str | None, uri: str) -> None:
        self._namespaces[prefix or ""] = uri

    def begin(self, name: str, attributes: xml.Attributes) -> None:
        handler = self._begin.get(name)
        if handler is None:
            return
        try:
            handler(attributes)
        except (KeyError, ValueError, OverflowError):
            raise Unusable("three-mf-malformed", problem=name.rpartition(xml.SEPARATOR)[2]) from None

    def end(self, name: str) -> None:
        if name == self._object_name:
            self._entity = None

    def _model(self, attributes: xml.Attributes) -> None:
        self.seen_model = True
        self.model.unit = attributes.get("unit", "millimeter")
        if self.model.unit not in MILLIMETERS:
            raise Unusable("three-mf-unit-unknown")
        for prefix in attributes.get("requiredextensions", "").split():
            if self._namespaces.get(prefix) not in HARMLESS:
                raise Unusable("three-mf-extension")

    def _object(self, attributes: xml.Attributes) -> None:
        number = attributes["id"]
        if number in self.model.entities or len(self.model.entities) >= MOST_OBJECTS:
            raise ValueError(number)
        self._entity = Entity(name=attributes.get("name", ""), is_made=attributes.get("type", "model") in MADE)
        self.model.entities[number] = self._entity

    def _mesh(self, _attributes: xml.Attributes) -> None:
        self._inside().is_mesh = True

    def _vertex(self, attributes: xml.Attributes) -> None:
        self._inside().corners.extend((float(attributes["x"]), float(attributes["y"]), float(attributes["z"])))

    def _triangle(self, attributes: xml.Attributes) -> None:
        self._inside().faces.extend((int(attributes["v1"]), int(attributes["v2"]), int(attributes["v3"])))
        self._faces += 1
        if self._faces > MOST_TRIANGLES:
            raise Unusable("model-too-many-triangles", triangles=self._faces, most=MOST_TRIANGLES)

    def _component(self, attributes: xml.Attributes) -> None:
        self._inside().components.append(_placement(attributes))

    def _item(self, attributes: xml.Attributes) -> None:
        self.model.items.append(_placement(attributes))

    def _inside(self) -> Entity:
        if self._entity is None:
            raise ValueError("outside of an object")
        return self._entity


def _placement(attributes: xml.Attributes) -> Placement:
    if f"{PRODUCTION}{xml.SEPARATOR}path" in attributes:
        raise Unusable("three-mf-external-parts")
    return Placement(attributes["objectid"], _matrix(attributes.get("transform")))


def _matrix(text: str | None) -> Matrix | None:
    if text is None:
        return None
    numbers = tuple(float(number) for number in text.split())
    if len(numbers) != 12:
        raise ValueError("a transform has twelve numbers")
    return numbers
