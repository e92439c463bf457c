"""Follows the print head through a file: absolute and relative moves, offsets, arcs, filament."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from apps.slicing.domain.polygon import Point

from . import arcs
from .facts import GcodeCode, GcodeFacts, ObjectExtent
from .notes import Notes

COLDEST_EXTRUSION_C = 150.0
"""Below this no common filament flows; firmware refuses to push it."""

FARTHEST_MM = 10_000.0
MOST_LAYERS = 100_000


class Head:
    """Where the print head is and what it has done. A coordinate is None while nobody can know it: after homing, before the first move."""

    __slots__ = (
        *("x", "y", "z", "absolute", "e_absolute", "e", "feed", "plane_xy"),
        *("shift", "offset", "nozzle_c", "pushed", "most_pushed", "heights", "height", "started"),
        *("extent", "trail", "idle", "facts", "notes"),
    )

    def __init__(self, facts: GcodeFacts, notes: Notes) -> None:
        self.x: float | None = None
        self.y: float | None = None
        self.z: float | None = None
        self.absolute = self.e_absolute = True
        self.plane_xy = True
        self.e = 0.0
        self.feed = 1500.0
        self.shift = {"X": 0.0, "Y": 0.0, "Z": 0.0}
        self.offset = {"X": 0.0, "Y": 0.0, "Z": 0.0}
        self.nozzle_c: float | None = None
        self.pushed = self.most_pushed = 0.0
        self.heights: set[int] = set()
        self.height: float | None = None
        self.started = False
        self.extent: ObjectExtent | None = None
        self.trail = False  # was material laid down up to here, into the same extents?
        self.idle = False
        self.facts, self.notes = facts, notes

    def move(self, words: Mapping[str, float]) -> None:
        """G0 and G1."""
        start = (self.x, self.y, self.z)
        self._go(words)
        pushed = self._push(words)
        x, y, z = self.x, self.y, self.z
        if start == (x, y, z):
            return
        self._spend(start)
        if pushed > 0:
            self._lay(((x, y),) if self.trail else ((start[0], start[1]), (x, y)))
        else:
            self.trail = False
            if x is not None and y is not None:
                self.facts.travelled.add(x, y, z if z is not None else 0.0)

    def arc(self, words: Mapping[str, float], *, clockwise: bool) -> None:
        """G2 and G3."""
        start = None if self.x is None or self.y is None else (self.x, self.y)
        self._go(words)
        pushed = self._push(words)
        end = None if self.x is None or self.y is None else (self.x, self.y)
        centre = None if start is None or end is None else self._centre(start, end, words, clockwise)
        if start is None or end is None or centre is None:
            self.notes.add(GcodeCode.UNREADABLE_MOVE, "G2" if clockwise else "G3")
            return
        points = (start, end, *arcs.reach(start, end, centre, clockwise=clockwise))
        self.facts.motion_seconds += arcs.length(start, end, centre, clockwise=clockwise) / self.feed * 60
        if pushed > 0:
            self._lay(points)
            return
        self.trail = False
        for x, y in points:
            self.facts.travelled.add(x, y, self.z if self.z is not None else 0.0)

    def _centre(self, start: Point, end: Point, words: Mapping[str, float], clockwise: bool) -> Point | None:
        if not self.plane_xy:
            return None
        if "R" in words:
            return arcs.centre_by_radius(start, end, words["R"], clockwise=clockwise)
        i, j = words.get("I", 0.0), words.get("J", 0.0)
        return None if i == 0 and j == 0 else (start[0] + i, start[1] + j)

    def _go(self, words: Mapping[str, float]) -> None:
        if "X" in words:
            self.x = self._target("X", self.x, words["X"])
        if "Y" in words:
            self.y = self._target("Y", self.y, words["Y"])
        if "Z" in words:
            self.z = self._target("Z", self.z, words["Z"])
        if words.get("F", 0.0) > 0:
            self.feed = words["F"]

    def _target(self, axis: str, now: float | None, value: float) -> float | None:
        moved = (None if now is None else now + value) if not self.absolute else value + self.shift[axis] + self.offset[axis]
        if moved is not None and abs(moved) > FARTHEST_MM:
            self.notes.add(GcodeCode.BAD_NUMBER, f"{axis}{value:g}")
            return None
        return moved

    def _push(self, words: Mapping[str, float]) -> float:
        """Count filament; return how much this move pushes (negative: pulls back)."""
        value = words.get("E")
        if value is None:
            return 0.0
        if self.absolute and self.e_absolute:
            pushed, self.e = value - self.e, value
        else:
            pushed = value
            self.e += value
        self.pushed += pushed
        if self.pushed > self.most_pushed:
            self.most_pushed = self.pushed
        return pushed

    def _spend(self, start: tuple[float | None, float | None, float | None]) -> None:
        way = 0.0
        for before, after in zip(start, (self.x, self.y, self.z), strict=True):
            if before is not None and after is not None and before != after:
                way += (after - before) ** 2
        if way:
            self.facts.motion_seconds += math.sqrt(way) / self.feed * 60

    def _lay(self, points: Sequence[tuple[float | None, float | None]]) -> None:
        """Material is laid down along ``points``."""
        self.idle = False
        self.trail = True
        if self.nozzle_c is None or self.nozzle_c < COLDEST_EXTRUSION_C:
            self.notes.add(GcodeCode.NO_TEMPERATURE, "" if self.nozzle_c is None else f"{self.nozzle_c:g}", f"{COLDEST_EXTRUSION_C:g}")
        z = self.z
        if z is None:
            z = 0.0
        elif z != self.height:
            self.height = z
            if len(self.heights) < MOST_LAYERS:
                self.heights.add(round(z * 1000))
        extent = self.facts.printed if self.started else self.facts.started
        for x, y in points:
            if x is not None and y is not None:
                extent.add(x, y, z)
                if self.extent is not None:
                    self.extent.add(x, y, z)

    def set_position(self, words: Mapping[str, float]) -> None:
        """G92: the head is said to be there without moving; without words, at zero."""
        wanted = words or {"X": 0.0, "Y": 0.0, "Z": 0.0, "E": 0.0}
        if "E" in wanted:
            self.e = wanted["E"]
        for axis, now in (("X", self.x), ("Y", self.y), ("Z", self.z)):
            if axis in wanted and now is not None:
                self.shift[axis] = now - self.offset[axis] - wanted[axis]

    def home(self, axes: str) -> None:
        """G28: where the axes stand then is the machine's affair."""
        for axis in axes or "XYZ":
            self.shift[axis] = 0.0
            setattr(self, axis.lower(), None)

    def offset_by(self, axis: str, value: float, *, adjust: bool) -> None:
        """SET_GCODE_OFFSET: everything from now on is shifted."""
        self.offset[axis] = self.offset[axis] + value if adjust else value
