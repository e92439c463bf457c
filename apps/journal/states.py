"""Codes of the journal, each with its label."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """Where one owed effect stands."""

    PENDING = "pending", _("Waiting")
    LEASED = "leased", _("In hand")
    DONE = "done", _("Done")
    DEAD = "dead", _("Gave up")
    ABANDONED = "abandoned", _("Closed by a person")


class Lane(models.TextChoices):
    """A queue of owed work with workers of its own, so that slow work never delays quick work."""

    DISPATCH = "dispatch", _("Printer commands")
    RECONCILE = "reconcile", _("Printer checks")
    SLICE = "slice", _("Slicing")
    DEFAULT = "default", _("Everything else")


class ActionState(models.TextChoices):
    """What became of something a plug-in or a person asked farmos to do."""

    REQUESTED = "requested", _("Asked")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
