"""The codes of fulfilment and their labels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShipmentState(models.TextChoices):
    """How far a shipment has come."""

    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("Sent or handed over")
