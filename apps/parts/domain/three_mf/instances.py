"""What a 3MF builds: every mesh it places, how it is turned and scaled there, and how often.

Components may hold components, so a file of a kilobyte can stand for ten million objects. They are counted before they are walked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.parts.domain.problem import Unusable

from .model import Matrix, Model, Placement

MOST_INSTANCES = 10_000
MOST_STEPS = 100_000
"""Placements on the way to the meshes, of which an empty object would hide any number."""

MOST_DEPTH = 100
_DIGITS = 9
_IDENTITY: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)

Linear = tuple[float, ...]
"""Nine numbers, row by row: how a mesh is turned, scaled and mirrored, wherever it stands."""


@dataclass(frozen=True, slots=True)
class Instances:
    """One mesh in one attitude.

    Args:
        object_id: The mesh's object.
        linear: How it is turned and scaled.
        count: How often it is placed like that.
        is_assembled: Whether at least one of them is placed together with other meshes as one thing.
    """

    object_id: str
    linear: Linear
    count: int
    is_assembled: bool


def instances(model: Model) -> list[Instances]:
    """Return everything the model builds, in the order of first appearance.

    Raises:
        Unusable: ``three-mf-malformed`` (an object that is not there), ``three-mf-cycle``, ``three-mf-too-many-objects``,
            ``three-mf-transform-unusable``, ``three-mf-builds-nothing``.
    """
    meshes, steps = _count(model)
    if sum(meshes[item.object_id] for item in model.items) > MOST_INSTANCES:
        raise Unusable("three-mf-too-many-objects", most=MOST_INSTANCES)
    if sum(steps[item.object_id] for item in model.items) > MOST_STEPS:
        raise Unusable("three-mf-too-many-objects", most=MOST_INSTANCES)
    found: dict[tuple[str, Linear], tuple[int, bool]] = {}
    for item in model.items:
        together = meshes[item.object_id] > 1
        for object_id, linear in _walk(model, item):
            count, assembled = found.get((object_id, linear), (0, False))
            found[object_id, linear] = (count + 1, assembled or together)
    if not found:
        raise Unusable("three-mf-builds-nothing")
    return [Instances(object_id, linear, count, assembled) for (object_id, linear), (count, assembled) in found.items()]


def _count(model: Model) -> tuple[dict[str, int], dict[str, int]]:
    """Return for every object that is built how many meshes it places and in how many steps, each reckoned once."""
    meshes: dict[str, int] = {}
    steps: dict[str, int] = {}
    for item in model.items:
        under_way: dict[str, None] = {}
        waiting = [item.object_id]
        while waiting:
            number = waiting[-1]
            if number in meshes:
                waiting.pop()
                continue
            entity = model.entities.get(number)
            if entity is None:
                raise Unusable("three-mf-malformed", problem="objectid")
            missing = [part.object_id for part in entity.components if part.object_id not in meshes]
            if not missing:
                under_way.pop(number, None)
                meshes[number] = int(entity.is_mesh and entity.is_made) + sum(meshes[part.object_id] for part in entity.components)
                steps[number] = 1 + sum(steps[part.object_id] for part in entity.components)
                waiting.pop()
                continue
            if number in under_way:
                raise Unusable("three-mf-cycle")
            under_way[number] = None
            if len(under_way) > MOST_DEPTH:
                raise Unusable("three-mf-too-many-objects", most=MOST_INSTANCES)
            if under_way.keys() & set(missing):
                raise Unusable("three-mf-cycle")
            waiting.extend(dict.fromkeys(missing))
    return meshes, steps


def _walk(model: Model, item: Placement) -> list[tuple[str, Linear]]:
    """Return every mesh below an item with its attitude."""
    found: list[tuple[str, Linear]] = []
    waiting: list[tuple[str, NDArray[np.float64]]] = [(item.object_id, _linear(item.transform))]
    while waiting:
        number, linear = waiting.pop()
        entity = model.entities[number]
        if entity.is_mesh and entity.is_made:
            found.append((number, _attitude(linear)))
        waiting.extend((part.object_id, _linear(part.transform) @ linear) for part in reversed(entity.components))
    return found


def _linear(transform: Matrix | None) -> NDArray[np.float64]:
    return np.array(_IDENTITY if transform is None else transform[:9]).reshape(3, 3)


def _attitude(linear: NDArray[np.float64]) -> Linear:
    """Return the matrix in one spelling, so that equal attitudes are found to be equal.

    Raises:
        Unusable: ``three-mf-transform-unusable``: it is no transform, or it makes everything flat.
    """
    with np.errstate(all="ignore"):
        volume = abs(float(np.linalg.det(linear))) if np.isfinite(linear).all() else 0.0
    if not (np.isfinite(volume) and volume > 1e-12):
        raise Unusable("three-mf-transform-unusable")
    return tuple(round(number, _DIGITS) + 0.0 for number in linear.reshape(-1).tolist())
