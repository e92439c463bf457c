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


class Demand(models.TextChoices):
    """What a setting must be; completed by a value."""

    EMPTY = "empty", _("must be empty")
    ONE_OF = "one_of", _("must be")
    BETWEEN = "between", _("must be between")
    WITHIN = "within", _("must fit into")
    CONTAINS = "contains", _("must contain")
    CORNERS = "corners", _("must be corners such as 0x0,250x0,250x210,0x210")
