"""Packing keeps its promises whatever it is given: everything placed once, inside the bed, outside keep-outs, apart by the gap."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from apps.planning.domain import packing
from apps.planning.domain.packing import Bed, Outline, Packed, Part, pack

PLAIN = Bed(250_000, 210_000)
ROUND = Bed(200_000, 200_000, is_round=True)
CLIPPED = Bed(250_000, 210_000, keep_outs=((0, 0, 40_000, 30_000), (200_000, 150_000, 50_000, 60_000)))


def box(width: float, depth: float) -> Outline:
    x, y = width / 2, depth / 2
    return ((-x, -y), (x, -y), (x, y), (-x, y))


def hull(points: list[tuple[float, float]]) -> Outline:
    corners = [points[index] for index in ConvexHull(points).vertices]
    xs, ys = [x for x, _y in corners], [y for _x, y in corners]
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return tuple((x - middle[0], y - middle[1]) for x, y in corners)


def shapes() -> st.SearchStrategy[Outline]:
    side = st.floats(2, 90)
    boxes = st.builds(box, side, side)
    round_ones = st.builds(
        lambda radius, corners, squeeze: hull(
            [(radius * math.cos(2 * math.pi * n / corners), squeeze * radius * math.sin(2 * math.pi * n / corners)) for n in range(corners)]
        ),
        st.floats(2, 45),
        st.integers(3, 20),
        st.floats(0.2, 1),
    )
    return boxes | round_ones


def distance(one: Outline, other: Outline) -> float:
    """How far two convex polygons are apart; 0 when they touch or overlap."""
    if not separated(one, other):
        return 0.0
    return min(point_to_side(corner, first, second) for a, b in ((one, other), (other, one)) for corner in a for first, second in sides(b))


def sides(outline: Outline) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return list(zip(outline, (*outline[1:], outline[0]), strict=True))


def separated(one: Outline, other: Outline) -> bool:
    """Is there a line along a side of either that keeps them apart?"""
    for polygon, rest in ((one, other), (other, one)):
        for (ax, ay), (bx, by) in sides(polygon):
            if all((bx - ax) * (y - ay) - (by - ay) * (x - ax) < 0 for x, y in rest):
                return True
    return False


def point_to_side(point: tuple[float, float], first: tuple[float, float], second: tuple[float, float]) -> float:
    (px, py), (ax, ay), (bx, by) = point, first, second
    length2 = (bx - ax) ** 2 + (by - ay) ** 2
    along = max(0.0, min(1.0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length2))
    return math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay))


def is_inside(outline: Outline, bed: Bed) -> bool:
    wide, deep, edge = bed.width_um / 1000, bed.depth_um / 1000, bed.edge_um / 1000 - 0.001
    if bed.is_round:
        return all(math.hypot(x - wide / 2, y - wide / 2) <= wide / 2 - edge for x, y in outline)
    in_box = all(edge <= x <= wide - edge and edge <= y <= deep - edge for x, y in outline)
    corners = [
        ((x / 1000, y / 1000), ((x + w) / 1000, y / 1000), ((x + w) / 1000, (y + d) / 1000), (x / 1000, (y + d) / 1000))
        for x, y, w, d in bed.keep_outs
    ]
    return in_box and all(separated(outline, keep_out) for keep_out in corners)


def check(packed: Packed, parts: list[Part], bed: Bed, gap_um: int) -> None:
    placed = [place.key for plate in packed.plates for place in plate]
    assert sorted([*placed, *packed.misfits]) == sorted(part.key for part in parts)
    for plate in packed.plates:
        assert plate
        for place in plate:
            assert is_inside(place.outline, bed), place
        for one, other in combinations(plate, 2):
            assert distance(one.outline, other.outline) >= gap_um / 1000 - 1e-6, (one, other)


class TestWhateverIsPacked:
    @settings(max_examples=15, deadline=None)
    @given(
        st.lists(shapes(), min_size=1, max_size=10), st.sampled_from([PLAIN, ROUND, CLIPPED]), st.integers(0, 12_000), st.integers(0, 8_000)
    )
    def test_is_placed_once_inside_and_apart(self, outlines: list[Outline], bed: Bed, gap_um: int, edge_um: int) -> None:
        bed = Bed(bed.width_um, bed.depth_um, bed.is_round, bed.keep_outs, edge_um)
        parts = [Part(str(n), f"shape-{outline}", outline) for n, outline in enumerate(outlines)]

        check(pack(parts, bed, gap_um=gap_um), parts, bed, gap_um)

    @settings(max_examples=5, deadline=None)
    @given(st.lists(shapes(), min_size=1, max_size=8))
    def test_depends_on_shapes_only_and_not_on_whose_they_are(self, outlines: list[Outline]) -> None:
        ours = [Part(f"a{n}", str(outline), outline) for n, outline in enumerate(outlines)]
        theirs = [Part(f"b{n}", str(outline), outline) for n, outline in reversed(list(enumerate(outlines)))]

        assert bare(pack(ours, PLAIN)) == bare(pack(theirs, PLAIN))


def bare(packed: Packed) -> list[list[tuple[str, int, int, int]]]:
    return [[(one.shape, one.x_um, one.y_um, one.rotation_mdeg) for one in plate] for plate in packed.plates]


class TestOnePart:
    def test_stands_in_the_middle(self) -> None:
        packed = pack([Part("1", "box", box(40, 20))], PLAIN)

        (place,) = packed.plates[0]
        assert (place.x_um, place.y_um) == (125_000, 105_000)

    @pytest.mark.parametrize("size", [(250, 210), (210, 250), (1, 209.9)])
    def test_that_just_fits_is_placed(self, size: tuple[float, float]) -> None:
        assert pack([Part("1", "box", box(*size))], PLAIN).misfits == ()

    @pytest.mark.parametrize("size", [(251, 180), (212, 212), (1000, 1000)])
    def test_that_does_not_fit_is_named(self, size: tuple[float, float]) -> None:
        packed = pack([Part("1", "box", box(*size)), Part("2", "small", box(10, 10))], PLAIN)

        assert packed.misfits == ("1",)
        assert [place.key for place in packed.plates[0]] == ["2"]

    def test_that_fits_only_slanted_is_turned(self) -> None:
        packed = pack([Part("1", "rod", box(290, 5))], PLAIN)

        assert packed.misfits == ()
        assert packed.plates[0][0].rotation_mdeg % 90_000 == 45_000

    def test_says_where_its_box_stands_after_turning(self) -> None:
        triangle = hull([(0, 0), (60, 0), (0, 30)])
        packed = pack([Part(str(n), "triangle", triangle) for n in range(12)], PLAIN)

        for place in packed.plates[0]:
            xs, ys = [x for x, _y in place.outline], [y for _x, y in place.outline]
            assert abs((min(xs) + max(xs)) * 500 - place.x_um) <= 1
            assert abs((min(ys) + max(ys)) * 500 - place.y_um) <= 1


class TestManyParts:
    def test_share_plates(self) -> None:
        parts = [Part(str(n), "box", box(40, 40)) for n in range(20)]

        packed = pack(parts, PLAIN)

        assert [len(plate) for plate in packed.plates] == [20]

    def test_are_never_more_than_the_most_per_plate(self) -> None:
        parts = [Part(str(n), "box", box(20, 20)) for n in range(7)]

        assert [len(plate) for plate in pack(parts, PLAIN, most=3).plates] == [3, 3, 1]
        assert [len(plate) for plate in pack(parts, PLAIN, most=1).plates] == [1] * 7

    def test_with_the_earlier_promise_go_on_the_earlier_plate(self) -> None:
        late = [Part(f"late-{n}", "large", box(120, 100), rank=1) for n in range(4)]
        early = [Part(f"early-{n}", "small", box(80, 90), rank=0) for n in range(4)]

        first = pack([*late, *early], PLAIN).plates[0]

        assert {place.key for place in first} >= {part.key for part in early}

    def test_of_a_real_mix_fill_the_bed_well(self) -> None:
        outlines = [box(20 + 7 * n % 60, 15 + 11 * n % 45) for n in range(60)]
        parts = [Part(str(n), str(outline), outline) for n, outline in enumerate(outlines)]

        packed = pack(parts, PLAIN)

        used = sum(packing.area_mm2(outline) for outline in outlines)
        check(packed, parts, PLAIN, packing.GAP_UM)
        assert len(packed.plates) <= math.ceil(used / (250 * 210) / 0.55)


class TestNonsense:
    @pytest.mark.parametrize("bad", [{"gap_um": -1}, {"rotations": 0}, {"most": 0}, {"cell_um": 0}])
    def test_is_refused(self, bad: dict[str, int]) -> None:
        with pytest.raises(ValueError, match="positive"):
            pack([Part("1", "box", box(10, 10))], PLAIN, **bad)

    def test_outlines_are_refused(self) -> None:
        with pytest.raises(ValueError, match="outline"):
            pack([Part("1", "line", ((0, 0), (10, 0), (5, 0)))], PLAIN)

    def test_nothing_gives_no_plates(self) -> None:
        assert pack([], PLAIN) == Packed((), ())
