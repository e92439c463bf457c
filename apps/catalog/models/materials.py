"""Materials and colors."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Site
from apps.catalog.states import MaterialFamily, Process
from apps.journal.constraints import at_least, between, known, not_after
from apps.journal.versioned import Versioned


class Material(Versioned):
    """Material: something parts are made of. Without a site it is shared by all sites.

    Density is mg/cm³ (PLA 1240), shrinkage parts per million (0.4 % is 4000), temperatures °C; what is not known is NULL, never 0.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="materials", db_index=False)
    process = models.CharField(max_length=8, choices=Process.choices, default=Process.FFF)
    family = models.CharField(max_length=8, choices=MaterialFamily.choices)
    brand = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=120)
    density_mg_cm3 = models.IntegerField()
    filament_diameter_um = models.IntegerField(default=1750)
    nozzle_min_c = models.SmallIntegerField()
    nozzle_max_c = models.SmallIntegerField()
    bed_min_c = models.SmallIntegerField()
    bed_max_c = models.SmallIntegerField()
    chamber_min_c = models.SmallIntegerField(null=True, blank=True, help_text=_("Only where the chamber must be warm"))
    shrink_ppm = models.IntegerField(null=True, blank=True)
    dry_c = models.SmallIntegerField(null=True, blank=True, help_text=_("Drying temperature"))
    dry_minutes = models.SmallIntegerField(null=True, blank=True)
    flags = models.JSONField(default=list, blank=True, help_text=_('What it asks of a printer: ["abrasive"]'))
    is_offered = models.BooleanField(default=True, help_text=_("Can be chosen for new work"))

    class Meta(Versioned.Meta):
        verbose_name = _("material")
        constraints = [
            models.UniqueConstraint(fields=["site", "brand", "name"], name="one_material_per_name"),
            models.UniqueConstraint(fields=["brand", "name"], condition=Q(site=None), name="one_shared_material_per_name"),
            known("material", "process", Process.values),
            known("material", "family", MaterialFamily.values),
            models.CheckConstraint(condition=~Q(name=""), name="materials_have_a_name"),
            between("material", "density_mg_cm3", 100, 25_000),
            between("material", "filament_diameter_um", 500, 5_000),
            between("material", "nozzle_min_c", 1, 600),
            not_after("material", "nozzle_min_c", "nozzle_max_c"),
            at_least("material", "bed_min_c", 0),
            not_after("material", "bed_min_c", "bed_max_c"),
            at_least("material", "chamber_min_c", 0),
            between("material", "shrink_ppm", 0, 200_000),
            models.CheckConstraint(
                condition=Q(dry_c=None, dry_minutes=None)
                | Q(dry_c__isnull=False, dry_minutes__isnull=False, dry_c__gte=20, dry_minutes__gte=1),
                name="drying_has_a_temperature_and_a_time",
            ),
        ]
        indexes = [models.Index(fields=["family", "id"], condition=Q(is_offered=True), name="material_offered_by_family")]

    def __str__(self) -> str:
        return f"{self.brand} {self.name}".strip()


class Color(Versioned):
    """Color: how a part is to look. Without a site it is shared by all sites."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="colors", db_index=False)
    name = models.CharField(max_length=60)
    hex_rgb = models.CharField(max_length=7, help_text=_("#rrggbb, lower case"))
    is_translucent = models.BooleanField(default=False)
    is_offered = models.BooleanField(default=True, help_text=_("Can be chosen for new work"))

    class Meta(Versioned.Meta):
        verbose_name = _("color")
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="one_color_per_name"),
            models.UniqueConstraint(fields=["name"], condition=Q(site=None), name="one_shared_color_per_name"),
            models.CheckConstraint(condition=~Q(name=""), name="colors_have_a_name"),
            models.CheckConstraint(
                condition=Q(Exact(Length("hex_rgb"), 7)) & Q(hex_rgb__startswith="#") & Q(Exact(F("hex_rgb"), Lower("hex_rgb"))),
                name="colors_are_written_as_rgb",
            ),
        ]

    def __str__(self) -> str:
        return self.name
