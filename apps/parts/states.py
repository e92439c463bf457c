"""The codes of parts and their labels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """Unit in which the model's numbers are meant."""

    MICRON = "micron", _("Micrometre")
    MILLIMETER = "millimeter", _("Millimetre")
    CENTIMETER = "centimeter", _("Centimetre")
    METER = "meter", _("Metre")
    INCH = "inch", _("Inch")
    FOOT = "foot", _("Foot")


class FileRole(models.TextChoices):
    """What a file of a revision is."""

    MODEL = "model", _("Model")
    GCODE = "gcode", _("Supplied G-code")
    DRAWING = "drawing", _("Drawing")
    DOCUMENT = "document", _("Document")


class ToleranceClass(models.TextChoices):
    """How exact a part must be: the general tolerances of ISO 2768-1, or looser."""

    NONE = "none", _("No tolerance agreed")
    COARSE = "coarse", _("Coarse (ISO 2768 c)")
    MEDIUM = "medium", _("Medium (ISO 2768 m)")
    FINE = "fine", _("Fine (ISO 2768 f)")
    DRAWING = "drawing", _("As the drawing says")


class UploadKind(models.TextChoices):
    """What a file was sent as."""

    MODEL = "model", _("Model")
    GCODE = "gcode", _("G-code")


class UploadState(models.TextChoices):
    """How far the check of a file has come."""

    RECEIVED = "received", _("Being checked")
    CHECKED = "checked", _("Checked")
    REFUSED = "refused", _("Cannot be used")


class PreflightKind(models.TextChoices):
    """What was looked at."""

    MESH = "mesh", _("The shape")
    GCODE = "gcode", _("The G-code")


class PreflightStatus(models.TextChoices):
    """What a check came to."""

    PASS = "PASS", _("Nothing stands against it")
    WARN = "WARN", _("Can be made, once the customer has chosen")
    FAIL = "FAIL", _("Cannot be made as it is")


class AnswerKind(models.TextChoices):
    """Who answered a finding, and how."""

    ACCEPTED = "accepted", _("Accepted by the customer")
    REVIEWED = "reviewed", _("Let through by staff, with a reason")
    ASKED = "asked", _("The customer asks the shop to look at it")
