"""Addresses of the floor's pages and of their buttons."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.console.views.finishing import acts as finishing_acts
from apps.console.views.finishing import pages as finishing
from apps.console.views.plates import acts as plate_acts
from apps.console.views.plates import pages as plates
from apps.console.views.printers import acts as printers
from apps.console.views.printers import adding, camera, differing, importing, labels, looking, sessions
from apps.console.views.printers.listing import Printers
from apps.console.views.printers.one import OnePrinter
from apps.console.views.runs import acts as runs
from apps.console.views.runs import anomalies, measured, outcome, photos
from apps.console.views.runs.leaving_out import LeavingOut
from apps.console.views.runs.one import OneRun
from apps.console.views.solo import acts as solo_acts
from apps.console.views.solo import pages as solo

PRINTER = "printers/<uuid:printer_id>"
RUN = "runs/<uuid:run_id>"
ANOMALY = "anomalies/<uuid:anomaly_id>"
PLATE = "plates/<uuid:plate_id>"

urlpatterns: list[URLPattern] = [
    path("printers/", Printers.as_view(), name="printers"),
    path("printers/beds-clear/", printers.ClearBeds.as_view(), name="printers-beds-clear"),
    path(f"{PRINTER}/bed-clear/", printers.ClearBed.as_view(), name="printer-bed-clear"),
    path(f"{PRINTER}/bed-not-clear/", printers.BedNotClear.as_view(), name="printer-bed-not-clear"),
    path(f"{PRINTER}/emergency-stop/", printers.EmergencyStop.as_view(), name="printer-emergency-stop"),
    path(f"{PRINTER}/restart-firmware/", printers.RestartFirmware.as_view(), name="printer-restart-firmware"),
    path(f"{PRINTER}/acknowledge/", printers.Acknowledge.as_view(), name="printer-acknowledge"),
    path(f"{PRINTER}/maintenance/", printers.BeginMaintenance.as_view(), name="printer-maintenance"),
    path(f"{PRINTER}/load/", printers.LoadSpool.as_view(), name="printer-load"),
    path(f"{PRINTER}/empty/", printers.EmptyFeed.as_view(), name="printer-empty"),
    path(f"{PRINTER}/nozzle/", printers.FitNozzle.as_view(), name="printer-nozzle"),
    path(f"{PRINTER}/sheet/", printers.FitSheet.as_view(), name="printer-sheet"),
    path(f"{PRINTER}/describe/", printers.DescribePrinter.as_view(), name="printer-describe"),
    path(f"{PRINTER}/class/", printers.MoveToClass.as_view(), name="printer-class"),
    path(f"{PRINTER}/confidence/", printers.RatePrinter.as_view(), name="printer-confidence"),
    path(f"{PRINTER}/capability/", differing.CorrectCapability.as_view(), name="printer-capability"),
    path(f"{PRINTER}/calibration/", printers.RecordCalibration.as_view(), name="printer-calibration"),
    path(f"{PRINTER}/maintenance-interval/", printers.SetMaintenanceInterval.as_view(), name="printer-maintenance-interval"),
    path(f"{PRINTER}/serviced/", printers.RecordMaintenance.as_view(), name="printer-serviced"),
    path(f"{PRINTER}/camera/", camera.Camera.as_view(), name="printer-camera"),
    path(f"{PRINTER}/hold/", printers.HoldPrinter.as_view(), name="printer-hold"),
    path("printers/holds/<uuid:hold_id>/release/", printers.ReleaseHold.as_view(), name="printer-release"),
    path(f"{PRINTER}/access/", printers.CorrectAccess.as_view(), name="printer-access"),
    path(f"{PRINTER}/machine/", printers.AcceptMachine.as_view(), name="printer-machine"),
    path(f"{PRINTER}/swap/", printers.SwapAddresses.as_view(), name="printer-swap"),
    path(f"{PRINTER}/retire/", printers.Retire.as_view(), name="printer-retire"),
    path("printers/add/", adding.AddPrinter.as_view(), name="printer-add"),
    path("printers/add/test/", adding.TestConnection.as_view(), name="printer-test"),
    path("printers/add/one/", adding.RegisterPrinter.as_view(), name="printer-register"),
    path("printers/add/look/", looking.LookAround.as_view(), name="printers-look"),
    path("printers/seen/", sessions.PrintsSeen.as_view(), name="prints-seen"),
    path("printers/seen/<uuid:session_id>/", sessions.PrintSeen.as_view(), name="print-seen"),
    path("printers/seen/<uuid:session_id>/claim/", sessions.ClaimSession.as_view(), name="print-claim"),
    path("printers/labels/", labels.Labels.as_view(), name="printers-labels"),
    path("printers/import/", importing.ImportPrinters.as_view(), name="printers-import"),
    path("printers/import/check/", importing.CheckList.as_view(), name="printers-check"),
    path("printers/import/add/", importing.ImportList.as_view(), name="printers-import-act"),
    path("printers/export.csv", importing.ExportPrinters.as_view(), name="printers-export"),
    path("plates/", plates.Plates.as_view(), name="plates"),
    path("plates/compose/", plates.Compose.as_view(), name="plate-compose"),
    path("plates/compose/stage/", plate_acts.ComposePlate.as_view(), name="plate-compose-act"),
    path(f"{PLATE}/", plates.OnePlate.as_view(), name="plate"),
    path(f"{PLATE}/preview.svg", plates.Preview.as_view(), name="plate-preview"),
    path(f"{PLATE}/approve/", plate_acts.Approve.as_view(), name="plate-approve"),
    path(f"{PLATE}/slice/", plate_acts.Slice.as_view(), name="plate-slice"),
    path(f"{PLATE}/queue/", plate_acts.Queue.as_view(), name="plate-queue"),
    path(f"{PLATE}/void/", plate_acts.Void.as_view(), name="plate-void"),
    path("printers/<str:code>/", OnePrinter.as_view(), name="printer"),
    path(f"{RUN}/start/", runs.Start.as_view(), name="run-start"),
    path(f"{RUN}/pause/", runs.Pause.as_view(), name="run-pause"),
    path(f"{RUN}/resume/", runs.Resume.as_view(), name="run-resume"),
    path(f"{RUN}/abort/", runs.Abort.as_view(), name="run-abort"),
    path(f"{RUN}/leave-out/", LeavingOut.as_view(), name="leave-out"),
    path(f"{RUN}/leave-out/ask/", runs.LeaveOut.as_view(), name="leave-out-ask"),
    path(f"{RUN}/requeue/", runs.AbortAndRequeue.as_view(), name="run-requeue"),
    path(f"{ANOMALY}/acknowledge/", anomalies.Acknowledge.as_view(), name="anomaly-acknowledge"),
    path(f"{ANOMALY}/assign/", anomalies.Assign.as_view(), name="anomaly-assign"),
    path(f"{ANOMALY}/complete/", anomalies.Complete.as_view(), name="anomaly-complete"),
    path(f"{RUN}/refresh/", runs.Refresh.as_view(), name="run-refresh"),
    path(f"{RUN}/adopt/", runs.Adopt.as_view(), name="run-adopt"),
    path(f"{RUN}/keep/", runs.Keep.as_view(), name="run-keep"),
    path(f"{RUN}/", OneRun.as_view(), name="run"),
    path(f"{RUN}/measured.csv", measured.MeasuredList.as_view(), name="run-measured"),
    path(f"{RUN}/outcome/", outcome.Outcome.as_view(), name="outcome"),
    path("outcomes/<uuid:outcome_id>/photos/", photos.AddPhotos.as_view(), name="outcome-photos"),
    path("outcomes/photos/<uuid:photo_id>.jpg", photos.Photo.as_view(), name="outcome-photo"),
    path("runs/snapshots/<uuid:snapshot_id>.jpg", photos.Snapshot.as_view(), name="run-snapshot"),
    path(f"{RUN}/outcome/save/", outcome.SaveOutcome.as_view(), name="outcome-save"),
    path(f"{RUN}/reprint/", outcome.Reprint.as_view(), name="run-reprint"),
    path("first-run/", solo.FirstRun.as_view(), name="first-run"),
    path("solo/", solo.Solo.as_view(), name="solo"),
    path("solo/file/", solo_acts.SendFile.as_view(), name="solo-file"),
    path("solo/print/", solo_acts.PrintIt.as_view(), name="solo-print"),
    path("finishing/", finishing.AfterThePrint.as_view(), name="finishing"),
    path("finishing/rework/", finishing_acts.StartRework.as_view(), name="finishing-rework"),
    path("shipments/<uuid:shipment_id>/slip/", finishing.PackingSlip.as_view(), name="slip"),
    path("outcomes/<uuid:outcome_id>/correct/", outcome.CorrectOutcome.as_view(), name="outcome-correct"),
]
