"""What is known about solids whose every measure is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.parts.domain.mesh.normal import normalise
from apps.parts.domain.mesh.solid import Solid, understand

from .checking import codes, only
from .solids import Shape, binary, box, cube, inverted, klein_bottle, together, torus


def solid(shape: Shape, *, seed: int = 7) -> Solid:
    return understand(normalise(shape, unit="millimeter"), seed=seed)


def shuffled(shape: Shape, seed: int = 1) -> Shape:
    """Return the same shape with its faces in another order, each beginning with another corner."""
    chance = np.random.default_rng(seed)
    mixed = shape[chance.permutation(len(shape))]
    for number, shift in enumerate(chance.integers(0, 3, len(mixed))):
        mixed[number] = np.roll(mixed[number], shift, axis=0)
    return mixed


class TestAKnownSolid:
    def test_cube(self) -> None:
        found = solid(cube(20))

        assert found.is_closed
        assert (found.volume, found.measures.area, found.measures.side, found.measures.level) == pytest.approx((8000, 2400, 1600, 800))
        assert (found.measures.size, found.measures.base, found.measures.overhang) == ((20, 20, 20), 400, 0)
        assert (found.bodies, found.hollows, found.loose, found.turned) == (1, 0, 1, 0)

    def test_torus(self) -> None:
        found = solid(torus(400, 200))

        assert found.is_closed
        assert found.volume == pytest.approx(2 * math.pi**2 * 30 * 10**2, rel=1e-3)
        assert found.measures.area == pytest.approx(4 * math.pi**2 * 30 * 10, rel=1e-3)
        assert found.measures.size == pytest.approx((80, 80, 20))
        assert found.bodies == 1

    def test_table_leans_out_where_its_top_does(self) -> None:
        found = solid(together(box((40, 40, 2), at=(0, 0, 20)), box((4, 4, 20), at=(18, 18, 0))))

        assert found.measures.overhang == pytest.approx(1600)
        assert found.measures.support == pytest.approx(1600 * 20)
        assert found.measures.base == pytest.approx(16)

    def test_hollow_cube_has_a_cavity(self) -> None:
        found = solid(together(cube(20), inverted(cube(10, at=(5, 5, 5)))))

        assert (found.is_closed, found.bodies, found.hollows, found.turned) == (True, 1, 1, 0)
        assert found.volume == pytest.approx(7000)

    def test_two_cubes_that_share_an_edge_are_closed(self) -> None:
        """Four faces meet at that edge: a test for two faces per edge would refuse this printable part."""
        found = solid(together(cube(20), cube(20, at=(20, 20, 0))))

        assert (found.is_closed, found.is_orientable, found.bodies, found.turned) == (True, True, 1, 0)
        assert found.volume == pytest.approx(16_000)

    def test_two_cubes_that_share_an_edge_inside_out_are_put_right(self) -> None:
        found = solid(inverted(together(cube(20), cube(20, at=(20, 20, 0)))))

        assert found.volume == pytest.approx(16_000)
        assert found.turned == 24


class TestAnOpenMesh:
    def test_misses_as_many_edges_as_are_open(self) -> None:
        found = solid(cube(20)[:-1])

        assert (found.is_closed, found.open_edges, found.volume) == (False, 3, 0.0)
        assert found.open_at is not None

    def test_says_where(self) -> None:
        shape = together(box((30, 10, 10)), box((2, 2, 2), at=(50, 0, 0))[:-2])
        found = solid(shape)

        assert found.open_edges == 4
        assert found.open_at is not None
        assert found.open_at[0] >= 50

    def test_with_a_crack_finer_than_a_micrometre_is_closed(self) -> None:
        shape = cube(20)
        shape[0, 0] += 2e-4

        assert solid(shape).is_closed
        assert solid(shape).volume == pytest.approx(8000, rel=1e-3)

    def test_with_a_crack_one_can_see_is_open(self) -> None:
        shape = cube(20)
        shape[0, 0] += 0.05

        assert not solid(shape).is_closed

    def test_whose_noise_is_everywhere_is_closed(self) -> None:
        shape = torus(60, 40)
        noise = np.random.default_rng(3).uniform(-1e-5, 1e-5, shape.shape)

        assert solid(shape + noise).is_closed
        assert solid(shape + noise).bodies == 1

    def test_edges_used_three_times_are_open(self) -> None:
        fin = np.array([[[0.0, 0.0, 0.0], [20.0, 0.0, 0.0], [10.0, -5.0, 10.0]]])

        assert not solid(together(cube(20), fin)).is_closed


class TestFacesTheWrongWayRound:
    def test_all_of_them_are_turned(self) -> None:
        found = solid(inverted(torus()))

        assert found.turned == len(torus())
        assert found.volume == pytest.approx(solid(torus()).volume)

    @pytest.mark.parametrize("wrong", [[3], [0, 5, 7], list(range(7))])
    def test_some_of_them_are_turned(self, wrong: list[int]) -> None:
        shape = cube(20)
        shape[wrong] = shape[wrong][:, ::-1]

        found = solid(shape)

        assert found.volume == pytest.approx(8000)
        assert (found.is_orientable, found.turned) == (True, len(wrong))

    def test_of_one_body_among_several_are_turned(self) -> None:
        found = solid(together(cube(20), inverted(cube(10, at=(50, 0, 0)))))

        assert (found.bodies, found.hollows, found.turned) == (2, 0, 12)
        assert found.volume == pytest.approx(9000)

    def test_of_a_hollow_part_leave_its_hollow_a_hollow(self) -> None:
        found = solid(inverted(together(cube(20), inverted(cube(10, at=(5, 5, 5))))))

        assert found.volume == pytest.approx(7000)
        assert found.hollows == 1

    def test_of_a_surface_without_an_inside_are_not_decided(self) -> None:
        found = solid(klein_bottle())

        assert (found.is_closed, found.is_orientable, found.volume) == (True, False, 0.0)


class TestBodies:
    def test_apart_are_loose(self) -> None:
        found = solid(together(*(cube(5, at=(20 * number, 0, 0)) for number in range(4))))

        assert (found.bodies, found.loose) == (4, 4)

    def test_that_reach_into_each_other_are_not(self) -> None:
        found = solid(together(box((50, 5, 5)), box((5, 50, 5), at=(10, 1, 1)), cube(5, at=(200, 0, 0))))

        assert (found.bodies, found.loose) == (3, 2)

    def test_in_a_chain_are_one_group(self) -> None:
        links = [box((12, 5, 5), at=(10 * number, 0, 0)) for number in (0, 2, 4, 1, 3)]

        assert solid(together(*links)).loose == 1


class TestTheVerdict:
    @pytest.mark.parametrize("seed", [0, 1, 2**64 - 1, 123_456_789])
    def test_does_not_depend_on_the_seed(self, seed: int) -> None:
        assert solid(torus(30, 20), seed=seed).is_closed
        assert not solid(torus(30, 20)[1:], seed=seed).is_closed

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, 10**6), st.integers(0, len(torus(12, 9)) - 1), st.integers(0, 2**64 - 1))
    def test_sees_every_missing_and_every_turned_face(self, order: int, face: int, seed: int) -> None:
        whole = shuffled(torus(12, 9), order)
        turned = whole.copy()
        turned[face] = turned[face][::-1]

        assert solid(whole, seed=seed).turned == 0
        assert not solid(np.delete(whole, face, axis=0), seed=seed).is_closed
        assert solid(turned, seed=seed).turned == 1

    @settings(max_examples=30, deadline=None)
    @given(st.tuples(*[st.floats(-5e3, 5e3, allow_nan=False)] * 3), st.floats(0.5, 500))
    def test_holds_wherever_the_file_puts_the_part(self, at: tuple[float, float, float], edge: float) -> None:
        found = solid(cube(edge, at=at))

        assert found.is_closed
        assert found.volume == pytest.approx(edge**3, rel=1e-2)


class TestTheFootprint:
    def test_of_a_box_is_its_outline_around_the_middle(self) -> None:
        outline = only(binary(box((30, 20, 10), at=(100, 100, 0))))["metrics"]["footprint_um"]

        assert {tuple(point) for point in outline} == {(-15_000, -10_000), (15_000, -10_000), (15_000, 10_000), (-15_000, 10_000)}

    @pytest.mark.parametrize(("rounds", "sides"), [(9, 8), (50, 12), (700, 30)])
    def test_contains_every_point_and_little_more(self, rounds: int, sides: int) -> None:
        shape = torus(rounds, sides)
        outline = np.array(only(binary(shape))["metrics"]["footprint_um"]) / 1000

        middle = (shape[:, :, :2].reshape(-1, 2).max(axis=0) + shape[:, :, :2].reshape(-1, 2).min(axis=0)) / 2
        points = shape[:, :, :2].reshape(-1, 2) - middle
        following = np.roll(outline, -1, axis=0)
        for (x1, y1), (x2, y2) in zip(outline.tolist(), following.tolist(), strict=True):
            beyond = (x2 - x1) * (points[:, 1] - y1) - (y2 - y1) * (points[:, 0] - x1)
            assert beyond.min() > -0.01 * math.hypot(x2 - x1, y2 - y1)
        area = abs((outline[:, 0] * following[:, 1] - outline[:, 1] * following[:, 0]).sum()) / 2
        assert area <= math.pi * 40**2 * 1.002
        assert len(outline) <= 64

    def test_of_something_upright_and_flat_is_its_box(self) -> None:
        part = only(binary(box((10, 0, 10))))

        assert len(part["metrics"]["footprint_um"]) >= 2
        assert "NO_VOLUME" in codes(part)


class TestTheNormalisedMesh:
    def test_is_what_was_judged(self) -> None:
        part: dict[str, Any] = only(binary(inverted(cube(20, at=(-30, 4, 9)))))

        assert codes(part) == ["INSIDE_OUT"]
        assert part["mesh"] == binary(inverted(inverted(cube(20))))

    def test_is_the_same_whatever_the_seed(self) -> None:
        assert only(binary(torus()), seed=1) == only(binary(torus()), seed=2)
