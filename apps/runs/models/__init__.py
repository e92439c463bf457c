"""What happened on printers: attempts, what became of each part, and failures with a common cause."""

from __future__ import annotations

from .incidents import Incident, IncidentRun
from .outcomes import ItemOutcome, OutcomePhoto
from .runs import UNSETTLED, Run

__all__ = ["UNSETTLED", "Incident", "IncidentRun", "ItemOutcome", "OutcomePhoto", "Run"]
