"""Footprints on a bed: names, places, overlaps; and the plane geometry under them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.slicing.domain import layout
from apps.slicing.domain.job import PlateObject, Polygon
from apps.slicing.domain.polygon import box, contains, hull, overlap, turn
from tests.slicing.shapes import BED

SQUARE: Polygon = ((0, 0), (10, 0), (10, 10), (0, 10))
HOOK: Polygon = ((0, 0), (30, 0), (30, 10), (10, 10), (10, 30), (0, 30))
points = st.tuples(st.integers(-50, 50), st.integers(-50, 50))


def moved(polygon: Polygon, x: float, y: float) -> Polygon:
    return tuple((a + x, b + y) for a, b in polygon)


def standing(name: str, footprint: Polygon) -> PlateObject:
    left, front, right, back = box(footprint)
    return PlateObject(name, Path("x.stl"), round((left + right) * 500), round((front + back) * 500), 0, footprint)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (moved(SQUARE, 5, 5), True),
        (SQUARE, True),
        (moved(SQUARE, 10, 0), False),
        (moved(SQUARE, 10, 10), False),
        (moved(SQUARE, 9.99, 0), True),
        (((4, 4), (6, 4), (5, 6)), True),
        (((-50, -50), (50, -50), (50, 50), (-50, 50)), True),
        (((5, -5), (15, 5), (5, 15), (-5, 5)), True),
        (((-5, 4), (15, 4), (15, 6), (-5, 6)), True),
        (((20, 0), (30, 0), (30, 10)), False),
    ],
)
def test_overlap(other: Polygon, expected: bool) -> None:
    assert overlap(SQUARE, other) is expected
    assert overlap(other, SQUARE) is expected


def test_one_part_may_stand_in_the_hook_of_another() -> None:
    assert not overlap(HOOK, moved(SQUARE, 15, 15))
    assert overlap(HOOK, moved(SQUARE, 5, 15))


@given(st.lists(points, min_size=3, max_size=30))
def test_a_hull_is_convex_and_holds_every_point(given_points: list[tuple[int, int]]) -> None:
    found = hull(given_points)
    if len(found) < 3:
        return

    corners = [*found, *found[:2]]
    assert all(turn(a, b, c) > 0 for a, b, c in zip(corners, corners[1:], corners[2:], strict=False))
    assert all(contains(found, point) for point in given_points)


@given(st.lists(points, min_size=3, max_size=12), st.lists(points, min_size=3, max_size=12), points)
def test_overlap_is_mutual_and_moves_along(first: list[tuple[int, int]], second: list[tuple[int, int]], by: tuple[int, int]) -> None:
    a, b = hull(first), hull(second)
    if len(a) < 3 or len(b) < 3:
        return

    assert overlap(a, b) == overlap(b, a) == overlap(moved(a, *by), moved(b, *by))
    assert overlap(a, a)
    assert not overlap(a, moved(a, 101, 0))


def test_names_are_words_for_firmware_and_differ_in_capitals_too() -> None:
    names = ["slot-1", "SLOT-1", "slot 2", "", "a" * 65, "é", "x;M112", "slot_9"]

    assert layout.bad_names([standing(name, SQUARE) for name in names]) == sorted({*names} - {"slot_9"})


def test_off_bed_is_any_corner_outside() -> None:
    inside, on_edge, outside = standing("a", SQUARE), standing("b", moved(SQUARE, 240, 200)), standing("c", moved(SQUARE, 240.2, 0))

    assert layout.off_bed([inside, on_edge, outside], BED) == ["c"]


def test_off_a_round_bed() -> None:
    disc = tuple((100 * math.cos(step * math.pi / 60), 100 * math.sin(step * math.pi / 60)) for step in range(120))

    assert layout.off_bed([standing("a", moved(SQUARE, 60, 60)), standing("b", moved(SQUARE, 65, 65))], disc) == ["b"]


def test_overlapping_pairs_are_named() -> None:
    parts = [standing(name, moved(SQUARE, x, 0)) for name, x in (("a", 0), ("b", 8), ("c", 16), ("d", 100))]

    assert list(layout.overlapping(parts)) == [("a", "b"), ("b", "c")]


def test_footprints_are_areas_where_the_object_stands() -> None:
    good = standing("a", moved(SQUARE, 20, 20))
    no_area, not_finite = replace(good, footprint=((0, 0), (1, 1))), replace(good, footprint=((0, 0), (math.nan, 1), (1, 1)))

    assert layout.bad_footprints([good]) == []
    assert layout.bad_footprints([no_area, not_finite]) == ["a", "a"]
    assert layout.displaced([good, replace(good, name="b", x_um=good.x_um + 2000)]) == ["b"]
