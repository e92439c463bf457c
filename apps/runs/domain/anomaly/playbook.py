"""What to do about each kind of anomaly: the reason that is kept by default, one first thing to do, one other, and what may have been done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Step(StrEnum):
    """One thing to do about an anomaly."""

    PAUSE = "pause"
    RESUME = "resume"
    ABORT = "abort"
    REQUEUE = "requeue"
    EXCLUDE = "exclude"
    REFRESH = "refresh"
    LOOK = "look"
    ACKNOWLEDGE = "acknowledge"


@dataclass(frozen=True, slots=True)
class Playbook:
    """What to do about one kind.

    Args:
        reason: why the print stands still or ends because of it, unless somebody knows better.
        primary: the one thing to do first while it prints.
        secondary: the other thing; leaving one part out only where the print goes on with others, else it is to stop.
        checklist: what may have been done about it, the likeliest first.
    """

    reason: str
    primary: Step
    secondary: Step
    checklist: tuple[str, ...]

    def steps(self, *, state: str, wish: str, can_exclude: bool) -> tuple[Step, Step | None]:
        """Return the first thing to do, and the other, for an attempt in this state with this open wish.

        ``can_exclude``: one part can be left out of it and others still be printed.

        What was paused goes on when it was seen to; but nothing that must be stopped goes on by the first button, nor what has nothing to do with it.
        """
        if wish:
            return Step.REFRESH, None
        other = Step.ABORT if self.secondary is Step.EXCLUDE and not can_exclude else self.secondary
        if state == "paused" and self.primary not in (Step.ABORT, Step.LOOK):
            return Step.RESUME, other if other in (Step.REQUEUE, Step.EXCLUDE) else Step.ABORT
        if self.primary is Step.RESUME:
            return Step.REFRESH, other
        return self.primary, other


OTHER, NOTHING_WRONG = "OTHER", "NOTHING_WRONG"


def _book(reason: str, primary: Step, secondary: Step, *checklist: str) -> Playbook:
    return Playbook(reason, primary, secondary, (*checklist, NOTHING_WRONG, OTHER))


_PARTS = ("REMOVED_PARTS", "CLEANED_PLATE", "SWAPPED_SHEET")
_HEAT = ("CHECKED_HEATER", "CHECKED_WIRING")
_LOOKED = ("CHECKED_MACHINE", "CHECKED_FILE")

PLAYBOOKS: Mapping[str, Playbook] = MappingProxyType(
    {
        "FIRST_LAYER_RISK": _book("FIRST_LAYER", Step.PAUSE, Step.REQUEUE, "CLEANED_PLATE", "SWAPPED_SHEET", "RELEVELED", "CHANGED_NOZZLE"),
        "SPAGHETTI_SUSPECTED": _book("SPAGHETTI", Step.PAUSE, Step.EXCLUDE, *_PARTS),
        "ADHESION_RISK": _book("ADHESION", Step.PAUSE, Step.EXCLUDE, *_PARTS),
        "NO_EXTRUSION": _book("CLOG", Step.PAUSE, Step.ABORT, "CLEARED_CLOG", "CHANGED_NOZZLE", "FREED_FILAMENT", "LOADED_FILAMENT"),
        "FILAMENT_RUNOUT": _book("FILAMENT_RUNOUT", Step.PAUSE, Step.ABORT, "LOADED_FILAMENT", "FREED_FILAMENT", "CHECKED_SENSOR"),
        "TEMP_DRIFT": _book("THERMAL", Step.PAUSE, Step.ABORT, *_HEAT),
        "THERMAL_RUNAWAY": _book("THERMAL", Step.ABORT, Step.LOOK, *_HEAT),
        "PROGRESS_STUCK": _book("MACHINE_FAULT", Step.REFRESH, Step.ABORT, *_LOOKED),
        "LAYER_SHIFT_SUSPECTED": _book("LAYER_SHIFT", Step.PAUSE, Step.ABORT, "CHECKED_BELTS", "FREED_AXIS", "REMOVED_PARTS"),
        "UNEXPECTED_PAUSE": _book("OPERATOR_PAUSE", Step.RESUME, Step.ABORT, *_LOOKED),
        "DURATION_ANOMALY": _book("MACHINE_FAULT", Step.REFRESH, Step.ABORT, *_LOOKED),
        "CAMERA_LOST": _book("MOONRAKER_ERROR", Step.LOOK, Step.ACKNOWLEDGE, "CHECKED_CAMERA"),
    }
)
"""Kind → its playbook. Every kind has one."""

BETTER_STOPPED = frozenset(kind for kind, book in PLAYBOOKS.items() if book.primary in (Step.PAUSE, Step.ABORT))
"""Kinds of which the first step says that a print is better stopped than let go on."""

SEVERITIES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("SPAGHETTI_SUSPECTED", "NO_EXTRUSION", "FILAMENT_RUNOUT", "TEMP_DRIFT", "THERMAL_RUNAWAY"), "urgent")
    | dict.fromkeys(("FIRST_LAYER_RISK", "ADHESION_RISK", "PROGRESS_STUCK", "LAYER_SHIFT_SUSPECTED"), "attention")
    | dict.fromkeys(("UNEXPECTED_PAUSE", "DURATION_ANOMALY"), "attention")
    | {"CAMERA_LOST": "information"}
)
"""Kind → how soon a person is needed, unless who raised it knows better."""
