"""Print attempts, outcomes and incidents."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from apps.catalog.states import Reason
from apps.planning.models import PlateItem
from apps.runs.models import Anomaly, Exclusion, Incident, IncidentPrinter, IncidentRun, ItemOutcome, OutcomePhoto, Run, RunSnapshot
from apps.runs.states import AnomalyKind, AnomalySeverity, DispatchStep, IncidentKind, IncidentSign, ItemResult, RunState, SnapshotMoment
from tests.factories.accounts import shop
from tests.factories.artifacts import make_artifact
from tests.factories.context import NOW
from tests.factories.filling import filled, stored
from tests.factories.fleet import make_printer
from tests.factories.planning import make_approved_plate, make_output, make_plate_item
from tests.factories.policy import WHO, make_approval

FAILED: dict[str, Any] = {"state": RunState.FAILED, "reason": Reason.SPAGHETTI, "caused_by": "device:printer", "ended_at": NOW}


def make_run(**overrides: Any) -> Run:
    """Return a queued attempt."""
    return stored(Run, filled({"requested_by": WHO, **overrides}, plate=make_approved_plate))


def make_pending_run(**overrides: Any) -> Run:
    """Return an attempt that waits for a person."""
    return make_run(**filled({"state": RunState.PENDING_APPROVAL, **overrides}, approval=make_approval))


def make_uploading_run(**overrides: Any) -> Run:
    """Return an attempt that was given to a printer."""
    values = {"state": RunState.UPLOADING, "printer_snapshot": {}, "dispatched_at": NOW, **overrides}
    values.setdefault("dispatch_step", DispatchStep.REQUESTED if values["state"] == RunState.UPLOADING else "")
    return make_run(**filled(values, printer=make_printer, output=make_output))


def make_printing_run(**overrides: Any) -> Run:
    """Return an attempt that prints."""
    return make_uploading_run(**{"state": RunState.PRINTING, "started_at": NOW, "started_by": WHO, **overrides})


def make_paused_run(**overrides: Any) -> Run:
    """Return an attempt that ran out of filament."""
    paused = {"state": RunState.PAUSED, "reason": Reason.FILAMENT_RUNOUT, "caused_by": "device:printer"}
    return make_printing_run(**{**paused, **overrides})


def make_completed_run(**overrides: Any) -> Run:
    """Return an attempt that went to its end."""
    return make_printing_run(**{"state": RunState.COMPLETED, "progress": 100, "ended_at": NOW, **overrides})


def make_failed_run(**overrides: Any) -> Run:
    """Return an attempt that became spaghetti."""
    return make_printing_run(**{**FAILED, **overrides})


def make_item_outcome(**overrides: Any) -> ItemOutcome:
    """Return that the one part of a completed attempt is good."""
    values = {"outcome": ItemResult.SUCCESS, "recorded_by": WHO, **overrides}
    values = filled(values, run=make_completed_run)
    return stored(ItemOutcome, filled(values, item=lambda: _item_on(values["run"])))


def _item_on(run: Run) -> PlateItem:
    return make_plate_item(plate=run.plate)


def make_outcome_photo(**overrides: Any) -> OutcomePhoto:
    """Return a photo of a part."""
    return stored(OutcomePhoto, filled(overrides, outcome=make_item_outcome, artifact=make_artifact))


def make_incident(**overrides: Any) -> Incident:
    """Return a power cut that is not over."""
    values = {"kind": IncidentKind.CIRCUIT, "cause_ref": uuid4().hex, "reason": Reason.POWER_LOSS, "began_at": NOW, **overrides}
    return stored(Incident, filled(values, site=shop))


def make_incident_printer(**overrides: Any) -> IncidentPrinter:
    """Return a printer the power cut silenced."""
    values = {"sign": IncidentSign.SILENT, "seen_at": NOW, **overrides}
    return stored(IncidentPrinter, filled(values, incident=make_incident, printer=make_printer))


def make_incident_run(**overrides: Any) -> IncidentRun:
    """Return an attempt the power cut stopped."""
    return stored(IncidentRun, filled(overrides, incident=make_incident, run=make_failed_run))


def make_anomaly(**overrides: Any) -> Anomaly:
    """Return an open anomaly of an attempt that prints."""
    values: dict[str, Any] = {
        "kind": AnomalyKind.NO_EXTRUSION,
        "severity": AnomalySeverity.URGENT,
        "reason": Reason.CLOG,
        "since": NOW,
        "raised_by": WHO,
    }
    values = filled({**values, **overrides}, run=make_printing_run)
    return stored(Anomaly, filled(values, printer=lambda: values["run"].printer))


def make_run_snapshot(**overrides: Any) -> RunSnapshot:
    """Return a picture of a first layer."""
    return stored(RunSnapshot, filled({"moment": SnapshotMoment.FIRST_LAYER, **overrides}, run=make_printing_run, artifact=make_artifact))


def make_exclusion(**overrides: Any) -> Exclusion:
    """Return that somebody wants a part left out that came loose."""
    values = {"object_name": "slot-1", "reason": Reason.ADHESION, "asked_by": WHO, "asked_at": NOW, **overrides}
    values = filled(values, run=make_printing_run)
    return stored(Exclusion, filled(values, item=lambda: _item_on(values["run"])))
