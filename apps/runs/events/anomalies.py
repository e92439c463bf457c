"""What happened to anomalies of print attempts, and the pictures that show them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from apps.journal.event import event


@event()
@dataclass(frozen=True, kw_only=True)
class AnomalyDetected:
    """Something about a print that goes on should be looked at."""

    run_id: UUID
    anomaly_id: UUID
    printer_id: UUID
    kind: str
    severity: str
    reason: str


@event()
@dataclass(frozen=True, kw_only=True)
class AnomalyAssigned:
    """It is for one person to see to an anomaly."""

    run_id: UUID
    anomaly_id: UUID
    kind: str
    to: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class AnomalyAcknowledged:
    """Somebody saw an anomaly and sees to it."""

    run_id: UUID
    anomaly_id: UUID
    kind: str


@event()
@dataclass(frozen=True, kw_only=True)
class PlaybookCompleted:
    """Somebody said what was done about an anomaly; nothing is left to do."""

    run_id: UUID
    anomaly_id: UUID
    kind: str
    answers: list[str]


@event()
@dataclass(frozen=True, kw_only=True)
class AnomalyClosed:
    """The attempt ended before anybody said what was done about its anomaly."""

    run_id: UUID
    anomaly_id: UUID
    kind: str


@event()
@dataclass(frozen=True, kw_only=True)
class SnapshotTaken:
    """The printer's camera took a picture of a print."""

    run_id: UUID
    snapshot_id: UUID
    moment: str
    anomaly_id: UUID | None = None
