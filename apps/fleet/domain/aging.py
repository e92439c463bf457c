"""How long a calibration is good for. Sensible defaults: what drifts with every plate sooner than what changes with a part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

GOOD_FOR_DAYS = {"bed_mesh": 30, "probe": 60, "nozzle": 60, "flow_factor": 90, "pressure_advance": 90, "e_steps": 180}
"""Kind of calibration → days after which somebody should look again."""


class Measured(NamedTuple):
    """The newest calibration of a kind: when, and whether the machine was good to print with it."""

    kind: str
    measured_at: datetime
    passed: bool


class Oldest(NamedTuple):
    """The calibration that is to be made next. None: nothing was ever calibrated; ``days`` alone: its newest result was not good."""

    kind: str | None
    days: int | None


def oldest(calibrations: Iterable[Measured], *, now: datetime) -> Oldest:
    """Return which of a machine's calibrations is the oldest, and its age in whole days; one whose newest result was not good comes first.

    What was once calibrated on a machine is what it needs: which kinds those are, the machine decides. A bed without a probe has no probe to check.
    """
    found = min(calibrations, key=lambda one: (one.passed, one.measured_at), default=None)
    if found is None:
        return Oldest(None, None)
    return Oldest(found.kind, max((now - found.measured_at).days, 0) if found.passed else None)


def is_old(kind: str, measured_at: datetime, *, now: datetime) -> bool:
    """Should somebody measure this again?"""
    return now - measured_at > timedelta(days=GOOD_FOR_DAYS[kind])
