"""What was measured of an attempt, as a drawing: where its lines, scales, silences and marks are. Unknown stays unknown: no line crosses a silence.

Places are shares of the width in percent, and parts of a box ``WIDE`` by ``TALL`` for the lines, so that the same drawing fits a desk and a phone.
However long an attempt takes, a drawing holds only so many points: of each narrow strip of time the lowest and the highest are kept.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from apps.fleet.domain.telemetry import Sample

SILENT_S = 75.0
"""Longest time between two samples that belong together. One is kept every half minute: beyond this, two are missing."""

WIDE, TALL = 1000, 100
STRIPS = 250
"""Strips of time a line is made of."""

MOST_POINTS = 6 * STRIPS
MOST_MARKS = 24
MOST_SLOTS = 24
"""Rows of the table that says the same in numbers."""

_NARROWEST = 0.4
"""Silences narrower than this percentage break the lines, but nobody could see them as a band."""

_LEAST_DEGREES = 20.0
_DAY_S = 86_400
_SPANS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, _DAY_S)
_DEGREES = (5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000)
_PHONE_PX, _CHARACTER_PX, _FRAME_PX = 270, 4, 7

Point = tuple[float, float]
"""Seconds since 1970, and what was measured."""

Value = Callable[[Sample], float | None]


class Weight(IntEnum):
    """What is kept first where there are too many marks."""

    LANDMARK = 0
    WARNING = 1
    OTHER = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at a moment, in words."""

    at: float
    words: Any
    weight: Weight = Weight.OTHER


@dataclass(frozen=True, slots=True)
class Badge:
    """The number of a mark, or the first and last of several that stand too close to be read one by one.

    Args:
        x: its middle, percent from the left.
        label: ``3`` or ``3-5``, with a real dash.
        half: pixels to each side, whatever the size of the drawing.
        warns: one of them is a warning.
    """

    x: str
    label: str
    half: int
    warns: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """One quantity over time.

    Args:
        code: what it is of.
        line: the path of what was measured.
        target: the path of what it was to be; empty: there is none.
        scale: (percent from the top, number).
        low: the lowest that was measured; None: nothing was.
        high: the highest.
        last: what the last sample said of it.
        aim: what it was to be by the last sample.
    """

    code: str
    line: str
    target: str
    scale: tuple[tuple[str, int], ...]
    low: float | None
    high: float | None
    last: float | None
    aim: float | None


