"""What every bench prints: one figure per line, as JSON with always the same keys, or as a table for people."""

from __future__ import annotations

import json
import resource
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Args:
        bench: Name of the bench.
        metric: What was measured.
        value: The median of ``n`` measurements.
        unit: Its unit.
        goal: What it should reach, in words with a comparison: ``>= 35`` or ``<= 50``; None when there is no goal.
        ok: Whether the goal is reached; None without a goal.
        against: The floor or peer measured in the same run, if any.
        ratio: ``value`` relative to ``against``, if any.
        n: How many measurements the median is of.
        cpu_s: CPU seconds spent, where it was measured.
        rss_mb: Peak resident memory in MB, where it was measured.
    """

    bench: str
    metric: str
    value: float
    unit: str
    goal: str | None = None
    ok: bool | None = None
    against: str | None = None
    ratio: float | None = None
    n: int | None = None
    cpu_s: float | None = None
    rss_mb: float | None = None


def median(values: Sequence[float]) -> float:
    """Return the median, rounded to what a reader can use."""
    return round(statistics.median(values), 3)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` (0 to 1) of ``values`` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def peak_rss_mb() -> float:
    """Return this process's peak resident memory, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def cpu_seconds() -> float:
    """Return the CPU time this process has used, in seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def emit(figure: Figure) -> None:
    """Print a figure: as JSON with ``--json`` on the command line, else as a line of a table."""
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps(asdict(figure)) + "\n")
    else:
        verdict = {True: "reached", False: "MISSED", None: ""}[figure.ok]
        goal = f"goal {figure.goal}" if figure.goal else ""
        against = f"{figure.ratio} of {figure.against}" if figure.against else ""
        sys.stdout.write(f"{figure.bench:10} {figure.metric:52} {figure.value:>12} {figure.unit:10} {goal:14} {verdict:8} {against}\n")
    sys.stdout.flush()
