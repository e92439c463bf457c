"""Printers at a glance: the same floor as Today's, with what is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.board.domain.known import Loaded
from apps.board.domain.tiles import Tile
from apps.board.domain.tiles import tiles as drawn
from apps.fleet.models import Feed, Printer

from . import floor

_MG = 1000


def tiles(site_id: UUID, *, now: datetime) -> tuple[Tile, ...]:
    """Return a tile for every printer of a site in service, in the order a person should see to them. Four statements."""
    return _tiles(floor.in_service(site_id), site_id, now)


def tile(printer: Printer, *, now: datetime) -> Tile:
    """Return one printer's tile."""
    return _tiles(Printer.objects.filter(pk=printer.pk), printer.site_id, now, printer.pk)[0]


def _tiles(printers: QuerySet[Printer], site_id: UUID, now: datetime, printer_id: UUID | None = None) -> tuple[Tile, ...]:
    runs = floor.unsettled() if printer_id is None else floor.unsettled().filter(printer_id=printer_id)
    machines = floor.machines(printers, for_tiles=True)
    return drawn(machines, floor.attempts(runs, site_id), loaded(machine.id for machine in machines), now)


def loaded(printer_ids: Iterable[str]) -> tuple[Loaded, ...]:
    """Return what is in the feeds of these printers, by position."""
    rows = (
        Feed.objects.filter(printer_id__in=[UUID(one) for one in printer_ids])
        .order_by("printer_id", "position")
        .values_list(
            *("printer_id", "position", "content", "spool__code", "spool__material__family", "spool__color__name", "spool__color__hex_rgb"),
            *("spool__remaining_mg", "spool__full_mg", "spool__remaining_basis"),
        )
    )
    return tuple(
        Loaded(
            str(printer),
            position,
            content,
            code or "",
            family or "",
            color or "",
            hex_rgb or "",
            None if left is None else left / _MG,
            None if left is None or not full else min(1.0, left / full),
            basis or "",
        )
        for printer, position, content, code, family, color, hex_rgb, left, full, basis in rows
    )
