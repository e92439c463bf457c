"""Holds what a file would do against what a machine can take."""

from __future__ import annotations

from collections.abc import Iterator

from apps.slicing.domain.job import Machine, Polygon
from apps.slicing.domain.polygon import Point, box, contains, overlap

from .facts import Finding, GcodeCode, GcodeFacts, ObjectExtent

PRECISION_MM = 0.05
PRIMING_MM = 10.0
"""Lines to prime the nozzle may start this far beyond the edge: machines have room there."""

DEEPEST_TRAVEL_MM = -1.0
LINE_MM = 0.5
"""Half a line of filled nozzle, and a little room."""


def judge(facts: GcodeFacts, machine: Machine) -> tuple[Finding, ...]:
    """Return the file's own findings and what this machine cannot do."""
    return (*facts.findings, *_reach(facts, machine), *_heat(facts, machine))


def _reach(facts: GcodeFacts, machine: Machine) -> Iterator[Finding]:
    printed = facts.printed
    if not printed.empty:
        if outside := beyond(printed, machine.bed, PRECISION_MM) or beyond(facts.started, machine.bed, PRIMING_MM):
            yield Finding(GcodeCode.OFF_BED, measured=_place(outside), limit=_size(machine.bed))
        elif outside := beyond(facts.travelled, machine.bed, PRECISION_MM):
            yield Finding(GcodeCode.TRAVEL_OFF_BED, measured=_place(outside), limit=_size(machine.bed))
        if printed.max_z > machine.max_height_mm + PRECISION_MM:
            yield Finding(GcodeCode.TOO_TALL, measured=f"{printed.max_z:.2f}", limit=f"{machine.max_height_mm:g}")
        if printed.min_z < 0 or facts.travelled.min_z < DEEPEST_TRAVEL_MM:
            yield Finding(GcodeCode.BELOW_BED, measured=f"{min(printed.min_z, facts.travelled.min_z):.2f}", limit="0")


def _heat(facts: GcodeFacts, machine: Machine) -> Iterator[Finding]:
    if (facts.max_nozzle_c or 0) > machine.max_nozzle_c:
        yield Finding(GcodeCode.TOO_HOT, measured=f"{facts.max_nozzle_c:g}", limit=f"{machine.max_nozzle_c:g}")
    if (facts.max_bed_c or 0) > machine.max_bed_c:
        yield Finding(GcodeCode.BED_TOO_HOT, measured=f"{facts.max_bed_c:g}", limit=f"{machine.max_bed_c:g}")


def beyond(extent: ObjectExtent, bed: Polygon, tolerance: float) -> Point | None:
    """Return a point of ``extent`` that lies off ``bed`` by more than ``tolerance``, None when there is none."""
    if extent.empty:
        return None
    left, front, right, back = box(bed)
    for x, y in ((extent.min_x, extent.min_y), (extent.max_x, extent.max_y)):
        if not (left - tolerance <= x <= right + tolerance and front - tolerance <= y <= back + tolerance):
            return x, y
    return next((point for point in extent.outline() if not contains(bed, point, tolerance=tolerance)), None)


def crossed_by_priming(facts: GcodeFacts) -> Iterator[str]:
    """Yield the objects that stand where the nozzle is filled before the first layer."""
    line = facts.started
    if line.empty:
        return
    left, front, right, back = line.min_x - LINE_MM, line.min_y - LINE_MM, line.max_x + LINE_MM, line.max_y + LINE_MM
    strip = ((left, front), (right, front), (right, back), (left, back))
    for name, extent in facts.objects.items():
        outline = extent.outline()
        if len(outline) >= 3 and overlap(strip, outline):
            yield name


def _place(point: Point) -> str:
    return f"{point[0]:.1f}, {point[1]:.1f}"


def _size(bed: Polygon) -> str:
    left, front, right, back = box(bed)
    return f"{left:g}…{right:g}, {front:g}…{back:g}"
