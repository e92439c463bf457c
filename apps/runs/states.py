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


class IncidentState(models.TextChoices):
    """Whether work may start again after a common failure."""

    OPEN = "open", _("Open")
    RELEASED = "released", _("Released")


class IncidentKind(models.TextChoices):
    """What several failures have in common."""

    CIRCUIT = "circuit", _("Electric circuit")
    NETWORK = "network", _("Network")
    SERVER_GAP = "server_gap", _("farmos was not running")
