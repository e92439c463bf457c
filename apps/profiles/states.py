"""The codes of profiles and their labels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProfileState(models.TextChoices):
    """Where a profile version stands."""

    DRAFT = "draft", _("Draft")
    CANDIDATE = "candidate", _("Candidate")
    IN_PRODUCTION = "in_production", _("In production")
    PREVIOUS = "previous", _("Previous")
    RETIRED = "retired", _("Retired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class SlicerName(models.TextChoices):
    """Slicers a profile can be written for."""

    PRUSASLICER = "prusaslicer", _("PrusaSlicer")
