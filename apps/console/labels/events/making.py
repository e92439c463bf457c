"""Sentences of plans, plates, print attempts, and what happens to parts after the print."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.catalog.states import Reason
from apps.planning.states import ReviewCode
from apps.runs.states import AnomalyKind, ExclusionDrop, IncidentKind, ItemResult, RunState, SnapshotMoment

from .words import say

say("PlanDrafted", _("Build Plan revision {revision} was drafted"), "layers", key=True)
say("PlanRevised", _("Build Plan revision {revision} was drafted"), "layers", key=True)
say("PlanApproved", _("Build Plan revision {revision} is approved and pinned"), "shield-check", key=True, tone="green")
say("PlanSuperseded", _("Build Plan revision {revision} was replaced"), "archive")
say("PlanVoided", _("Build Plan revision {revision} is void: {reason}"), "circle-off", reason=Reason)
say("PlanReviewRequired", _("A person must look at the Build Plan: {code}"), "clipboard-check", key=True, tone="violet", code=ReviewCode)
say("PlanReviewAcknowledged", _("A person looked at the Build Plan: {code}"), "clipboard-check", key=True, decision=True, code=ReviewCode)
say("CompositionRequested", _("Pieces were looked at for plates"), "layout-grid")
say("BuildPlateComposed", _("Plate {plate} was composed: {items} parts"), "layout-grid", key=True)
say("BuildPlateApproved", _("Plate {plate} is approved and pinned"), "shield-check", key=True)
say("BuildPlateSuperseded", _("Another plate takes over from {plate}"), "archive")
say("BuildPlateVoided", _("Plate {plate} is not made: {reason}"), "circle-off", key=True, reason=Reason)
say("SliceRequested", _("Slicing of plate {plate} was asked for"), "scissors")
say("Sliced", _("Plate {plate} is sliced: {estimated_minutes} min of printing"), "file-code", key=True)
say("SliceFailed", _("Slicing plate {plate} failed"), "octagon-alert", key=True, tone="red")
say("RunQueued", _("Print Attempt {attempt} of plate {plate} waits for a printer"), "circle-dashed", key=True)
say("RunDispatchRequested", _("Plate {plate} was given to printer {printer}"), "send")
say("RunUploading", _("The file is being sent to printer {printer}"), "upload")
say("RunUploaded", _("Printer {printer} holds the file, byte for byte"), "file-check")
say("RunStartSent", _("The start is being sent to printer {printer}"), "send")
say("RunStarted", _("Plate {plate} started on printer {printer}"), "play", key=True)
say("RunRequeued", _("Nothing was started on printer {printer}; it waits again"), "rotate-ccw", key=True, tone="amber")
say("RunHeated", _("Printer {printer} is hot and prints"), "play")
say("IncidentOpened", _("One cause stopped several printers: {reason}"), "zap-off", key=True, tone="red", kind=IncidentKind, reason=Reason)
say(
    "IncidentJoined",
    _("More printers were stopped by the same cause: {reason}"),
    "zap-off",
    key=True,
    tone="red",
    kind=IncidentKind,
    reason=Reason,
)
say("IncidentPrintersReleased", _("Some printers of an incident are released; still held: {left}"), "play", key=True, decision=True)
say("IncidentReleased", _("An incident is released: work may start again; beds to clear: {beds_to_clear}"), "play", key=True, decision=True)
say("RunProgressed", _("{percent} % done on printer {printer}"), "loader")
say("RunPauseRequested", _("Somebody wants printer {printer} to pause: {reason}"), "circle-pause", reason=Reason)
say("RunResumeRequested", _("Somebody wants printer {printer} to go on"), "play")
say("RunAbortRequested", _("Somebody wants printer {printer} to stop: {reason}"), "circle-x", reason=Reason)
say("RunRequeueWished", _("Somebody wants its parts made again once printer {printer} stands still: {reason}"), "rotate-ccw", reason=Reason)
say("RunPaused", _("Printer {printer} stands still: {reason}"), "circle-pause", key=True, tone="red", reason=Reason)
say("RunResumed", _("Printer {printer} goes on"), "play", key=True)
say("RunCompleted", _("Printer {printer} finished plate {plate}"), "circle-check", key=True, tone="green")
say("RunFailed", _("The print failed on printer {printer}: {reason}"), "circle-x", key=True, tone="red", reason=Reason)
say("RunAborted", _("The print was stopped: {reason}"), "circle-x", key=True, reason=Reason)
say(
    "RunReconciled",
    _("What printer {printer} says was taken over: from {from_state} to {to_state}"),
    "git-compare-arrows",
    from_state=RunState,
    to_state=RunState,
)
say("RunDesynced", _("Record and printer {printer} disagree, and nothing proves who is right"), "unplug", key=True, tone="red")
say("AnomalyDetected", _("Something looks wrong on printer {printer}: {kind}"), "triangle-alert", key=True, tone="amber", kind=AnomalyKind)
say("AnomalyAssigned", _("An anomaly is for one person to see to: {kind}"), "user", kind=AnomalyKind)
say("AnomalyAcknowledged", _("Somebody sees to an anomaly: {kind}"), "scan-eye", kind=AnomalyKind)
say("PlaybookCompleted", _("Somebody saw to an anomaly: {kind}"), "clipboard-check", key=True, kind=AnomalyKind)
say("AnomalyClosed", _("The print ended before anybody saw to an anomaly: {kind}"), "archive", kind=AnomalyKind)
say("SnapshotTaken", _("The camera of printer {printer} took a picture: {moment}"), "scan-eye", moment=SnapshotMoment)
say("ItemExclusionRequested", _("Somebody wants part {slot} left out on printer {printer}: {reason}"), "minus", reason=Reason)
say("ItemExcluded", _("Printer {printer} leaves out part {slot}"), "minus", key=True, tone="amber", reason=Reason)
say(
    "ItemExclusionDropped",
    _("Part {slot} was not seen left out on printer {printer}: {because}"),
    "circle-x",
    key=True,
    tone="amber",
    because=ExclusionDrop,
)
say("RunRefreshRequested", _("Somebody asked what printer {printer} says now"), "rotate-cw")
say("EmergencyStopRequested", _("Somebody pressed the emergency stop of printer {printer}"), "octagon-alert", key=True, tone="red")
say("FirmwareRestartRequested", _("The firmware of printer {printer} is to start again"), "rotate-cw", key=True)
say("RunSettled", _("A person said who is right about printer {printer}"), "scan-eye", key=True, decision=True)
say("ItemOutcomeRecorded", _("A part of plate {plate} came out: {outcome}"), "check", outcome=ItemResult, reason=Reason)
say("ItemOutcomeCorrected", _("What came of a part was corrected: {outcome}"), "pencil", key=True, outcome=ItemResult, reason=Reason)
say("OutcomePhotosAdded", _("Photos of a part of plate {plate} were added"), "camera")
say("ReprintCreated", _("Failed parts of plate {plate} may be printed again"), "repeat", key=True)
say("RunJudged", _("Every part of plate {plate} has a result: {good} good, {failed} failed"), "clipboard-check", key=True)
say(
    "SessionClaimed",
    _("A print that was not ours was claimed for the order: {pieces} pieces go to QA, not governed"),
    "user-x",
    key=True,
    tone="amber",
)
say("PieceCooled", _("A piece cooled down"), "snowflake")
say("QAPassed", _("A piece passed QA"), "check", key=True, tone="green")
say("QARejected", _("A piece was rejected by QA: {reason}"), "x", key=True, tone="red", reason=Reason)
say("ReworkStarted", _("A piece is being reworked: {reason}"), "wrench", key=True, tone="amber", reason=Reason)
say("ReworkDone", _("The rework of a piece is done"), "wrench")
say("Packed", _("{pieces} pieces are packed"), "package", key=True)
say("Shipped", _("{pieces} pieces left the house"), "truck", key=True, tone="green")
say("Closed", _("Order {order} is closed"), "archive", key=True)
