"""Looking at shipments."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin, UncountedPaginator

from .models import Shipment, ShipmentPiece


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin[Shipment]):
    """What left the house, or is about to."""

    list_display = ("created_at", "state", "site", "carrier", "tracking", "packed_by", "shipped_at", "shipped_by")
    list_filter = ("state", "carrier", "site")
    list_select_related = ("site",)
    search_fields = ("tracking", "=id", "=contents__piece__id", "contents__piece__requirement__line__intent__number")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(ShipmentPiece)
class ShipmentPieceAdmin(ReadOnlyAdmin[ShipmentPiece]):
    """Which piece is in which shipment."""

    list_display = ("shipment", "piece", "created_at", "removed_at")
    list_select_related = ("shipment", "piece")
    search_fields = ("=shipment__id", "=piece__id")
    ordering = ("-id",)
    paginator = UncountedPaginator
