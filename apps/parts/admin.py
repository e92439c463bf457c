"""Looking at parts."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin

from .models import Part, PartRevision, RevisionFile


@admin.register(Part)
class PartAdmin(ReadOnlyAdmin[Part]):
    """What is made."""

    list_display = ("name", "sku", "account", "site", "archived_at")
    list_filter = ("site", ("archived_at", admin.EmptyFieldListFilter))
    list_select_related = ("account", "site")
    search_fields = ("name", "sku", "=id")
    ordering = ("-id",)


@admin.register(PartRevision)
class PartRevisionAdmin(ReadOnlyAdmin[PartRevision]):
    """Exactly which shape and demands."""

    list_display = ("part", "number", "units", "tolerance_class", "part_class", "created_at", "created_by", "known_good_plan_id")
    list_filter = ("tolerance_class", "units")
    list_select_related = ("part",)
    search_fields = ("part__name", "part__sku", "=id")
    ordering = ("-id",)


@admin.register(RevisionFile)
class RevisionFileAdmin(ReadOnlyAdmin[RevisionFile]):
    """The files of revisions."""

    list_display = ("original_name", "role", "revision", "position", "artifact")
    list_filter = ("role",)
    list_select_related = ("revision", "artifact")
    search_fields = ("original_name", "artifact__sha256")
    ordering = ("-id",)
