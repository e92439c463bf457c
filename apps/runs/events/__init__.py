"""What happened in print attempts. Evidence stays with the attempt: events name codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

from .anomalies import (
    AnomalyAcknowledged as AnomalyAcknowledged,
)
from .anomalies import (
    AnomalyAssigned as AnomalyAssigned,
)
from .anomalies import (
    AnomalyClosed as AnomalyClosed,
)
from .anomalies import (
    AnomalyDetected as AnomalyDetected,
)
from .anomalies import (
    PlaybookCompleted as PlaybookCompleted,
)
from .anomalies import (
    SnapshotTaken as SnapshotTaken,
)
from .exclusions import (
    ItemExcluded as ItemExcluded,
)
from .exclusions import (
    ItemExclusionDropped as ItemExclusionDropped,
)
from .exclusions import (
    ItemExclusionRequested as ItemExclusionRequested,
)

subject_kind("run", label=_("Print Attempt"))
subject_kind("anomaly", label=_("Anomaly"))
subject_kind("incident", label=_("Incident"))
subject_kind("item", label=_("Part on a plate"))


@event()
@dataclass(frozen=True, kw_only=True)
class RunQueued:
    """An attempt waits for a printer."""

    run_id: UUID
    plate_id: UUID
    attempt: int


@event()
@dataclass(frozen=True, kw_only=True)
class RunDispatchRequested:
    """It was given to a printer; upload and start are owed."""

    run_id: UUID
    printer_id: UUID
    gcode_sha256: str


@event()
@dataclass(frozen=True, kw_only=True)
class RunUploading:
    """The connector began to send the file."""

    run_id: UUID
    printer_id: UUID
    remote_path: str


@event()
@dataclass(frozen=True, kw_only=True)
class RunUploaded:
    """The printer holds the file, byte for byte (read back)."""

    run_id: UUID
    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class RunStartSent:
    """The start is about to be sent. From here on only evidence says whether it happened."""

    run_id: UUID
    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class RunStarted:
    """The machine prints our file."""

    run_id: UUID
    printer_id: UUID
    job_ref: str = ""


@event()
@dataclass(frozen=True, kw_only=True)
class RunRequeued:
    """Nothing was started; it waits for a printer again."""

    run_id: UUID
    printer_id: UUID
    code: str


@event()
@dataclass(frozen=True, kw_only=True)
class RunHeated:
    """Its printer is past heating up: filament moves. Others on its circuit may heat now."""

    run_id: UUID
    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class RunProgressed:
    """Coarse progress: first layer, 25, 50, 75 percent."""

    run_id: UUID
    printer_id: UUID
    mark: str
    percent: int


@event()
@dataclass(frozen=True, kw_only=True)
class RunPauseRequested:
    """Somebody wants it to pause; telling the machine is owed."""

    run_id: UUID
    printer_id: UUID
    reason: str


@event()
@dataclass(frozen=True, kw_only=True)
class RunResumeRequested:
    """Somebody wants it to go on; telling the machine is owed."""

    run_id: UUID
    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class RunAbortRequested:
    """Somebody wants it stopped; telling the machine is owed. It is over when the machine says so."""

    run_id: UUID
    printer_id: UUID
    reason: str


@event()
@dataclass(frozen=True, kw_only=True)
class RunRequeueWished:
    """Somebody wants all parts of an attempt made again when it was seen to stop; that is owed."""

    run_id: UUID
    printer_id: UUID
    reason: str


@event()
@dataclass(frozen=True, kw_only=True)
class RunPaused:
    """It stands still."""

    run_id: UUID
    printer_id: UUID
    reason: str


@event()
@dataclass(frozen=True, kw_only=True)
class RunResumed:
    """It goes on."""

    run_id: UUID
    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class RunCompleted:
    """The machine finished our file, plausibly. Whether the parts are good is not said here."""

    run_id: UUID
    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class RunFailed:
    """It ended without anybody wanting it."""

    run_id: UUID
    printer_id: UUID | None = None
    reason: str


@event()
@dataclass(frozen=True, kw_only=True)
class RunAborted:
    """Somebody chose to stop it, or not to begin."""

    run_id: UUID
    printer_id: UUID | None = None
    reason: str


@event()
@dataclass(frozen=True, kw_only=True)
class RunReconciled:
    """We thought one thing, the machine said another, and the table decided."""

    run_id: UUID
    printer_id: UUID
    from_state: str
    to_state: str
    code: str


@event()
@dataclass(frozen=True, kw_only=True)
class RunDesynced:
    """Machine and record disagree and no proof says who is right: a person decides."""

    run_id: UUID
    printer_id: UUID
    code: str


@event()
@dataclass(frozen=True, kw_only=True)
class ItemOutcomeRecorded:
    """What came of one part is known."""

    run_id: UUID
    outcome_id: UUID
    item_id: UUID
    piece_id: UUID
    outcome: str
    reason: str = ""


@event()
@dataclass(frozen=True, kw_only=True)
class ItemOutcomeCorrected:
    """A person corrected what came of one part."""

    run_id: UUID
    outcome_id: UUID
    item_id: UUID
    piece_id: UUID
    outcome: str
    reason: str = ""


@event()
@dataclass(frozen=True, kw_only=True)
class OutcomePhotosAdded:
    """Somebody added photos that show what came of one part."""

    run_id: UUID
    outcome_id: UUID
    item_id: UUID
    photos: list[UUID]


@event()
@dataclass(frozen=True, kw_only=True)
class ReprintCreated:
    """Failed or skipped parts may be planned onto a new plate."""

    run_id: UUID
    pieces: list[UUID]


@event()
@dataclass(frozen=True, kw_only=True)
class RunJudged:
    """Every part of it has an outcome."""

    run_id: UUID
    plate_id: UUID
    good: int
    failed: int
    unsure: int
    skipped: int


@event()
@dataclass(frozen=True, kw_only=True)
class RunRefreshRequested:
    """Somebody wants to know what the machine says now; asking it is owed."""

    run_id: UUID
    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class EmergencyStopRequested:
    """Somebody wants a machine to stop at once; telling it is owed, for a minute."""

    printer_id: UUID
    asked_at: datetime


@event()
@dataclass(frozen=True, kw_only=True)
class FirmwareRestartRequested:
    """Somebody wants a machine's firmware to start again; telling it is owed."""

    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class RunSettled:
    """A person said who is right: the machine (``adopted``) or the record."""

    run_id: UUID
    printer_id: UUID
    adopted: bool


@event()
@dataclass(frozen=True, kw_only=True)
class IncidentOpened:
    """One cause stopped several printers. Nothing starts on them until it is released."""

    incident_id: UUID
    kind: str
    reason: str
    printers: list[UUID]
    runs: list[UUID]


@event()
@dataclass(frozen=True, kw_only=True)
class IncidentJoined:
    """More printers turned out to be stopped by the same cause."""

    incident_id: UUID
    kind: str
    reason: str
    printers: list[UUID]
    runs: list[UUID]


@event()
@dataclass(frozen=True, kw_only=True)
class IncidentPrintersReleased:
    """Somebody looked at some printers of an incident and lets work start again on them; ``left`` are still held."""

    incident_id: UUID
    printers: list[UUID]
    left: int


@event()
@dataclass(frozen=True, kw_only=True)
class IncidentReleased:
    """Somebody lets work start again on the printers of an incident, once their beds are clear."""

    incident_id: UUID
    printers: list[UUID]
    beds_to_clear: int
