"""The codes of stock and their labels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SpoolState(models.TextChoices):
    """Where a spool is in its life."""

    SEALED = "sealed", _("Sealed")
    OPEN = "open", _("Open")
    EMPTY = "empty", _("Empty")
    DISCARDED = "discarded", _("Discarded")


class Amount(models.TextChoices):
    """How well we know how much is left."""

    MEASURED = "measured", _("Weighed")
    ESTIMATED = "estimated", _("Estimated")
    UNKNOWN = "unknown", _("Not known")
