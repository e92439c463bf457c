"""The check of one uploaded file: what it is, which parts are in it, what there is to say about each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .findings import as_record
from .problem import Unusable
from .volumes import PrinterVolume

ZIP_STARTS = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be checked, and against what.

    Args:
        is_gcode: Whether the file came as G-code.
        unit: The unit of numbers in files that name none.
        name: What a part is called that the file does not name.
        volumes: Every printer class that may make it.
        seed: A random number nobody could know when the file was made.
    """

    is_gcode: bool
    unit: str
    name: str
    volumes: tuple[PrinterVolume, ...]
    seed: int

    @classmethod
    def from_record(cls, kept: Mapping[str, Any]) -> Request:
        """Return the request that was written as JSON."""
        return cls(**{**kept, "volumes": tuple(PrinterVolume(**one) for one in kept["volumes"])})


def check(source: Path, request: Request, folder: Path) -> dict[str, Any]:
    """Check the file at ``source``, write the normalised meshes into ``folder``, and return the report as JSON values.

    The report holds either ``refused`` with a code and its parameters, or the ``unit`` and the ``parts``, each with name, count, findings,
    metrics and the name of its mesh.
    """
    size = source.stat().st_size
    if not size:
        return {"refused": {"code": "upload-empty", "params": {}}}
    try:
        return _gcode(source, request) if request.is_gcode else _models(source, size, request, folder)
    except Unusable as problem:
        return {"refused": {"code": problem.code, "params": problem.params}}
    except MemoryError:
        return {"refused": {"code": "check-too-heavy", "params": {}}}


def _gcode(source: Path, request: Request) -> dict[str, Any]:
    from .supplied_gcode import check_gcode

    findings, metrics = check_gcode(source, request.volumes)
    part = {"name": request.name, "count": 1, "findings": [as_record(one) for one in findings], "metrics": metrics, "mesh": None}
    return {"unit": "millimeter", "parts": [part]}


def _models(source: Path, size: int, request: Request, folder: Path) -> dict[str, Any]:
    with source.open("rb") as file:
        unit, shapes = _shapes(file, size, request)
        parts = [_part(shape, number, unit, request, folder) for number, shape in enumerate(shapes)]
    return {"unit": unit, "parts": parts}


@dataclass(frozen=True, slots=True)
class _Shape:
    """One part as its file holds it."""

    name: str
    triangles: Any
    count: int = 1
    linear: Any = None
    is_assembled: bool = False


def _shapes(file: BinaryIO, size: int, request: Request) -> tuple[str, Iterator[_Shape]]:
    if file.read(len(ZIP_STARTS)) == ZIP_STARTS:
        from .three_mf.reading import read_three_mf

        unit, found = read_three_mf(file, size)
        return unit, (_Shape(one.name or request.name, one.triangles, one.count, one.linear, one.is_assembled) for one in found)
    from .mesh.stl import read_stl

    return request.unit, iter([_Shape(request.name, read_stl(file, size))])


def _part(shape: _Shape, number: int, unit: str, request: Request, folder: Path) -> dict[str, Any]:
    from .mesh.footprint import footprint_um
    from .mesh.normal import normalise
    from .mesh.solid import understand
    from .mesh.stl import write_stl
    from .preflight import judge, metrics_of

    solid = understand(normalise(shape.triangles, unit=unit, linear=shape.linear), seed=request.seed)
    metrics = metrics_of(solid, request.volumes, footprint_um(solid.triangles))
    findings = judge(solid, metrics, request.volumes, is_assembled=shape.is_assembled)
    mesh = f"{number}.stl"
    with (folder / mesh).open("wb") as file:
        write_stl(solid.triangles, file)
    return {
        "name": shape.name,
        "count": shape.count,
        "findings": [as_record(one) for one in findings],
        "metrics": metrics,
        "mesh": mesh,
    }
