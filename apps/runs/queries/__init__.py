"""What others ask about print attempts."""

from __future__ import annotations

from apps.planning.queries import Blocker
from apps.runs.labels.findings import explain_anomaly
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
    snapshot_of,
    versions_of,
)
from .exclusions import exclusions_of, left_out_of, why_no_exclusion
from .floor import BY_HOURS, CIRCUIT_IS_FULL, IN_INCIDENT, candidates, suited, waiting_runs
from .heating import circuit_of, warming
from .hours import hours_bind_people, keeping, keeping_in, wish_of
from .incidents import HELD, WOKEN_FOR, attempts_held, checks_of, is_of_incident, joins, open_incident_of, orders_of_incident, recognised
from .measured import telemetry
from .waiting import why_not_printing

__all__ = [
    "BY_HOURS",
    "CIRCUIT_IS_FULL",
    "HELD",
    "IN_INCIDENT",
    "WOKEN_FOR",
    "Blocker",
    "attempts_held",
    "candidates",
    "checks_of",
    "circuit_of",
    "concerned",
    "due_at",
    "exclusions_of",
    "explain_anomaly",
    "explain_evidence",
    "hours_bind_people",
    "is_of_incident",
    "is_to_make",
    "items_on",
    "joins",
    "keeping",
    "keeping_in",
    "latest_outcomes",
    "left_out_of",
    "made_in",
    "open_incident_of",
    "open_runs_of",
    "orders_of_incident",
    "owed_reprints",
    "photos_of",
    "plates_to_queue",
    "recognised",
    "runs_of_canceled",
    "runs_to_reprint",
    "runs_waiting_for",
    "snapshot_of",
    "suited",
    "telemetry",
    "versions_of",
    "waiting_runs",
    "warming",
    "why_no_exclusion",
    "why_not_printing",
    "wish_of",
]
