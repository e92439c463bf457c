"""Neutral plate layouts and what slicers made of them. No order ids in here: the same layout is sliced once, whoever the pieces belong to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.artifacts.models import Artifact
from apps.catalog.models import PrinterClass
from apps.catalog.states import Process
from apps.journal.constraints import at_least, known, sha256_hex
from apps.journal.immutable import AppendOnly
from apps.journal.versioned import Record
from apps.profiles.models import ProfileVersion


class Layout(Record):
    """Plate layout: what stands where, with which settings. Known by its content: the hash over its places, in order.

    Two customers who send the same bytes share it; whose part stands in a place is said by the plate that uses the layout.
    """

    sha256 = models.CharField(max_length=64, help_text=_("Of its places' canonical JSON: slot, mesh hash, placement, settings"))
    process = models.CharField(max_length=8, choices=Process.choices, default=Process.FFF)
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="layouts", help_text=_("The 3MF, or the supplied G-code"))

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("plate layout")
        constraints = [
            models.UniqueConstraint(fields=["sha256"], name="one_layout_per_content"),
            sha256_hex("layout", "sha256"),
            known("layout", "process", Process.values),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class LayoutSlot(Record):
    """One place of a layout: which mesh stands there and how."""

    layout = models.ForeignKey(Layout, on_delete=models.PROTECT, related_name="places", db_index=False)
    slot = models.IntegerField(default=1)
    mesh = models.ForeignKey(
        Artifact,
        on_delete=models.PROTECT,
        related_name="layout_slots",
        help_text=_("Normalised and repaired; for supplied G-code that itself"),
    )
    placement = models.JSONField(default=dict, blank=True, help_text=_("Transform in millimetres; empty: centred, as modelled"))
    settings = models.JSONField(default=dict, blank=True, help_text=_("Differences from the profile"))

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("place of a layout")
        verbose_name_plural = _("places of layouts")
        constraints = [
            models.UniqueConstraint(fields=["layout", "slot"], name="one_mesh_per_layout_slot"),
            at_least("layout_slot", "slot", 1),
        ]

    def __str__(self) -> str:
        return f"slot {self.slot}"


class Output(Record):
    """Output: the G-code of one layout for one printer class, by one slicer and one profile version. ``slice_key`` hashes all that went in.

    Supplied G-code has neither slicer nor profile. Estimates are the slicer's. An output whose file was purged, or that turned out to be bad, is
    retired: attempts keep it, the next slice of the same makes a new one.
    """

    layout = models.ForeignKey(Layout, on_delete=models.PROTECT, related_name="outputs", db_index=False)
    printer_class = models.ForeignKey(PrinterClass, on_delete=models.PROTECT, related_name="outputs")
    profile_version = models.ForeignKey(ProfileVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="outputs")
    slicer_digest = models.CharField(max_length=120, blank=True)
    slice_key = models.CharField(max_length=64)
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="outputs", help_text=_("The G-code"))
    estimated_minutes = models.IntegerField()
    filament_mg = models.IntegerField()
    filament_mm = models.IntegerField()
    layers = models.IntegerField(null=True, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    facts = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("Read back from the G-code: {bounds_um, max_nozzle_c, max_bed_c, objects}; not known: not there"),
    )
    preview = models.ForeignKey(
        Artifact, on_delete=models.PROTECT, null=True, blank=True, related_name="previewed_outputs", help_text=_("Silhouette from above")
    )
    retired_at = models.DateTimeField(null=True, blank=True, help_text=_("Used for no new attempt since"))

    immutable = AppendOnly(may_fill=("retired_at",))

    class Meta(Record.Meta):
        verbose_name = _("output")
        constraints = [
            models.UniqueConstraint(fields=["slice_key"], condition=Q(retired_at=None), name="one_output_per_slice_key"),
            sha256_hex("output", "slice_key"),
            models.CheckConstraint(
                condition=Q(estimated_minutes__gte=0, filament_mg__gte=0, filament_mm__gte=0) & (Q(layers__isnull=True) | Q(layers__gte=1)),
                name="output_estimates_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(profile_version__isnull=True) | ~Q(slicer_digest=""), name="sliced_outputs_name_their_slicer"
            ),
        ]
        indexes = [models.Index(fields=["layout", "printer_class"], name="output_by_layout")]

    def __str__(self) -> str:
        return self.slice_key[:12]
