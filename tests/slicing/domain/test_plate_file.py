"""The 3MF of a plate: the same objects give the same bytes, corners are shared, things stand where they should."""

from __future__ import annotations

import io
import os
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from apps.slicing.domain.job import PlateObject, SliceRejected
from apps.slicing.domain.plate_file import write_plate
from tests.slicing.shapes import Corner, ball, box, placed, stl

CORE = "{http://schemas.microsoft.com/3dmanufacturing/core/2015/02}"


def model(data: bytes) -> Xml.Element:
    """Return the model document of a 3MF."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return Xml.fromstring(archive.read("3D/3dmodel.model"))  # noqa: S314 - our own


def standing(document: Xml.Element, number: int) -> list[tuple[float, ...]]:
    """Return the corners of an object where its build item puts them."""
    (item,) = (one for one in document.iter(f"{CORE}item") if one.get("objectid") == str(number))
    m = [float(value) for value in (item.get("transform") or "").split()]
    (one,) = (found for found in document.iter(f"{CORE}object") if found.get("id") == str(number))
    corners = [tuple(float(vertex.get(axis) or "") for axis in "xyz") for vertex in one.iter(f"{CORE}vertex")]
    return [
        tuple(sum(c * m[3 * row + column] for row, c in enumerate(corner)) + m[9 + column] for column in range(3)) for corner in corners
    ]


def test_the_same_objects_give_the_same_bytes_at_another_time_in_another_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = write_plate([placed(tmp_path, "slot-1", ball(5), 50, 50, 12.345)])
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    try:
        assert write_plate([placed(other, "slot-1", ball(5), 50, 50, 12.345)]) == first
    finally:
        monkeypatch.undo()
        time.tzset()
    assert os.fsencode(tmp_path) not in first


def test_the_order_of_objects_is_kept(tmp_path: Path) -> None:
    one, two = placed(tmp_path, "slot-1", box(5, 5, 5), 50, 50), placed(tmp_path, "slot-2", box(5, 5, 5), 90, 50)

    assert [found.get("name") for found in model(write_plate([one, two])).iter(f"{CORE}object")] == ["slot-1", "slot-2"]
    assert write_plate([one, two]) != write_plate([two, one])


@pytest.mark.parametrize("degrees", [0, 30, 90, 180, 270, 359.999])
def test_the_middle_of_the_turned_box_stands_on_its_place_and_the_lowest_point_on_the_bed(tmp_path: Path, degrees: float) -> None:
    def tilt(corner: Corner) -> Corner:
        x, y, z = corner
        return x + 100, y - 7, z + x / 3 - 55

    tilted = [(tilt(a), tilt(b), tilt(c)) for a, b, c in box(30, 10, 4)]

    corners = standing(model(write_plate([placed(tmp_path, "slot-1", tilted, 60, 40, degrees)])), 1)

    lows, highs = [min(c[axis] for c in corners) for axis in range(3)], [max(c[axis] for c in corners) for axis in range(3)]
    assert [(low + high) / 2 for low, high in zip(lows[:2], highs[:2], strict=True)] == pytest.approx([60, 40], abs=1e-4)
    assert lows[2] == pytest.approx(0, abs=1e-4)


def test_touching_triangles_share_their_corners(tmp_path: Path) -> None:
    document = model(write_plate([placed(tmp_path, "slot-1", box(5, 6, 7), 50, 50)]))

    assert len(list(document.iter(f"{CORE}vertex"))) == 8
    triangles = [tuple(int(one.get(f"v{n}") or "") for n in (1, 2, 3)) for one in document.iter(f"{CORE}triangle")]
    sides = [(t[a], t[(a + 1) % 3]) for t in triangles for a in range(3)]
    assert len(triangles) == 12
    assert sorted(sides) == sorted((b, a) for a, b in sides)


def test_triangles_that_are_lines_are_left_out(tmp_path: Path) -> None:
    flat = [*box(5, 5, 5), ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (5.0, 0.0, 0.0))]

    assert len(list(model(write_plate([placed(tmp_path, "slot-1", flat, 50, 50)])).iter(f"{CORE}triangle"))) == 12


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"solid text\nfacet normal 0 0 1\n",
        bytes(84),
        stl(box(1, 1, 1))[:-1],
        bytes(80) + (2**32 - 1).to_bytes(4, "little") + bytes(50),
        stl([((float("nan"), 0, 0), (1, 0, 0), (0, 1, 0))]),
    ],
)
def test_a_mesh_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    part: PlateObject = placed(tmp_path, "slot-1", box(1, 1, 1), 50, 50)
    part.mesh.write_bytes(content)

    with pytest.raises(SliceRejected) as caught:
        write_plate([part])

    assert (caught.value.code, caught.value.params) == ("slice-plate-mesh-unreadable", {"object": "slot-1"})


def test_a_plate_holds_something() -> None:
    with pytest.raises(SliceRejected, match="slice-plate-empty"):
        write_plate([])


def test_names_that_would_break_the_file_are_refused(tmp_path: Path) -> None:
    part = replace(placed(tmp_path, "slot-1", box(1, 1, 1), 50, 50), name='a"/><x y="')

    with pytest.raises(SliceRejected, match="slice-plate-names-unfit"):
        write_plate([part])
