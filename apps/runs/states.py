"""The codes of print attempts and their labels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """Where a print attempt stands."""

    QUEUED = "queued", _("Queued")
    PENDING_APPROVAL = "pending_approval", _("Needs approval")
    UPLOADING = "uploading", _("Uploading")
    PRINTING = "printing", _("Printing")
    PAUSED = "paused", _("Paused")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Failed")
    ABORTED = "aborted", _("Aborted")


WAITING = (RunState.QUEUED, RunState.PENDING_APPROVAL)
"""Not on a printer yet."""

ON_PRINTER = (RunState.UPLOADING, RunState.PRINTING, RunState.PAUSED)
"""A printer is taken."""

LIVE = (*WAITING, *ON_PRINTER)
"""Not over."""

TERMINAL = (RunState.COMPLETED, RunState.FAILED, RunState.ABORTED)
"""Over, for ever."""

UNHAPPY = (RunState.PAUSED, RunState.FAILED, RunState.ABORTED)
"""States that carry a reason and who or what caused them. Aborted is a choice, failed is not."""


class DispatchStep(models.TextChoices):
    """How far giving a file to a printer and starting it has come. Each is written before what it names is done."""

    REQUESTED = "requested", _("Given to the printer")
    UPLOADING = "uploading", _("Sending the file")
    UPLOADED = "uploaded", _("File is on the printer")
    START_SENT = "start_sent", _("Start was sent")


class Wish(models.TextChoices):
    """What somebody wants a running attempt to do; it stands until the machine was seen doing it."""

    PAUSE = "pause", _("Pause")
    RESUME = "resume", _("Go on")
    ABORT = "abort", _("Stop")


class Ruling(models.TextChoices):
    """What the table of disagreements says to do with an attempt."""

    ADOPT = "adopt", _("It prints: take it as started")
    PAUSE = "pause", _("It stands still")
    RESUME = "resume", _("It goes on")
    COMPLETE = "complete", _("It is done")
    ABORT = "abort", _("It was stopped")
    FAIL = "fail", _("It failed")
    DESYNC = "desync", _("Nobody can tell: a person decides")


class ItemResult(models.TextChoices):
    """What became of one part on a plate in one attempt."""

    SUCCESS = "SUCCESS", _("Good")
    FAILED = "FAILED", _("Failed")
    UNKNOWN = "UNKNOWN", _("Not sure")
    SKIPPED = "SKIPPED", _("Not printed")


class ExclusionState(models.TextChoices):
    """Where leaving one part out of a running print stands."""

    ASKED = "asked", _("Asked for")
    EXCLUDED = "excluded", _("Left out")
    DROPPED = "dropped", _("Not seen left out")


class ExclusionDrop(models.TextChoices):
    """Why nobody tries any more to leave out a part that somebody wanted left out."""

    RUN_ENDED = "run_ended", _("The print ended before the printer was seen doing it")
    UNKNOWN_TO_MACHINE = "unknown", _("The printer knows no such part")
    LAST_ONE = "last_one", _("It was the last one left")


class IncidentState(models.TextChoices):
    """Whether work may start again after a common failure."""

    OPEN = "open", _("Open")
    RELEASED = "released", _("Released")


class IncidentKind(models.TextChoices):
    """What several failures have in common."""

    CIRCUIT = "circuit", _("Electric circuit")
    NETWORK = "network", _("Network")
    SERVER_GAP = "server_gap", _("farmos was not running")


class AnomalyKind(models.TextChoices):
    """What may be wrong with a print that goes on."""

    FIRST_LAYER_RISK = "FIRST_LAYER_RISK", _("First layer in doubt")
    SPAGHETTI_SUSPECTED = "SPAGHETTI_SUSPECTED", _("Looks like spaghetti")
    ADHESION_RISK = "ADHESION_RISK", _("May come loose")
    NO_EXTRUSION = "NO_EXTRUSION", _("No filament comes out")
    FILAMENT_RUNOUT = "FILAMENT_RUNOUT", _("Ran out of filament")
    TEMP_DRIFT = "TEMP_DRIFT", _("Temperature off its target")
    THERMAL_RUNAWAY = "THERMAL_RUNAWAY", _("Gets too hot")
    PROGRESS_STUCK = "PROGRESS_STUCK", _("Does not get further")
    LAYER_SHIFT_SUSPECTED = "LAYER_SHIFT_SUSPECTED", _("Looks like a layer shift")
    UNEXPECTED_PAUSE = "UNEXPECTED_PAUSE", _("Paused, and nobody asked for it")
    DURATION_ANOMALY = "DURATION_ANOMALY", _("Takes far too long")
    CAMERA_LOST = "CAMERA_LOST", _("Camera gives no picture")


class AnomalySeverity(models.TextChoices):
    """How soon a person is needed at it."""

    URGENT = "urgent", _("Now")
    ATTENTION = "attention", _("Soon")
    INFORMATION = "information", _("For information")


class AnomalyState(models.TextChoices):
    """Whether somebody must still see to it."""

    OPEN = "open", _("Open")
    ACKNOWLEDGED = "acknowledged", _("Seen")
    RESOLVED = "resolved", _("Done")


class AnomalyResolution(models.TextChoices):
    """How an anomaly was closed."""

    PLAYBOOK = "playbook", _("Somebody saw to it")
    RUN_ENDED = "run_ended", _("The print ended first")


class PlaybookAnswer(models.TextChoices):
    """What somebody did about an anomaly."""

    CLEANED_PLATE = "CLEANED_PLATE", _("Cleaned the plate")
    SWAPPED_SHEET = "SWAPPED_SHEET", _("Swapped the build sheet")
    RELEVELED = "RELEVELED", _("Leveled the bed again")
    CHANGED_NOZZLE = "CHANGED_NOZZLE", _("Changed the nozzle")
    REMOVED_PARTS = "REMOVED_PARTS", _("Took parts off")
    CLEARED_CLOG = "CLEARED_CLOG", _("Cleared a clog")
    FREED_FILAMENT = "FREED_FILAMENT", _("Freed the filament")
    LOADED_FILAMENT = "LOADED_FILAMENT", _("Loaded filament")
    CHECKED_SENSOR = "CHECKED_SENSOR", _("Checked the filament sensor")
    CHECKED_HEATER = "CHECKED_HEATER", _("Checked heater and sensor")
    CHECKED_WIRING = "CHECKED_WIRING", _("Checked the wiring")
    CHECKED_MACHINE = "CHECKED_MACHINE", _("Looked at the machine")
    CHECKED_FILE = "CHECKED_FILE", _("Looked at the print file")
    CHECKED_BELTS = "CHECKED_BELTS", _("Checked the belts")
    FREED_AXIS = "FREED_AXIS", _("Freed an axis")
    CHECKED_CAMERA = "CHECKED_CAMERA", _("Checked the camera")
    NOTHING_WRONG = "NOTHING_WRONG", _("Nothing was wrong")
    OTHER = "OTHER", _("Something else")


class SnapshotMoment(models.TextChoices):
    """When a printer's camera was asked for a picture."""

    FIRST_LAYER = "first_layer", _("First layer")
    ANOMALY = "anomaly", _("Anomaly")


class IncidentSign(models.TextChoices):
    """By what a printer was seen to be hit."""

    SILENT = "silent", _("It went silent")
    LOST_POWER = "lost_power", _("It had lost power")
    LOST_PRINT = "lost_print", _("Its print was lost with the connection")
