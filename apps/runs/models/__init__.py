"""What happened on printers: attempts, what became of each part, and failures with a common cause."""

from __future__ import annotations

from .anomalies import OPEN, Anomaly, RunSnapshot
from .exclusions import STANDS, Exclusion
from .incidents import Incident, IncidentPrinter, IncidentRun
from .listening import Listener, Shard, Telemetry
from .outcomes import ItemOutcome, OutcomePhoto
from .runs import UNSETTLED, Run

__all__ = [
    "OPEN",
    "STANDS",
    "UNSETTLED",
    "Anomaly",
    "Exclusion",
    "Incident",
    "IncidentPrinter",
    "IncidentRun",
    "ItemOutcome",
    "Listener",
    "OutcomePhoto",
    "Run",
    "RunSnapshot",
    "Shard",
    "Telemetry",
]
