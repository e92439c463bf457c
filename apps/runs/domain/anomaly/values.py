"""What the detectors of anomalies take and give: what is known of the attempt, from when on something is wrong, what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Evidence = Mapping[str, Any]
"""JSON values: what was measured, the threshold it passed. Temperatures in degrees, times in seconds."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From when on something is wrong. Rather late than wrong: an alarm nobody needs costs the next one its reader.

    Args:
        gap_s: looks further apart than this know nothing of each other: every timer starts anew.
        settle_s: nothing is judged for so long after a print began or went on.
        clear_s: what was told must have been fine for so long before it can be told again.
        nozzle_c: how far a nozzle that had reached its target may be off.
        bed_c: the same of a bed.
        drift_s: for how long it must be so.
        runaway_c: so far above its target a heater does not obey any more.
        runaway_s: for how long it must be so.
        reached_c: as near to its target a heater has reached it.
        off_s: how long a print goes on with its nozzle switched off.
        off_share: how much of the file it must have read since.
        heat_s: how long a heater may be on its way to its target.
        runout_s: how long a filament sensor must miss it.
        emptied_s: one of several filament sensors that lost it so shortly before the machine paused is why.
        pause_s: how long a pause nobody asked for may last: somebody may be at the machine.
        stuck_s: how long a print may do nothing at all.
        still_s: the same while its nozzle is off: it may wait for a part to cool down.
        starved_s: how long nothing may be pushed while the print goes on.
        starved_share: how much of the file must have been read meanwhile.
        filament_mm: so much pushed filament is some.
        begin_s: how long a print that is warm may take until anything is pushed: it may soak its chamber.
        first_share: share of the whole print that the first layer may take.
        first_layers: or as much as so many of its layers.
        first_least_s: and what it may take at least.
        duration_share: how many times its estimate a print may take.
        duration_least_s: and how much longer than that.
        end_share: after this much of the file a print is ending: heaters go off, nothing moves.
    """

    gap_s: float = 45.0
    settle_s: float = 60.0
    clear_s: float = 180.0
    nozzle_c: float = 15.0
    bed_c: float = 12.0
    drift_s: float = 60.0
    runaway_c: float = 30.0
    runaway_s: float = 20.0
    reached_c: float = 4.0
    off_s: float = 20.0
    off_share: float = 0.002
    heat_s: float = 2700.0
    runout_s: float = 3.0
    emptied_s: float = 30.0
    pause_s: float = 20.0
    stuck_s: float = 900.0
    still_s: float = 3600.0
    starved_s: float = 180.0
    starved_share: float = 0.005
    filament_mm: float = 0.5
    begin_s: float = 3600.0
    first_share: float = 0.25
    first_layers: float = 4.0
    first_least_s: float = 1200.0
    duration_share: float = 2.0
    duration_least_s: float = 1800.0
    end_share: float = 0.97


USUAL = Thresholds()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the attempt that an observation is about.

    Args:
        state: the attempt's state on record.
        reason: why it is paused, on record.
        wish: ``pause``, ``resume`` or ``abort`` while somebody's wish is open.
        estimated_s: what the file says it takes; 0: nobody knows.
        has_one_nozzle: only then the one temperature that machines tell is that of the nozzle that prints.
        stops_itself: its plan or its file stops it on purpose.
        thresholds: from when on something is wrong.
    """

    state: str = "printing"
    reason: str = ""
    wish: str = ""
    estimated_s: float = 0.0
    has_one_nozzle: bool = True
    stops_itself: bool = False
    thresholds: Thresholds = USUAL


@dataclass(frozen=True, slots=True)
class Sign:
    """Something is wrong at this moment.

    Args:
        kind: what, a code of ``AnomalyKind``.
        severity: how soon a person is needed, a code of ``AnomalySeverity``.
        evidence: what was seen.
        hold_s: how long it must be seen without a break before it is told.
        since: since when it is so, where what was seen says it; else the first look that saw it.
    """

    kind: str
    severity: str
    evidence: Evidence
    hold_s: float = 0.0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is wrong, and has been for long enough to tell a person."""

    kind: str
    severity: str
    since: datetime
    evidence: Evidence = field(default_factory=dict)
