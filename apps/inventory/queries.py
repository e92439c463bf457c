"""Reads of stock."""

from __future__ import annotations

from uuid import UUID

from apps.journal.event import Subject

from .models import Spool
from .states import SpoolState


def about(spool: Spool) -> list[Subject]:
    """Return the subjects of an event about this spool, and about its lot where that is known."""
    return [Subject("spool", spool.pk), *([Subject("lot", spool.lot_id)] if spool.lot_id else [])]


def colors_in_stock(site_id: UUID) -> set[tuple[UUID, UUID]]:
    """Return which colors of which materials lie on the shelf of a site or are loaded there, as (material, color)."""
    usable = Spool.objects.filter(site_id=site_id, state__in=[SpoolState.SEALED, SpoolState.OPEN], color__isnull=False).order_by()
    return {(material, color) for material, color in usable.values_list("material_id", "color_id").distinct() if color is not None}
