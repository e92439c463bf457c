"""Materials, colours and kinds of printers in the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import URLPattern, URLResolver
from rest_framework.request import Request

from apps.journal.http.acting import act
from apps.journal.http.filters import by_code, by_flag, by_text
from apps.journal.http.reading import read
from apps.journal.http.scope import Scoped, require_at
from apps.journal.http.shown import Code, ShownVersioned

from . import commands, models


class Material(ShownVersioned):
    """Material: a filament by brand and name."""

    model = models.Material

    site_id: UUID | None
    process: Code
    family: Code
    brand: str
    name: str
    density_mg_cm3: int
    filament_diameter_um: int
    nozzle_min_c: int
    nozzle_max_c: int
    bed_min_c: int
    bed_max_c: int
    chamber_min_c: int | None
    shrink_ppm: int | None
    dry_c: int | None
    dry_minutes: int | None
    flags: list[str]
    is_offered: bool


class Color(ShownVersioned):
    """Colour."""

    model = models.Color

    site_id: UUID | None
    name: str
    hex_rgb: str
    is_translucent: bool
    is_offered: bool


class PrinterClass(ShownVersioned):
    """Kind of printers, one version: what every machine of it can do."""

    model = models.PrinterClass

    key: str
    class_version: int
    name: str
    notes: str
    state: Code
    process: Code
    bed_shape: Code
    volume_x_um: int
    volume_y_um: int
    volume_z_um: int
    keep_outs: list[Any]
    nozzle_diameters_um: list[int]
    extruder_type: Code
    feeds: int
    enclosure: Code
    max_nozzle_c: int
    max_bed_c: int
    max_chamber_c: int
    material_flags: list[str]
    filament_sensor: Code
    has_camera: bool
    tags: list[str]


class _OnOffer(Scoped):
    """What a shop's people see of a catalogue; customers see what is offered to everybody and at the shops where they buy."""

    def visible(self, request: Request) -> QuerySet[Any]:
        """Return the catalogue's rows for the asker."""
        asker: Any = request.user
        found = super().visible(request)
        if self.open_to_customers and not asker.works_here:
            shops = asker.memberships.values("account__site_id")
            found = self.model._default_manager.filter(Q(site=None) | Q(site__in=shops), is_offered=True)
        return found


class Materials(_OnOffer):
    """Materials."""

    model = models.Material


class Colors(_OnOffer):
    """Colours."""

    model = models.Color


class PrinterClasses(Scoped):
    """Kinds of printers; they belong to no site."""

    model = models.PrinterClass


def where_it_is_for(view: Any, request: Request, row: Any, sent: Any) -> None:
    """Refuse to add to the catalogue of a site that is not the asker's. Without a site it is added for all."""
    if sent.site_id is not None:
        require_at(request, view.permission, sent.site_id)


_OFFERED = by_flag("offered", "is_offered", "Whether it can be chosen for new work.")

routes: list[URLPattern | URLResolver] = [
    *read("materials", Materials, Material, customers=True, filters=(by_code(models.Material, "family"), _OFFERED)),
    *read("colors", Colors, Color, customers=True, filters=(_OFFERED,)),
    *read(
        "printer-classes",
        PrinterClasses,
        PrinterClass,
        single="printer-class",
        filters=(by_code(models.PrinterClass, "state"), by_text("key", "The versions of this kind.")),
    ),
    act("materials/define", commands.define_material, checks=(where_it_is_for,), creates=models.Material, location="api:material"),
    act("materials/<uuid:material_id>/offer", commands.offer_material, Materials),
    act("colors/define", commands.define_color, checks=(where_it_is_for,), creates=models.Color, location="api:color"),
    act("colors/<uuid:color_id>/offer", commands.offer_color, Colors),
    act("printer-classes/draft", commands.draft_printer_class, creates=models.PrinterClass, location="api:printer-class"),
    act("printer-classes/<uuid:printer_class_id>/release", commands.release_printer_class, PrinterClasses),
    act("printer-classes/<uuid:printer_class_id>/retire", commands.retire_printer_class, PrinterClasses),
]
