"""Codes of files and stages, each with its one label."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoreKind(models.TextChoices):
    """Where an artifact's bytes are."""

    FILES = "files", _("This machine's disk")
    S3 = "s3", _("Object storage")
    INLINE = "inline", _("The database")


class PurgeReason(models.TextChoices):
    """Why an artifact's bytes were destroyed."""

    RETENTION = "RETENTION", _("Kept long enough")
    ERASURE = "ERASURE", _("Erased on request")
    UNCLAIMED = "UNCLAIMED", _("Never used by anything")


class Damage(models.TextChoices):
    """What is wrong with stored bytes."""

    CORRUPT = "CORRUPT", _("Its contents have changed")
    MISSING = "MISSING", _("It is not where it should be")


class StageStatus(models.TextChoices):
    """How far one stage of a governed operation has come."""

    PLANNED = "PLANNED", _("Planned")
    APPROVED = "APPROVED", _("Approved")
    EXECUTED = "EXECUTED", _("Done")
    BLOCKED = "BLOCKED", _("Blocked")
    FAILED = "FAILED", _("Failed")


OPEN_STAGES = (StageStatus.PLANNED, StageStatus.APPROVED)
"""Statuses that may still move."""

UNHAPPY_STAGES = (StageStatus.BLOCKED, StageStatus.FAILED)
"""Statuses that must say why."""


class StageReason(models.TextChoices):
    """Why a stage was blocked or failed."""

    FEASIBILITY_RED = "FEASIBILITY_RED", _("Not feasible")
    POLICY_BLOCKED = "POLICY_BLOCKED", _("Blocked by a policy")
    SLICE_ERROR = "SLICE_ERROR", _("Slicing failed")
    GCODE_ERROR = "GCODE_ERROR", _("The G-code is not usable")
    TOOLPATH_ERROR = "TOOLPATH_ERROR", _("The toolpath could not be computed")


class Stage(models.TextChoices):
    """The stages of a governed operation; a kind is ``{tool}_{stage}[_{sub}]``."""

    SPEC = "spec", _("Specification")
    PLAN = "plan", _("Plan")
    DECISION = "decision", _("Decision")
    EXECUTION = "execution", _("Execution")
    OP_TOOLPATHS = "op_toolpaths", _("Toolpaths of one operation")
    EXPORT = "export", _("Export")
    JOB_LOG = "job_log", _("Job log")
    LEARNING_EVENT = "learning_event", _("Learning proposal")
    LEARNING_DECISION = "learning_decision", _("Learning decision")


def kind_of(tool: str, stage: Stage, sub: str = "") -> str:
    """Return the kind of a stage artifact, ``{tool}_{stage}[_{sub}]``, such as ``saw_batch_execution_retry``."""
    return "_".join(part for part in (tool, stage.value, sub) if part)
