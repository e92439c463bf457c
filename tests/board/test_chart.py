"""The drawing of what was measured: inside its box, broken where nothing was heard, and no larger for a longer print."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.board.domain.chart import (
    MOST_MARKS,
    MOST_POINTS,
    MOST_SLOTS,
    SILENT_S,
    TALL,
    WIDE,
    Axis,
    Chart,
    Mark,
    Panel,
    Point,
    Weight,
    chart,
    pieces,
    thinned,
)
from apps.fleet.domain.telemetry import Sample

BEGIN = 1_770_000_000.0
degrees = st.none() | st.floats(-3276, 3276)


@st.composite
def samples(draw: st.DrawFn) -> list[Sample]:
    """Samples half a minute apart or after a silence, of which any number may be unsaid."""
    at, found = BEGIN, []
    for apart in draw(st.lists(st.sampled_from([1, 30, 30, 30, 76, 3600, 400_000]), min_size=1, max_size=60)):
        at += apart
        progress, layer = draw(st.none() | st.floats(-1, 7)), draw(st.none() | st.integers(0, 999))
        found.append(Sample(at, draw(degrees), draw(degrees), draw(degrees), draw(degrees), progress, layer))
    return found


def steady(count: int, apart: float = 30.0, *, start: float = BEGIN) -> list[Sample]:
    """A print that goes well, with some noise."""
    return [Sample(start + n * apart, 214 + n % 3, 215.0, 60 - n % 2, 60.0, n / count, n // 10) for n in range(count)]


def drawn(measured: list[Sample], marks: tuple[Mark, ...] = ()) -> Chart:
    return chart(measured, marks, begin=measured[0].at, end=measured[-1].at)


def parts_of(path: str) -> list[list[Point]]:
    """Return the points of each part of a path."""
    return [[(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", part)] for part in path.split("M")[1:]]


def points_of(panel: Panel) -> list[Point]:
    return [point for path in (panel.line, panel.target) for part in parts_of(path) for point in part]


class TestAnyDrawing:
    @given(samples(), st.lists(st.floats(BEGIN - 9999, BEGIN + 9_999_999), max_size=60))
    def test_stays_inside_its_box(self, measured: list[Sample], moments: list[float]) -> None:
        found = drawn(measured, tuple(Mark(at, "x") for at in moments))

        assert all(0 <= x <= WIDE and 0 <= y <= TALL for panel in found.panels for x, y in points_of(panel))
        places = [place for place, _one in (*found.marks, *found.ticks, *found.bands)] + [badge.x for badge in found.badges]
        assert all(0 <= float(place) <= 100 for place in places)
        assert all(float(left) + float(wide) <= 100.01 for left, wide in found.bands)
        assert all(0 <= float(place) <= 100 for panel in found.panels for place, _number in panel.scale)

    @given(samples())
    def test_joins_nothing_across_a_silence(self, measured: list[Sample]) -> None:
        axis = Axis(BEGIN, measured[-1].at)
        whole = pieces(measured, lambda one: one.nozzle_c)

        order = [(one.at, one.nozzle_c) for one in measured]
        for part in thinned(whole, axis):
            between = [order[order.index(first) : order.index(last) + 1] for first, last in pairwise(part)]
            for some in between:
                assert None not in [number for _at, number in some]
                assert all(later - earlier <= SILENT_S for (earlier, _a), (later, _b) in pairwise(some))

    @given(samples())
    def test_keeps_the_lowest_and_the_highest(self, measured: list[Sample]) -> None:
        whole = pieces(measured, lambda one: one.bed_c)
        said = [one.bed_c for one in measured if one.bed_c is not None]

        kept = [number for part in thinned(whole, Axis(BEGIN, measured[-1].at)) for _at, number in part]

        assert (min(kept, default=None), max(kept, default=None)) == (min(said, default=None), max(said, default=None))

    @given(samples())
    def test_says_in_its_table_what_it_draws(self, measured: list[Sample]) -> None:
        found = drawn(measured)

        assert 1 <= len(found.slots) <= MOST_SLOTS
        assert [slot.last for slot in found.slots if slot.last][-1] == measured[-1]
        assert all(one.end == other.begin for one, other in pairwise(found.slots))
        said = [one.nozzle_c for one in measured if one.nozzle_c is not None]
        assert max((slot.nozzle[1] for slot in found.slots if slot.nozzle), default=None) == max(said, default=None)

    @given(st.lists(st.floats(BEGIN, BEGIN + 7200), max_size=40))
    def test_has_no_badge_on_another_on_a_phone(self, moments: list[float]) -> None:
        found = drawn(steady(240), tuple(Mark(at, "x") for at in moments))

        spots = [(270 * float(badge.x) / 100, badge.half) for badge in found.badges]
        assert all(right - left >= one + other for (left, one), (right, other) in pairwise(spots))
        numbers = [
            int(end) for badge in found.badges for end in {badge.label.split("\N{EN DASH}")[0], badge.label.split("\N{EN DASH}")[-1]}
        ]
        assert {min(numbers, default=1), max(numbers, default=0)} == ({1, len(found.marks)} if moments else {1, 0})


class TestALongPrint:
    @pytest.mark.parametrize("count", [10, 2_000, 20_000])
    def test_has_a_bounded_number_of_points(self, count: int) -> None:
        found = drawn(steady(count))

        assert all(len(parts_of(panel.line)) == 1 for panel in found.panels)
        assert all(len(points_of(panel)) <= 2 * MOST_POINTS for panel in found.panels)

    def test_that_was_mostly_silent_has_too(self) -> None:
        found = drawn(steady(20_000, apart=SILENT_S + 1))

        assert all(0 < len(points_of(panel)) <= 2 * MOST_POINTS for panel in found.panels)
        assert not any(len(part) > 1 for panel in found.panels for part in parts_of(panel.line))

    def test_keeps_an_outlier_between_two_silences_that_are_too_short_to_be_seen(self) -> None:
        measured = [Sample(BEGIN + n * 100, 900.0 if n == 3 else 200.0) for n in range(6)] + steady(2, start=BEGIN + 400_000)

        parts = thinned(pieces(measured, lambda one: one.nozzle_c), Axis(BEGIN, measured[-1].at))

        assert (BEGIN + 300, 900.0) in [point for part in parts for point in part]
        assert all(len(part) == 1 for part in parts[:-1])

    def test_of_which_nothing_changed_is_a_line_of_two_points(self) -> None:
        (nozzle, _bed, _progress) = drawn(steady(5_000)).panels

        assert len(parts_of(nozzle.target)[0]) == 2


class TestASilence:
    def test_breaks_the_line_and_is_a_band(self) -> None:
        found = drawn([*steady(20), *steady(20, start=BEGIN + 1200)])

        assert [len(parts_of(panel.line)) for panel in found.panels] == [2, 2, 2]
        assert len(found.bands) == 1
        assert found.longest == (BEGIN + 570, BEGIN + 1200)
        assert found.silent_s == 630

    def test_before_the_first_and_after_the_last_sample_counts(self) -> None:
        found = chart(steady(10), [], begin=BEGIN - 600, end=BEGIN + 1000)

        assert next(left for left, _wide in found.bands) == "0.00"
        assert len(found.bands) == 2

    def test_of_one_missing_sample_is_none(self) -> None:
        assert drawn([*steady(5), *steady(5, start=BEGIN + 180)]).bands == ()

    def test_of_one_quantity_breaks_only_that(self) -> None:
        measured = steady(9)
        measured[4] = measured[4]._replace(bed_c=None)

        nozzle, bed, _progress = drawn(measured).panels

        assert (len(parts_of(nozzle.line)), len(parts_of(bed.line))) == (1, 2)

    def test_leaves_a_sample_alone_as_a_dot(self) -> None:
        (nozzle, _bed, _progress) = chart([Sample(BEGIN, 20.0)], [], begin=BEGIN, end=BEGIN + 600).panels

        assert nozzle.line.endswith("h0")

    def test_of_a_quantity_throughout_leaves_no_line(self) -> None:
        (_nozzle, bed, progress) = drawn([Sample(BEGIN + n * 30, 200.0) for n in range(5)]).panels

        assert (bed.line, bed.low, progress.last) == ("", None, None)


class TestMarks:
    def test_beyond_what_fits_leave_landmarks_and_warnings(self) -> None:
        pauses = [Mark(BEGIN + n, "paused") for n in range(40)]
        start, lost = Mark(BEGIN + 100, "first layer", Weight.LANDMARK), Mark(BEGIN + 90, "too cold", Weight.WARNING)

        found = drawn(steady(240), (*pauses, start, lost))

        assert len(found.marks) == MOST_MARKS
        assert [one for _place, one in found.marks][-2:] == [lost, start]
        assert found.left_out == 42 - MOST_MARKS

    def test_close_to_a_warning_are_warned_of(self) -> None:
        found = drawn(steady(240), (Mark(BEGIN, "started"), Mark(BEGIN + 1, "too cold", Weight.WARNING), Mark(BEGIN + 3600, "done")))

        assert [(badge.label, badge.warns) for badge in found.badges] == [("1\N{EN DASH}2", True), ("3", False)]

    def test_earlier_than_the_start_stretch_the_drawing(self) -> None:
        assert drawn(steady(10), (Mark(BEGIN - 500, "x"),)).begin == BEGIN - 500


class TestTheScales:
    def test_of_time_have_round_hours_where_the_reader_is(self) -> None:
        found = chart(steady(600), [], begin=BEGIN, end=BEGIN + 18_000, zone_s=5.5 * 3600)

        assert {(at + 5.5 * 3600) % 3600 for _place, at in found.ticks} == {0}
        assert 2 <= len(found.ticks) <= 6

    def test_of_degrees_never_make_a_mountain_of_noise(self) -> None:
        (nozzle, _bed, _progress) = drawn(steady(100)).panels

        assert [number for _place, number in nozzle.scale] == [205, 210, 215, 220, 225]