@dataclass(frozen=True, slots=True)
class Slot:
    """What was measured in one piece of time: lowest and highest, and the last sample. None: nothing."""

    begin: float
    end: float
    nozzle: tuple[float, float] | None
    bed: tuple[float, float] | None
    last: Sample | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing.

    Args:
        begin: its left edge, seconds since 1970.
        end: its right edge.
        panels: one below the other.
        bands: (percent from the left, percent wide) of silences.
        silent_s: seconds of which nothing is known, in all.
        longest: the longest silence, from and to; None: there is none.
        ticks: (percent from the left, moment) of the scale of time.
        marks: what happened, in the order of time, each with its percent from the left. Their numbers count from 1.
        badges: where those numbers stand.
        left_out: marks for which there was no room.
        slots: the same in numbers.
    """

    begin: float
    end: float
    panels: tuple[Panel, ...]
    bands: tuple[tuple[str, str], ...]
    silent_s: float
    longest: Point | None
    ticks: tuple[tuple[str, float], ...]
    marks: tuple[tuple[str, Mark], ...]
    badges: tuple[Badge, ...]
    left_out: int
    slots: tuple[Slot, ...]


def chart(samples: Sequence[Sample], marks: Iterable[Mark], *, begin: float, end: float, zone_s: float = 0) -> Chart:
    """Return the drawing of samples in the order of their time.

    Args:
        samples: One at least.
        marks: What happened meanwhile.
        begin: When the attempt started; what was earlier stretches the drawing.
        end: When it ended, or now; what was later stretches it too.
        zone_s: How far the reader's clock is ahead of UTC: whole hours are counted there.
    """
    told = list(marks)
    kept = sorted(sorted(told, key=lambda one: (one.weight, one.at))[:MOST_MARKS], key=lambda one: one.at)
    begin = min([begin, samples[0].at, *(one.at for one in kept)])
    end = max([end, samples[-1].at, begin + _SPANS[0], *(one.at for one in kept)])
    axis = Axis(begin, end)
    silences = list(_silences(samples, begin, end))
    widths = [(first, 100 * (axis.share(last) - axis.share(first))) for first, last in silences]
    return Chart(
        begin=begin,
        end=end,
        panels=(
            _degrees("nozzle", samples, axis, lambda one: one.nozzle_c, lambda one: one.nozzle_target_c),
            _degrees("bed", samples, axis, lambda one: one.bed_c, lambda one: one.bed_target_c),
            _progress(samples, axis),
        ),
        bands=tuple((axis.percent(first), _number(wide)) for first, wide in widths if wide >= _NARROWEST),
        silent_s=sum(last - first for first, last in silences),
        longest=max(silences, key=lambda one: one[1] - one[0], default=None),
        ticks=tuple((axis.percent(at), at) for at in _ticks(begin, end, zone_s)),
        marks=tuple((axis.percent(one.at), one) for one in kept),
        badges=tuple(_badges(kept, axis)),
        left_out=len(told) - len(kept),
        slots=tuple(_slots(samples, begin, end, zone_s)),
    )


@dataclass(frozen=True, slots=True)
class Axis:
    """The time from one moment to a later one."""

    begin: float
    end: float

    def share(self, at: float) -> float:
        """Return how far a moment is from the left, 0 to 1."""
        return min(max((at - self.begin) / (self.end - self.begin), 0.0), 1.0)

    def percent(self, at: float) -> str:
        """Return the same as a drawing says it."""
        return _number(100 * self.share(at))

    def strip(self, at: float) -> int:
        """Return the strip of time a moment is in."""
        return min(int(self.share(at) * STRIPS), STRIPS - 1)


def pieces(samples: Iterable[Sample], value: Value) -> list[list[Point]]:
    """Return what was measured of one quantity, in pieces that neither a silence nor a sample without it interrupts."""
    found: list[list[Point]] = []
    before: float | None = None
    for one in samples:
        said = value(one)
        if said is not None:
            if before is None or one.at - before > SILENT_S:
                found.append([])
            found[-1].append((one.at, said))
        before = None if said is None else one.at
    return found


def thinned(whole: Iterable[Sequence[Point]], axis: Axis) -> list[list[Point]]:
    """Return pieces with the lowest and the highest of each strip of time, ``MOST_POINTS`` at most. What was not joined is not joined.

    A strip in which more than two pieces lie keeps those that go on beyond it, and of the others between them the lowest and the highest.
    """
    strips: dict[int, dict[int, list[Point]]] = {}
    for number, piece in enumerate(whole):
        for point in piece:
            strips.setdefault(axis.strip(point[0]), {}).setdefault(number, []).append(point)
    kept: list[tuple[int, Point]] = []
    for strip in sorted(strips):
        parts = [[(number, point) for point in points] for number, points in strips[strip].items()]
        between = [one for part in parts[1:-1] for one in part]
        for part in (parts[0], between, parts[-1] if len(parts) > 1 else []):
            ends = {choose(part, key=lambda one: one[1][1]) for choose in (min, max)} if part else set()
            kept.extend(sorted(ends, key=lambda one: one[1][0]))
    return [[point for _number, point in piece] for _piece, piece in groupby(kept, key=itemgetter(0))]


def _silences(samples: Sequence[Sample], begin: float, end: float) -> Iterator[Point]:
    moments = [begin, *(one.at for one in samples), end]
    return ((first, last) for first, last in pairwise(moments) if last - first > SILENT_S)


def _degrees(code: str, samples: Sequence[Sample], axis: Axis, value: Value, target: Value) -> Panel:
    line, aim = pieces(samples, value), pieces(samples, target)
    said = [number for piece in [*line, *aim] for _at, number in piece] or [0.0]
    low, high = min(said), max(said)
    missing = max(_LEAST_DEGREES - (high - low), 0) / 2
    low, high = low - missing, high + missing
    step = next((one for one in _DEGREES if (high - low) / one <= 4), _DEGREES[-1])
    scale = range(math.floor(low / step) * step, math.ceil(high / step) * step + 1, step)
    return _panel(code, line, aim, axis, scale, samples[-1], value, target)


def _progress(samples: Sequence[Sample], axis: Axis) -> Panel:
    def percent(one: Sample) -> float | None:
        return None if one.progress is None else 100 * min(max(one.progress, 0.0), 1.0)

    return _panel("progress", pieces(samples, percent), [], axis, range(0, 101, 50), samples[-1], percent, lambda _one: None)


def _panel(
    code: str, line: list[list[Point]], aim: list[list[Point]], axis: Axis, scale: range, last: Sample, value: Value, target: Value
) -> Panel:
    measured = [number for piece in line for _at, number in piece]
    bottom, top = scale[0], scale[-1]
    return Panel(
        code=code,
        line=_path(thinned(line, axis), axis, bottom, top),
        target=_path(thinned(aim, axis), axis, bottom, top),
        scale=tuple((_number(100 * (top - one) / (top - bottom)), one) for one in scale),
        low=min(measured, default=None),
        high=max(measured, default=None),
        last=value(last),
        aim=target(last),
    )


def _path(parts: Iterable[Sequence[Point]], axis: Axis, bottom: float, top: float) -> str:
    """Return pieces as an SVG path in the box. Between three points of the same height the middle one says nothing; one alone is a dot."""
    drawn = []
    for part in parts:
        spots = [(round(WIDE * axis.share(at), 1), round(TALL * (top - number) / (top - bottom), 1)) for at, number in part]
        told = [
            spot
            for place, spot in enumerate(spots)
            if not (0 < place < len(spots) - 1 and spots[place - 1][1] == spot[1] == spots[place + 1][1])
        ]
        drawn.append("M" + "L".join(f"{x:g} {y:g}" for x, y in told) + ("h0" if len(told) == 1 else ""))
    return "".join(drawn)


def _step(span: float, most: int) -> int:
    """Return the least round number of seconds of which ``most`` fill a span."""
    step = next((one for one in _SPANS if span / one <= most), _DAY_S)
    while span / step > most:
        step *= 2
    return step


def _ticks(begin: float, end: float, zone_s: float) -> Iterator[float]:
    """Yield the round moments of a span; fewer where the day is written with them."""
    span = end - begin
    step = _step(span, 5 if span < _DAY_S else 3 if span < 6 * _DAY_S else 2)
    at = math.ceil((begin + zone_s) / step) * step - zone_s
    while at <= end:
        yield at
        at += step


def _badges(marks: Sequence[Mark], axis: Axis) -> Iterator[Badge]:
    """Yield the marks' numbers so that none lies on another even on a phone: those too close together become one, where the first of them is."""
    groups: list[tuple[int, int]] = []
    for number in range(1, len(marks) + 1):
        groups.append((number, number))
        while len(groups) > 1 and _touch(groups[-2], groups[-1], marks, axis):
            (first, _last), (_first, last) = groups[-2:]
            groups[-2:] = [(first, last)]
    for first, last in groups:
        warns = any(one.weight == Weight.WARNING for one in marks[first - 1 : last])
        yield Badge(axis.percent(marks[first - 1].at), _label(first, last), _half(first, last), warns)


