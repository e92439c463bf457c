"""What a machine may say, and what we may think, for tests of the table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from apps.fleet.domain.observation import FileFacts, HistoryJob, Observation
from apps.runs.domain.reconcile import Platform
from tests.factories.context import NOW

OURS = "farmos/01890000-0000-7000-8000-000000000001/0123456789ab.gcode"
OTHER = "somebody/own.gcode"
PID = 4711
SIZE = 60_000
ESTIMATE_S = 1_000.0


def saw(print_state: str = "standby", filename: str = "", **more: Any) -> Observation:
    """Return an observation of a machine that is ready and does what ``print_state`` says, without lying."""
    usual = Observation(
        observed_at=NOW,
        source="poll",
        klippy_state="ready",
        print_state=print_state,
        filename=filename,
        is_active=print_state == "printing",
        is_paused=print_state == "paused",
        klippy_pid=PID,
    )
    if print_state == "complete":
        usual = replace(usual, progress=1.0, print_s=ESTIMATE_S * 0.9, total_s=ESTIMATE_S, file_size=SIZE)
    return replace(usual, **more)


def job(status: str, filename: str = OURS, *, print_s: float = ESTIMATE_S) -> HistoryJob:
    """Return an entry of the history."""
    return HistoryJob("000004", filename, status, NOW, NOW, print_s, print_s, "uuid")


def stored(*, print_start_time: float | None = None, outcome: str = "", print_s: float = ESTIMATE_S) -> FileFacts:
    """Return what the machine knows of our stored file; ``outcome``: how its last print ended, where machines without a history say it."""
    return FileFacts(SIZE, "uuid", ESTIMATE_S, print_start_time, outcome=outcome, print_s=print_s if outcome else 0.0)


def thinks(state: str = "printing", **more: Any) -> Platform:
    """Return what we think of an attempt."""
    usual = {"path": OURS, "size": SIZE, "estimated_s": ESTIMATE_S, "klippy_pid": PID} if state else {}
    return Platform(**{"state": state, **usual, **more})
