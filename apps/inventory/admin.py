"""Looking at stock."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin, UncountedPaginator

from .models import Lot, Spool, Weighing


@admin.register(Lot)
class LotAdmin(ReadOnlyAdmin[Lot]):
    """What came from one production run."""

    list_display = ("code", "material", "color", "supplier", "received_on", "price_per_kg_minor", "currency", "site")
    list_filter = ("site", "material__family")
    list_select_related = ("material", "color", "site")
    search_fields = ("code", "supplier")
    ordering = ("-id",)


@admin.register(Spool)
class SpoolAdmin(ReadOnlyAdmin[Spool]):
    """Filament and how much is left."""

    list_display = ("code", "material", "color", "state", "remaining_mg", "remaining_basis", "remaining_at", "location", "lot", "site")
    list_filter = ("state", "remaining_basis", "material__family", "site")
    list_select_related = ("material", "color", "lot", "site")
    search_fields = ("code", "lot__code", "location")
    ordering = ("-id",)


@admin.register(Weighing)
class WeighingAdmin(ReadOnlyAdmin[Weighing]):
    """What the scale showed."""

    list_display = ("spool", "weighed_at", "gross_mg", "tare_mg", "by", "note")
    list_select_related = ("spool",)
    search_fields = ("spool__code",)
    ordering = ("-id",)
    paginator = UncountedPaginator
