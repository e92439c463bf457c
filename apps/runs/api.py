"""Print attempts, what came of them, and why something is not printing, in the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.urls import URLPattern, URLResolver, path
from rest_framework.request import Request
from rest_framework.response import Response

from apps.artifacts.photos import keep_photo
from apps.fleet.models import Printer
from apps.journal import clock
from apps.journal.http.acting import Act, act
from apps.journal.http.api_view import Answer, ApiView, plain
from apps.journal.http.filters import by_code, by_flag, by_id
from apps.journal.http.parameters import Parameters
from apps.journal.http.reading import read
from apps.journal.http.scope import Scoped, scope_of
from apps.journal.http.sending import FILE_REFUSALS, SentFile, file_content, sent_file
from apps.journal.http.shown import Code, Shown, ShownVersioned, spelled
from apps.journal.refusals import NotFound
from apps.orders.models import Intent, Piece
from apps.planning.models import BuildPlate, PlateItem

from . import commands, models, queries


class OutcomePhoto(Shown):
    """Photo of a part: a JPEG file, drawn anew when it came in."""

    model = models.OutcomePhoto

    artifact_id: UUID
    position: int


class ItemOutcome(Shown):
    """What came of one part of a plate. A correction is another record that names the one it corrects."""

    model = models.ItemOutcome

    item_id: UUID
    corrects_id: UUID | None
    outcome: Code
    reason: Code | None
    note: str
    recorded_by: str
    photos: list[OutcomePhoto]


class Exclusion(ShownVersioned):
    """Part left out of a print that goes on: asked for, seen to be done, or not done. Nobody asked: it was done at the machine."""

    model = models.Exclusion

    item_id: UUID
    object_name: str
    reason: Code | None
    note: str
    asked_by: str
    asked_at: datetime | None
    state: Code
    settled_at: datetime | None
    dropped_because: Code | None
    evidence: dict[str, Any]


class RunInList(ShownVersioned):
    """Print Attempt, in short."""

    model = models.Run

    plate_id: UUID
    attempt: int
    printer_id: UUID | None
    state: Code
    reason: Code | None
    progress: float
    layer: int | None
    layers_total: int | None
    desynced: bool
    needs_attention: bool
    due_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


class Run(RunInList):
    """Print Attempt: what happened on one printer at one time, with what it was printed from and by whom it was judged."""

    requested_by: str
    output_id: UUID | None
    printer_snapshot: dict[str, Any] | None
    slot_feeds: dict[str, Any]
    choice: dict[str, Any] | None
    decision_id: UUID | None
    approval_id: UUID | None
    risk_level: Code | None
    risk_factors: list[Any]
    reason_note: str
    caused_by: str
    evidence: dict[str, Any]
    remote_path: str
    job_ref: str
    machine_evidence: dict[str, Any] | None
    wish: Code | None
    wish_reason: Code | None
    wish_by: str
    wish_at: datetime | None
    desynced_since: datetime | None
    desync_evidence: dict[str, Any] | None
    attention_since: datetime | None
    dispatched_at: datetime | None
    started_by: str
    intervened_at: datetime | None
    intervened_by: str
    bed_cleared_at: datetime | None
    bed_cleared_by: str
    judged_at: datetime | None
    judged_by: str
    left_out: int
    outcomes: list[ItemOutcome]
    exclusions: list[Exclusion]


class IncidentPrinter(Shown):
    """A printer that an incident took, and the first sign of it."""

    model = models.IncidentPrinter

    printer_id: UUID
    sign: Code
    seen_at: datetime
    released_at: datetime | None


class IncidentRun(Shown):
    """An attempt that an incident stopped."""

    model = models.IncidentRun

    run_id: UUID


class Incident(ShownVersioned):
    """Incident: failures with a common cause. They count for no plan and no printer."""

    model = models.Incident

    site_id: UUID
    kind: Code
    cause_ref: str
    reason: Code
    began_at: datetime
    until: datetime | None
    evidence: dict[str, Any]
    state: Code
    released_at: datetime | None
    released_by: str
    release_note: str
    incident_printers: list[IncidentPrinter]
    incident_runs: list[IncidentRun]


class RunSnapshot(Shown):
    """Picture of a print by its printer's camera: a JPEG file, drawn anew when it came in."""

    model = models.RunSnapshot

    run_id: UUID
    anomaly_id: UUID | None
    moment: Code
    artifact_id: UUID