def _touch(left: tuple[int, int], right: tuple[int, int], marks: Sequence[Mark], axis: Axis) -> bool:
    apart = (axis.share(marks[right[0] - 1].at) - axis.share(marks[left[0] - 1].at)) * _PHONE_PX
    return apart < _half(*left) + _half(*right) + 2


def _label(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}\N{EN DASH}{last}"


def _half(first: int, last: int) -> int:
    return _FRAME_PX + _CHARACTER_PX * len(_label(first, last))


def _slots(samples: Sequence[Sample], begin: float, end: float, zone_s: float) -> Iterator[Slot]:
    """Yield a span in round pieces of time, the first and the last cut where the span is."""
    step = _step(end - begin, MOST_SLOTS - 2)
    moments = [one.at for one in samples]
    at = math.floor((begin + zone_s) / step) * step - zone_s
    while at < end:
        until = at + step
        some = samples[bisect_left(moments, at) : bisect_left(moments, until) if until < end else None]
        nozzle, bed = _range(some, lambda one: one.nozzle_c), _range(some, lambda one: one.bed_c)
        yield Slot(max(at, begin), min(until, end), nozzle, bed, some[-1] if some else None)
        at = until


def _range(samples: Iterable[Sample], value: Value) -> Point | None:
    said = [number for one in samples if (number := value(one)) is not None]
    return (min(said), max(said)) if said else None


def _number(one: float) -> str:
    return f"{one:.2f}"
