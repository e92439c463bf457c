"""What a machine can do: the same columns for a printer class and for one printer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.states import BedShape, Enclosure, ExtruderType, FilamentSensor, Process
from apps.journal.constraints import at_least, between, known
from apps.journal.refusals import declare


class CapabilityFields(models.Model):
    """Static capability. Lengths are micrometres, so that 0.4 mm is exactly 400; temperatures are °C."""

    process = models.CharField(max_length=8, choices=Process.choices, default=Process.FFF)
    bed_shape = models.CharField(max_length=12, choices=BedShape.choices, default=BedShape.RECTANGULAR)
    volume_x_um = models.IntegerField(help_text=_("Usable width; the diameter of a round bed"))
    volume_y_um = models.IntegerField(help_text=_("Usable depth; the diameter of a round bed"))
    volume_z_um = models.IntegerField(help_text=_("Usable height"))
    keep_outs = models.JSONField(
        default=list, blank=True, help_text=_('Boxes never printed in: [{"x_um", "y_um", "width_um", "depth_um"}]')
    )
    nozzle_diameters_um = models.JSONField(default=list, help_text=_("Diameters that may be fitted, such as [400, 600]"))
    extruder_type = models.CharField(max_length=8, choices=ExtruderType.choices, default=ExtruderType.UNKNOWN)
    feeds = models.SmallIntegerField(default=1, help_text=_("How many spools can be loaded at once"))
    enclosure = models.CharField(max_length=8, choices=Enclosure.choices, default=Enclosure.OPEN)
    max_nozzle_c = models.SmallIntegerField()
    max_bed_c = models.SmallIntegerField(help_text=_("0 where the bed is not heated"))
    max_chamber_c = models.SmallIntegerField(default=0, help_text=_("0 where the chamber is not heated"))
    material_flags = models.JSONField(
        default=list, blank=True, help_text=_('What it can take beyond plain plastic: ["abrasive", "flexible"]')
    )
    filament_sensor = models.CharField(max_length=8, choices=FilamentSensor.choices, default=FilamentSensor.NONE)
    has_camera = models.BooleanField(default=False)
    tags = models.JSONField(default=list, blank=True, help_text=_("Free words plans may ask for"))

    class Meta:
        abstract = True


CAPABILITY_FIELDS = tuple(field.name for field in CapabilityFields._meta.local_fields)
"""Names of the columns above, in their order."""


def capability_checks(model: str) -> list[models.CheckConstraint]:
    """Return the checks on the capability columns of ``model`` (its snake-case name)."""
    return [
        known(model, "process", Process.values),
        known(model, "bed_shape", BedShape.values),
        known(model, "extruder_type", ExtruderType.values),
        known(model, "enclosure", Enclosure.values),
        known(model, "filament_sensor", FilamentSensor.values),
        models.CheckConstraint(
            condition=Q(volume_x_um__gte=1, volume_y_um__gte=1, volume_z_um__gte=1),
            name=f"{model}_volume_is_positive",
        ),
        models.CheckConstraint(
            condition=~Q(bed_shape=BedShape.ROUND) | Q(volume_x_um=models.F("volume_y_um")),
            name=f"{model}_round_beds_have_one_diameter",
        ),
        at_least(model, "feeds", 1),
        between(model, "max_nozzle_c", 1, 600),
        between(model, "max_bed_c", 0, 300),
        between(model, "max_chamber_c", 0, 250),
        models.CheckConstraint(
            condition=Q(enclosure=Enclosure.HEATED, max_chamber_c__gte=1) | (~Q(enclosure=Enclosure.HEATED) & Q(max_chamber_c=0)),
            name=f"{model}_heated_chambers_have_a_limit",
        ),
    ]


def declare_capability_words(prefix: str, model: str) -> None:
    """Declare what a person reads when a check of ``capability_checks(model)`` fails; the codes begin with ``prefix``."""
    for constraint, code, title, detail, fix in _WORDS:
        declare(f"{prefix}-{code}", status=422, title=title, detail=detail, fix=fix, constraint=f"{model}_{constraint}")


_WORDS = [
    (
        "volume_is_positive",
        "volume-invalid",
        _("The build volume is empty"),
        _("Width, depth and height of the build volume are each more than nothing, in micrometres."),
        _("Check the unit: 250 mm is 250000."),
    ),
    (
        "round_beds_have_one_diameter",
        "round-bed-uneven",
        _("A round bed has one diameter"),
        _("Width and depth of a round bed are its diameter, so they are equal."),
        _("Give the same number for both."),
    ),
    (
        "feeds_at_least_1",
        "feeds-invalid",
        _("There is at least one feed"),
        _("A filament printer takes filament from at least one spool."),
        _("Use 1 where a single spool can be loaded."),
    ),
    (
        "max_nozzle_c_in_range",
        "nozzle-temperature-invalid",
        _("That nozzle temperature cannot be right"),
        _("The highest nozzle temperature is between 1 and 600 °C."),
        _("Use what the machine's maker allows, in °C."),
    ),
    (
        "max_bed_c_in_range",
        "bed-temperature-invalid",
        _("That bed temperature cannot be right"),
        _("The highest bed temperature is between 0 and 300 °C."),
        _("Use 0 where the bed is not heated."),
    ),
    (
        "max_chamber_c_in_range",
        "chamber-temperature-invalid",
        _("That chamber temperature cannot be right"),
        _("The highest chamber temperature is between 0 and 250 °C."),
        _("Use 0 where the chamber is not heated."),
    ),
    (
        "heated_chambers_have_a_limit",
        "chamber-contradiction",
        _("Is the chamber heated?"),
        _("A heated chamber has a highest temperature; any other has none."),
        _("Give the temperature, or choose another enclosure."),
    ),
]