class Anomaly(ShownVersioned):
    """Anomaly: something about an attempt that a person should look at while it goes on, and what was done about it."""

    model = models.Anomaly

    run_id: UUID
    printer_id: UUID
    kind: Code
    severity: Code
    reason: Code
    evidence: dict[str, Any]
    since: datetime
    raised_by: str
    note: str
    state: Code
    assigned_to: str
    assigned_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str
    resolved_at: datetime | None
    resolved_by: str
    resolution: Code | None
    answers: list[Any]
    answer_note: str
    snapshots: list[RunSnapshot]


class BlockerShown(msgspec.Struct, rename={"kind": "subject_kind", "id": "subject_id"}):
    """One thing in the way: what it is, since when, and the next right action."""

    code: str
    label: str
    next_action: str
    kind: str
    id: str
    since: datetime | None
    params: dict[str, Any]


class WhyNotPrinting(msgspec.Struct):
    """Everything that keeps something from printing, most decisive first; nothing: it is not waiting for anything."""

    items: list[BlockerShown]


class Runs(Scoped):
    """Print attempts at the asker's sites."""

    model = models.Run
    fetches = ("outcomes__photos", "exclusions")


class ItemOutcomes(Scoped):
    """What came of parts there."""

    model = models.ItemOutcome
    fetches = ("photos",)


class Anomalies(Scoped):
    """Anomalies there."""

    model = models.Anomaly
    fetches = ("snapshots",)


class RunSnapshots(Scoped):
    """Pictures of prints there."""

    model = models.RunSnapshot


class Incidents(Scoped):
    """Incidents at the asker's sites."""

    model = models.Incident
    fetches = ("incident_printers", "incident_runs")


_SUBJECTS: dict[str, type[Any]] = {"piece": Piece, "run": models.Run, "intent": Intent}


class Why(ApiView):
    """GET why a ``piece``, ``run`` or ``intent`` is not printing: everything in its way, with the next right action for each."""

    permission = "runs.view_run"
    answers = Answer(WhyNotPrinting)

    def get(self, request: Request, kind: str, record_id: UUID) -> Response:
        """Answer with what is in the way."""
        Parameters(plain(request), known=())
        model = _SUBJECTS.get(kind)
        asker: Any = request.user
        if model is None or not asker.visible(model).filter(pk=record_id).exists():
            raise NotFound(kind if model else "question", id=str(record_id))
        found = queries.why_not_printing(kind, record_id, now=clock.now())
        items = [BlockerShown(one.code, one.words, one.next_action, one.kind, one.id, one.since, one.params) for one in found]
        return Response(spelled(WhyNotPrinting(items)))


class SampleShown(msgspec.Struct):
    """What a printer measured at one moment; null: it did not say."""

    at: datetime
    nozzle_c: float | None
    nozzle_target_c: float | None
    bed_c: float | None
    bed_target_c: float | None
    progress: float | None
    layer: int | None


class Telemetry(msgspec.Struct):
    """What a printer measured while it printed an attempt, every half minute, in the order of time. It may have gaps."""

    samples: list[SampleShown]


class Measured(ApiView):
    """GET what was measured while an attempt printed: temperatures, the share that was done (0 to 1), the layer."""

    permission = "runs.view_run"
    answers = Answer(Telemetry)

    def get(self, request: Request, run_id: UUID) -> Response:
        """Answer with the samples."""
        Parameters(plain(request), known=())
        asker: Any = request.user
        if not asker.visible(models.Run).filter(pk=run_id).exists():
            raise NotFound(str(models.Run._meta.verbose_name), id=str(run_id))
        found = [SampleShown(datetime.fromtimestamp(one.at, tz=UTC), *one[1:7]) for one in queries.telemetry(run_id)]
        return Response(spelled(Telemetry(found)))


