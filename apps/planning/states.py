"""The codes of planning and their labels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanState(models.TextChoices):
    """How far one revision of a build plan has come."""

    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    SUPERSEDED = "superseded", _("Superseded")
    VOID = "void", _("Void")


class PlanSource(models.TextChoices):
    """What a plan starts from."""

    GEOMETRY = "geometry", _("A model, sliced here")
    PROJECT = "project", _("A slicer project with its own settings")
    GCODE = "gcode", _("Ready-made G-code")


class ReviewCode(models.TextChoices):
    """Why a person must look at a plan before it can be approved."""

    STRENGTH_AXIS = "STRENGTH_AXIS", _("Strength along an axis was asked for")
    COSMETIC_FACE = "COSMETIC_FACE", _("A face that must look good was asked for")
    NO_SUPPORT_MARKS_FACES = "NO_SUPPORT_MARKS_FACES", _("Faces without support marks were asked for")
    CUSTOM = "CUSTOM", _("The customer wrote a special wish")
    EXTERNAL_GCODE = "EXTERNAL_GCODE", _("Nobody here chose these settings")
    PREFLIGHT_FINDING = "PREFLIGHT_FINDING", _("The model has findings")
    REPAIRED_MODEL = "REPAIRED_MODEL", _("The model was repaired")
    NO_MATCH = "NO_MATCH", _("No released profile or printer class fits")
    SLICE_WARNING = "SLICE_WARNING", _("Slicing gave warnings")
    FAILED_BEFORE = "FAILED_BEFORE", _("It failed for a reason in the model or the settings")
    PROFILE_WITHDRAWN = "PROFILE_WITHDRAWN", _("Its profile version was withdrawn")
    REQUESTED = "REQUESTED", _("Somebody asked for a review")


class PlateState(models.TextChoices):
    """How far a plate has come."""

    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    SUPERSEDED = "superseded", _("Superseded")
    VOID = "void", _("Void")
