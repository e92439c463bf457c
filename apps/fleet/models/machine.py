"""What is known about one machine beside its state: capability, calibration, what is loaded."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import CapabilityFields, Material, capability_checks
from apps.fleet.states import CalibrationKind, CapabilitySource, FeedContent
from apps.inventory.models import Spool
from apps.journal.constraints import at_least, known
from apps.journal.immutable import AppendOnly
from apps.journal.versioned import Record, Versioned

from .printer import Printer

MEASURED = [CalibrationKind.E_STEPS, CalibrationKind.FLOW_FACTOR, CalibrationKind.PRESSURE_ADVANCE]
"""Calibrations whose result is a number; the others are a date and a verdict."""


class Capability(CapabilityFields, Versioned):
    """Capability of one printer: its class's values, with what differs on this machine named in ``overrides``."""

    printer = models.OneToOneField(Printer, on_delete=models.PROTECT, related_name="capability")
    source = models.CharField(max_length=16, choices=CapabilitySource.choices, default=CapabilitySource.PRINTER_CLASS)
    overrides = models.JSONField(default=dict, blank=True, help_text=_("Column → why this machine differs from its class"))
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text=_("When somebody or something last checked it on the machine"))

    class Meta(Versioned.Meta):
        verbose_name = _("capability")
        verbose_name_plural = _("capabilities")
        constraints = [known("capability", "source", CapabilitySource.values), *capability_checks("capability")]

    def __str__(self) -> str:
        return f"Capability of {self.printer_id}"


class Calibration(Record):
    """Calibration: something measured or checked on a machine, dated, by whom. The latest of a kind counts; none is ever changed."""

    printer = models.ForeignKey(Printer, on_delete=models.PROTECT, related_name="calibrations", db_index=False)
    kind = models.CharField(max_length=20, choices=CalibrationKind.choices)
    measured_at = models.DateTimeField()
    by = models.CharField(max_length=120)
    value = models.FloatField(null=True, blank=True, help_text=_("Steps/mm, flow factor, or pressure advance in seconds"))
    passed = models.BooleanField(default=True, help_text=_("Is the machine good to print with it?"))
    material = models.ForeignKey(Material, on_delete=models.PROTECT, null=True, blank=True, related_name="calibrations")
    nozzle_diameter_um = models.IntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    evidence = models.JSONField(default=dict, blank=True)

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("calibration")
        constraints = [
            known("calibration", "kind", CalibrationKind.values),
            models.CheckConstraint(condition=~Q(by=""), name="calibrations_say_by_whom"),
            models.CheckConstraint(condition=~Q(kind__in=MEASURED) | Q(value__isnull=False), name="measured_calibrations_have_a_value"),
            at_least("calibration", "value", 0),
            at_least("calibration", "nozzle_diameter_um", 1),
        ]
        indexes = [models.Index(fields=["printer", "kind", "measured_at"], name="calibration_latest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.measured_at:%Y-%m-%d}"


class Feed(Versioned):
    """Feed: one place of a printer a spool can be loaded into, and the spool in it. A feed nobody has looked at is *unknown*, never empty."""

    printer = models.ForeignKey(Printer, on_delete=models.PROTECT, related_name="feeds", db_index=False)
    position = models.SmallIntegerField(default=0, help_text=_("0 is the first (often the only) feed"))
    content = models.CharField(max_length=8, choices=FeedContent.choices, default=FeedContent.UNKNOWN)
    spool = models.ForeignKey(Spool, on_delete=models.PROTECT, null=True, blank=True, related_name="loaded_in", db_index=False)
    since = models.DateTimeField()
    by = models.CharField(max_length=120, blank=True, help_text=_("Who loaded or looked"))

    class Meta(Versioned.Meta):
        verbose_name = _("feed")
        constraints = [
            models.UniqueConstraint(fields=["printer", "position"], name="one_feed_per_position"),
            models.UniqueConstraint(fields=["spool"], name="one_feed_per_spool"),
            at_least("feed", "position", 0),
            known("feed", "content", FeedContent.values),
            models.CheckConstraint(
                condition=Q(content=FeedContent.LOADED, spool__isnull=False) | (~Q(content=FeedContent.LOADED) & Q(spool=None)),
                name="loaded_feeds_name_their_spool",
            ),
            models.CheckConstraint(condition=Q(content=FeedContent.UNKNOWN) | ~Q(by=""), name="known_feeds_say_by_whom"),
        ]

    def __str__(self) -> str:
        return f"Feed {self.position + 1}"