class AddPhoto(ItemOutcomes, Act):
    """POST: add a photo that shows what became of a part. It is drawn anew: where and when it was taken is not kept."""

    permission = "runs.add_photos"
    command = staticmethod(commands.add_photos)
    target = "outcome_id"
    refuses = (*FILE_REFUSALS, "photo-unreadable", "photo-too-large", "outcome-photos-many")

    @classmethod
    def body_content(cls) -> dict[str, Any]:
        """Return the two ways to send a photo, for OpenAPI."""
        return file_content({}, ())

    def sent(self, request: Request) -> SentFile:
        """Return the photo that is in the body."""
        return sent_file(plain(request), fields=())

    def arguments(self, sent: SentFile) -> dict[str, Any]:
        """Return the command's argument; the picture goes into the store first."""
        return {"photos": (keep_photo(sent.content),)}


_RUN = "runs/<uuid:run_id>"

routes: list[URLPattern | URLResolver] = [
    *read(
        "runs",
        Runs,
        Run,
        brief=RunInList,
        filters=(
            by_code(models.Run, "state"),
            by_code(models.Run, "reason"),
            by_id("printer"),
            by_id("plate"),
            by_id("site", "plate__site_id"),
            by_flag("open", "ended_at__isnull", "Whether it is not over."),
            by_flag("attention", "needs_attention", "Whether a person must look at it."),
        ),
    ),
    *read("item-outcomes", ItemOutcomes, ItemOutcome, filters=(by_code(models.ItemOutcome, "outcome"), by_id("run"), by_id("item"))),
    *read(
        "anomalies",
        Anomalies,
        Anomaly,
        filters=(
            by_code(models.Anomaly, "state"),
            by_code(models.Anomaly, "kind"),
            by_id("run"),
            by_id("printer"),
            by_flag("open", "resolved_at__isnull", "Whether it is not done."),
        ),
    ),
    *read("run-snapshots", RunSnapshots, RunSnapshot, filters=(by_code(models.RunSnapshot, "moment"), by_id("run"), by_id("anomaly"))),
    *read("incidents", Incidents, Incident, filters=(by_code(models.Incident, "state"),)),
    act("incidents/<uuid:incident_id>/release", commands.release_incident, Incidents),
    act("incidents/<uuid:incident_id>/release-printers", commands.release_printers, Incidents, refers={"printer_ids": Printer}),
    path("why/<str:kind>/<uuid:record_id>", Why.as_view(), name="why"),
    act("plates/<uuid:plate_id>/queue", commands.queue_run, scope_of(BuildPlate)),
    act("printers/<uuid:printer_id>/emergency-stop", commands.emergency_stop, scope_of(Printer)),
    act("printers/<uuid:printer_id>/restart-firmware", commands.restart_firmware, scope_of(Printer)),
    act("printers/<uuid:printer_id>/clear-bed", commands.clear_bed, scope_of(Printer)),
    path(f"{_RUN}/telemetry", Measured.as_view(), name="run-telemetry"),
    act(f"{_RUN}/dispatch", commands.dispatch_run, Runs, refers={"printer_id": Printer}, fixed={"choice": None}, acts_on=("printer_id",)),
    act(f"{_RUN}/pause", commands.pause_run, Runs),
    act(f"{_RUN}/resume", commands.resume_run, Runs),
    act(f"{_RUN}/abort", commands.abort_run, Runs),
    act(f"{_RUN}/abort-and-requeue", commands.abort_and_requeue, Runs),
    act(f"{_RUN}/exclude-item", commands.exclude_item, Runs, refers={"item_id": PlateItem}),
    act(f"{_RUN}/refresh", commands.refresh_run, Runs),
    act(f"{_RUN}/raise-anomaly", commands.raise_anomaly, Runs),
    act("anomalies/<uuid:anomaly_id>/assign", commands.assign_anomaly, Anomalies),
    act("anomalies/<uuid:anomaly_id>/acknowledge", commands.acknowledge_anomaly, Anomalies),
    act("anomalies/<uuid:anomaly_id>/complete", commands.complete_playbook, Anomalies),
    act(f"{_RUN}/record-outcomes", commands.record_outcomes, Runs),
    act(f"{_RUN}/reprint", commands.reprint_items, Runs),
    act(f"{_RUN}/adopt-machine-state", commands.adopt_machine_state, Runs),
    act(f"{_RUN}/keep-platform-state", commands.keep_platform_state, Runs),
    path("item-outcomes/<uuid:outcome_id>/add-photo", AddPhoto.as_view(), name="item-outcome-add-photo"),
    act("item-outcomes/<uuid:outcome_id>/correct", commands.correct_outcome, ItemOutcomes),
]
