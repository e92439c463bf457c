"""Looking at profiles."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin

from .models import Profile, ProfileVersion


@admin.register(Profile)
class ProfileAdmin(ReadOnlyAdmin[Profile]):
    """How a material is printed at a quality on a class of printers."""

    list_display = ("name", "material_family", "material", "quality_tier", "printer_class_key", "nozzle_diameter_um")
    list_filter = ("material_family", "quality_tier", "process")
    list_select_related = ("material",)
    search_fields = ("name", "printer_class_key")
    ordering = ("printer_class_key", "name")


@admin.register(ProfileVersion)
class ProfileVersionAdmin(ReadOnlyAdmin[ProfileVersion]):
    """Versions of profiles and where they stand."""

    list_display = ("profile", "number", "state", "printer_class", "slicer", "promoted_at", "promoted_by", "promoted_while_failing")
    list_filter = ("state", "promoted_while_failing", "slicer")
    list_select_related = ("profile", "printer_class")
    search_fields = ("profile__name", "content_sha256")
    ordering = ("-id",)
