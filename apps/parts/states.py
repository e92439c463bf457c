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
    DRAWING = "drawing", _("Drawing")
    DOCUMENT = "document", _("Document")


class ToleranceClass(models.TextChoices):
    """How exact a part must be: the general tolerances of ISO 2768-1, or looser."""

    NONE = "none", _("No tolerance agreed")
    COARSE = "coarse", _("Coarse (ISO 2768 c)")
    MEDIUM = "medium", _("Medium (ISO 2768 m)")
    FINE = "fine", _("Fine (ISO 2768 f)")
    DRAWING = "drawing", _("As the drawing says")
