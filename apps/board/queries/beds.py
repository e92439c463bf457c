"""What stands where on a plate, and for whom: the bed as it is drawn, a letter for each order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any
from uuid import UUID

from apps.catalog.models import PrinterClass
from apps.planning.models import BuildPlate, LayoutSlot, PlateItem

from .outlines import Outline, outlines


@dataclass(frozen=True, slots=True)
class Place:
    """One part on the bed.

    Args:
        slot: Its number.
        item: The part, with its piece, order and plan.
        letter: Of its order.
        name: What it is.
        order: The order's number.
        corners: Where it stands, µm from the bed's corner; empty: not known (supplied G-code).
        outline: The part by itself, for its picture.
    """

    slot: int
    item: PlateItem
    letter: str
    name: str
    order: str
    corners: Outline = ()
    outline: Outline = ()


@dataclass(frozen=True, slots=True)
class Bed:
    """A kind of printers' bed and what stands on it."""

    width_um: int
    depth_um: int
    is_round: bool
    keep_outs: tuple[tuple[int, int, int, int], ...]
    places: tuple[Place, ...]

    @property
    def is_drawn(self) -> bool:
        """Is it known where the parts stand?"""
        return any(place.corners for place in self.places)

    @property
    def used_percent(self) -> int:
        """Share of the bed under parts, by their outlines."""
        area = sum(abs(_area(place.corners)) for place in self.places)
        return round(100 * area / max(self.width_um * self.depth_um, 1))


def bed_of(plate: BuildPlate) -> Bed:
    """Return a plate as it is drawn. Three statements."""
    items = list(
        PlateItem.objects.filter(plate=plate)
        .select_related("piece__requirement__line__intent", "piece__requirement__part_revision__part", "plan__profile_version")
        .order_by("slot")
    )
    placements = dict(LayoutSlot.objects.filter(layout_id=plate.layout_id).values_list("slot", "placement")) if plate.layout_id else {}
    shapes = outlines(item.piece.requirement.part_revision_id for item in items)
    letters = _letters(items)
    places = tuple(_place(item, placements.get(item.slot, {}), shapes, letters) for item in items)
    return _on(plate.printer_class, places)


def _on(kind: PrinterClass | None, places: tuple[Place, ...]) -> Bed:
    if kind is None:
        return Bed(1, 1, False, (), places)
    keep_outs = tuple((int(k["x_um"]), int(k["y_um"]), int(k["width_um"]), int(k["depth_um"])) for k in kind.keep_outs)
    return Bed(kind.volume_x_um, kind.volume_y_um, kind.bed_shape == "round", keep_outs, places)


def _place(item: PlateItem, placement: dict[str, Any], shapes: dict[UUID, Outline], letters: dict[UUID, str]) -> Place:
    line = item.piece.requirement.line
    corners = placement.get("footprint_um") or ()
    return Place(
        slot=item.slot,
        item=item,
        letter=letters[line.intent_id],
        name=name_of(item),
        order=line.intent.number,
        corners=tuple((int(x), int(y)) for x, y in corners),
        outline=shapes.get(item.piece.requirement.part_revision_id, ()) if item.piece.requirement.part_revision_id else (),
    )


def name_of(item: PlateItem) -> str:
    """Return what a part is called: by its part, else by its order line."""
    requirement = item.piece.requirement
    revision = requirement.part_revision
    return (revision.part.name if revision is not None else "") or requirement.line.title or requirement.line.sku


def _letters(items: Sequence[PlateItem]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for item in items:
        found.setdefault(item.piece.requirement.line.intent_id, ascii_uppercase[len(found) % 26])
    return found


def _area(corners: Outline) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(corners, [*corners[1:], *corners[:1]], strict=True)) / 2
