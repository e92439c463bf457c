"""Looking at materials, colors, printer classes and reasons."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin

from .models import Color, Material, PrinterClass, ReasonCode


@admin.register(Material)
class MaterialAdmin(ReadOnlyAdmin[Material]):
    """What parts are made of."""

    list_display = ("__str__", "family", "site", "density_mg_cm3", "nozzle_min_c", "nozzle_max_c", "bed_max_c", "is_offered")
    list_filter = ("family", "process", "is_offered", "site")
    list_select_related = ("site",)
    search_fields = ("name", "brand")
    ordering = ("family", "brand", "name")


@admin.register(Color)
class ColorAdmin(ReadOnlyAdmin[Color]):
    """How parts can look."""

    list_display = ("name", "hex_rgb", "is_translucent", "site", "is_offered")
    list_filter = ("is_offered", "is_translucent", "site")
    list_select_related = ("site",)
    search_fields = ("name", "hex_rgb")
    ordering = ("name",)


@admin.register(PrinterClass)
class PrinterClassAdmin(ReadOnlyAdmin[PrinterClass]):
    """Kinds of printers, by version."""

    list_display = ("key", "class_version", "state", "name", "volume_x_um", "volume_y_um", "volume_z_um", "enclosure", "released_at")
    list_filter = ("state", "process", "enclosure", "bed_shape")
    search_fields = ("key", "name")
    ordering = ("key", "-class_version")


@admin.register(ReasonCode)
class ReasonCodeAdmin(ReadOnlyAdmin[ReasonCode]):
    """A site's own words for why something stopped."""

    list_display = ("code", "label", "canonical", "site", "position", "is_offered")
    list_filter = ("canonical", "is_offered", "site")
    list_select_related = ("site",)
    search_fields = ("code", "label")
    ordering = ("site", "position")
