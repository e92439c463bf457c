"""What reading a G-code file brings to light."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from apps.slicing.domain.polygon import Point, hull


class Severity(StrEnum):
    """How bad a finding is, as preflight counts it."""

    WARN = "WARN"
    FAIL = "FAIL"


class GcodeCode(StrEnum):
    """What can be wrong with a G-code file. Each has words in this app's labels."""

    TOO_LARGE = "GCODE_TOO_LARGE"
    NOT_TEXT = "GCODE_NOT_TEXT"
    EMPTY = "GCODE_EMPTY"
    TRUNCATED = "GCODE_TRUNCATED"
    BAD_NUMBER = "GCODE_BAD_NUMBER"
    INCHES = "GCODE_INCHES"
    UNREADABLE_MOVE = "GCODE_UNREADABLE_MOVE"
    PLACEHOLDER = "GCODE_PLACEHOLDER"
    FORBIDDEN_COMMAND = "GCODE_FORBIDDEN_COMMAND"
    TOOL_CHANGE = "GCODE_TOOL_CHANGE"
    NO_EXTRUSION = "GCODE_NO_EXTRUSION"
    NO_TEMPERATURE = "GCODE_NO_TEMPERATURE"
    OFF_BED = "GCODE_OFF_BED"
    BELOW_BED = "GCODE_BELOW_BED"
    TOO_TALL = "GCODE_TOO_TALL"
    TOO_HOT = "GCODE_TOO_HOT"
    BED_TOO_HOT = "GCODE_BED_TOO_HOT"
    TRAVEL_OFF_BED = "GCODE_TRAVEL_OFF_BED"
    PAUSES = "GCODE_PAUSES"
    NO_TIME = "GCODE_NO_TIME"
    STAYS_HOT = "GCODE_STAYS_HOT"
    PRIMING_CROSSES = "GCODE_PRIMING_CROSSES"


WARNINGS = frozenset({GcodeCode.TRAVEL_OFF_BED, GcodeCode.PAUSES, GcodeCode.NO_TIME, GcodeCode.STAYS_HOT, GcodeCode.PRIMING_CROSSES})
"""What a person may accept; the rest stands against printing the file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``line`` is where it is first seen; ``times`` how often."""

    code: GcodeCode
    line: int = 0
    times: int = 1
    measured: str = ""
    limit: str = ""

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return Severity.WARN if self.code in WARNINGS else Severity.FAIL


MOST_ROWS = 2_000
"""Two metres of bed; what is farther shows in the box alone."""


@dataclass(slots=True)
class ObjectExtent:
    """Where material is laid down: a box, and for every millimetre of depth how far it reaches, from which the outline is made."""

    min_x: float = float("inf")
    min_y: float = float("inf")
    min_z: float = float("inf")
    max_x: float = float("-inf")
    max_y: float = float("-inf")
    max_z: float = float("-inf")
    rows: dict[int, list[tuple[float, float]]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Was nothing laid down?"""
        return self.max_x < self.min_x

    def add(self, x: float, y: float, z: float) -> None:
        """Take a point in."""
        if x < self.min_x:
            self.min_x = x
        if x > self.max_x:
            self.max_x = x
        if y < self.min_y:
            self.min_y = y
        if y > self.max_y:
            self.max_y = y
        if z < self.min_z:
            self.min_z = z
        if z > self.max_z:
            self.max_z = z
        row = self.rows.get(int(y))
        if row is None:
            if len(self.rows) < MOST_ROWS:
                self.rows[int(y)] = [(x, y), (x, y)]
        elif x < row[0][0]:
            row[0] = (x, y)
        elif x > row[1][0]:
            row[1] = (x, y)

    def include(self, other: ObjectExtent) -> None:
        """Take another extent in."""
        for row in [*other.rows.values()]:
            for x, y in row:
                self.add(x, y, other.max_z)
        if not other.empty:
            for x, y, z in ((other.min_x, other.min_y, other.min_z), (other.max_x, other.max_y, other.max_z)):
                self.min_x, self.min_y, self.min_z = min(self.min_x, x), min(self.min_y, y), min(self.min_z, z)
                self.max_x, self.max_y, self.max_z = max(self.max_x, x), max(self.max_y, y), max(self.max_z, z)

    def outline(self) -> tuple[Point, ...]:
        """Return the convex outline seen from above, exact to a millimetre, its box exact."""
        return hull(point for row in self.rows.values() for point in row)


@dataclass(slots=True)
class GcodeFacts:
    """What a file would do, as far as it can be read.

    Attributes:
        printed: Where material is laid down from the first layer on; ``started``: before it (priming lines).
        travelled: Where the head goes at all, as far as the file says.
        objects: The same as ``printed`` for every labelled object.
        max_nozzle_c: The hottest the nozzle is ever asked to be; None when the file does not say. The same for bed and chamber.
        seconds: The slicer's own estimate; None when it gives none. ``motion_seconds``: lengths by speeds, always too short.
        filament_mm: Counted from the moves themselves.
        config: The slicer's settings, as the file carries them.
        complete: Whether the end the named slicer always writes is there; None when the slicer is not known.
        findings: What is wrong whatever the machine; ``checks.judge`` adds what a certain machine cannot do.
    """

    lines: int = 0
    size: int = 0
    slicer: str = ""
    layers: int = 0
    seconds: int | None = None
    motion_seconds: float = 0.0
    filament_mm: float = 0.0
    filament_g: float | None = None
    max_nozzle_c: float | None = None
    max_bed_c: float | None = None
    max_chamber_c: float | None = None
    printed: ObjectExtent = field(default_factory=ObjectExtent)
    started: ObjectExtent = field(default_factory=ObjectExtent)
    travelled: ObjectExtent = field(default_factory=ObjectExtent)
    objects: dict[str, ObjectExtent] = field(default_factory=dict)
    config: dict[str, str] = field(default_factory=dict)
    macros: dict[str, int] = field(default_factory=dict)
    tools: set[int] = field(default_factory=set)
    complete: bool | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def bounds_um(self) -> tuple[tuple[int, int, int], tuple[int, int, int]] | None:
        """Return the box of what is printed in micrometres, None when nothing is."""
        box = self.printed
        if box.empty:
            return None
        low, high = (box.min_x, box.min_y, box.min_z), (box.max_x, box.max_y, box.max_z)
        return (round(low[0] * 1000), round(low[1] * 1000), round(low[2] * 1000)), (
            round(high[0] * 1000),
            round(high[1] * 1000),
            round(high[2] * 1000),
        )

    @property
    def material_family(self) -> str:
        """What the slicer was told is loaded, such as ``PLA``; empty when the file does not say. The first of several."""
        return self.config.get("filament_type", "").replace(",", ";").split(";")[0].strip(' "').upper()
