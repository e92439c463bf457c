"""Codes of the toy app."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class JarState(models.TextChoices):
    """Where a jar stands."""

    OPEN = "open", _("Open")
    SEALED = "sealed", _("Sealed")
