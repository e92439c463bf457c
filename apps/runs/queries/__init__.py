"""What others ask about print attempts."""

from __future__ import annotations

from apps.planning.queries import Blocker
from apps.runs.labels.rulings import explain_evidence

from .attempts import (
    concerned,
    due_at,
    is_to_make,
    items_on,
    latest_outcomes,
    made_in,
    open_runs_of,
    owed_reprints,
    photos_of,
    plates_to_queue,
    runs_of_canceled,
    runs_to_reprint,
    runs_waiting_for,
    versions_of,
)
from .floor import candidates, suited, waiting_runs
from .waiting import why_not_printing

__all__ = [
    "Blocker",
    "candidates",
    "concerned",
    "due_at",
    "explain_evidence",
    "is_to_make",
    "items_on",
    "latest_outcomes",
    "made_in",
    "open_runs_of",
    "owed_reprints",
    "photos_of",
    "plates_to_queue",
    "runs_of_canceled",
    "runs_to_reprint",
    "runs_waiting_for",
    "suited",
    "versions_of",
    "waiting_runs",
    "why_not_printing",
]
