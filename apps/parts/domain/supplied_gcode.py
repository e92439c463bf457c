"""G-code a customer supplies: read back and held against every kind of printer. The shape itself is nobody's to check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from apps.slicing.domain.gcode import Finding as Noticed
from apps.slicing.domain.gcode import GcodeFacts, judge, read_gcode
from apps.slicing.domain.gcode import Severity as Weight
from apps.slicing.domain.job import Machine

from .findings import Finding, Offer, Severity
from .preflight import whole
from .problem import Unusable
from .volumes import PrinterVolume

REVIEWABLE = frozenset({"GCODE_TRUNCATED", "GCODE_TOOL_CHANGE", "GCODE_PLACEHOLDER"})
"""Failures that a person may let through after looking: all others would harm a machine or print nothing."""

USELESS = frozenset({"GCODE_EMPTY", "GCODE_NOT_TEXT", "GCODE_TOO_LARGE"})
"""Failures that leave nothing to be judged: the file is refused."""


def check_gcode(path: Path, volumes: Sequence[PrinterVolume]) -> tuple[tuple[Finding, ...], dict[str, Any]]:
    """Return what there is to say about supplied G-code, and what it says about itself.

    Raises:
        Unusable: with the code of what leaves nothing to be judged.
    """
    facts = read_gcode(path)
    for noticed in facts.findings:
        if noticed.code.value in USELESS:
            raise Unusable(noticed.code.value, measured=noticed.measured, limit=noticed.limit, line=noticed.line)
    verdicts = {volume.key: judge(facts, _machine(volume)) for volume in volumes}
    fits = [key for key, noticed in verdicts.items() if not _failures(noticed)]
    best = min(verdicts.values(), key=_failures, default=facts.findings)
    external = Finding("EXTERNAL_GCODE", Severity.WARN, offers=(Offer.REQUEST_REVIEW,))
    return (external, *[_finding(noticed) for noticed in best]), {**_metrics(facts), "fits": fits}


def _machine(volume: PrinterVolume) -> Machine:
    x, y = volume.x_um / 1000, volume.y_um / 1000
    return Machine(
        bed=((0.0, 0.0), (x, 0.0), (x, y), (0.0, y)),
        max_height_mm=volume.z_um / 1000,
        max_nozzle_c=volume.max_nozzle_c,
        max_bed_c=volume.max_bed_c,
    )


def _failures(noticed: Sequence[Noticed]) -> int:
    return sum(one.severity is Weight.FAIL for one in noticed)


def _finding(noticed: Noticed) -> Finding:
    is_failure = noticed.severity is Weight.FAIL
    return Finding(
        code=noticed.code.value,
        severity=Severity.FAIL if is_failure else Severity.WARN,
        measured={"is": noticed.measured, "times": noticed.times},
        limit={"most": noticed.limit} if noticed.limit else {},
        place={"line": noticed.line} if noticed.line else None,
        offers=(Offer.REQUEST_REVIEW,) if is_failure and noticed.code.value in REVIEWABLE else (),
    )


def _metrics(facts: GcodeFacts) -> dict[str, Any]:
    bounds = facts.bounds_um
    low, high = bounds if bounds is not None else ((0, 0, 0), (0, 0, 0))
    middle = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)
    outline = [] if bounds is None else facts.printed.outline()
    return {
        "seconds": facts.seconds if facts.seconds is not None else whole(facts.motion_seconds),
        "filament_mm": whole(facts.filament_mm),
        "filament_mg": None if facts.filament_g is None else whole(facts.filament_g * 1000),
        "layers": facts.layers,
        "max_nozzle_c": None if facts.max_nozzle_c is None else whole(facts.max_nozzle_c),
        "max_bed_c": None if facts.max_bed_c is None else whole(facts.max_bed_c),
        "bounds_um": [list(low), list(high)],
        "size_x_um": high[0] - low[0],
        "size_y_um": high[1] - low[1],
        "size_z_um": high[2] - low[2],
        "footprint_um": [[round(x * 1000 - middle[0]), round(y * 1000 - middle[1])] for x, y in outline],
        "material_family": facts.material_family[:40],
        "slicer": facts.slicer[:80],
    }
