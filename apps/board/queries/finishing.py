"""After the print: pieces off the printer by stage, order and component, and what is packed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.fulfilment.models import Shipment, ShipmentPiece
from apps.fulfilment.states import ShipmentState
from apps.orders.models import CustomerSnapshot, Piece, Requirement
from apps.orders.states import PieceState

from .outlines import Outline, outlines

STAGES = (PieceState.COOLING, PieceState.QA, PieceState.REWORK, PieceState.PASSED)
MOST = 600
"""Pieces shown at once, the earliest promise first."""


@dataclass(frozen=True, slots=True)
class Component:
    """Pieces of one component at one stage."""

    requirement: Requirement
    name: str
    pieces: tuple[Piece, ...]
    outline: Outline = ()

    @property
    def since(self) -> datetime:
        """Since when the first of them is at this stage."""
        return min(piece.since for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class OrderPart:
    """What of one order is at one stage."""

    order: str
    intent_id: UUID
    due_at: datetime | None
    components: tuple[Component, ...]

    @property
    def count(self) -> int:
        """How many pieces."""
        return sum(len(component.pieces) for component in self.components)


@dataclass(frozen=True, slots=True)
class Finishing:
    """Everything after the printer at one site: stage → orders, and the shipments that are packed."""

    stages: dict[str, tuple[OrderPart, ...]] = field(default_factory=dict)
    packed: tuple[Packed, ...] = ()

    def count(self, stage: str) -> int:
        """How many pieces are at a stage."""
        return sum(one.count for one in self.stages.get(stage, ()))


@dataclass(frozen=True, slots=True)
class Packed:
    """A shipment, what is in it and where it goes."""

    shipment: Shipment
    contents: tuple[Content, ...]
    address: dict[str, Any]
    customer: str

    @property
    def orders(self) -> list[str]:
        """The orders it serves."""
        return sorted({content.order for content in self.contents})

    @property
    def pieces(self) -> int:
        """How many pieces are inside."""
        return sum(content.count for content in self.contents)


@dataclass(frozen=True, slots=True)
class Content:
    """So many of one component in a shipment."""

    name: str
    order: str
    count: int


def finishing(site_id: UUID, *, with_names: bool) -> Finishing:
    """Return what waits after the printer at a site; ``with_names`` also where shipments go. A fixed number of statements."""
    pieces = list(
        Piece.objects.filter(state__in=STAGES, requirement__line__intent__site_id=site_id)
        .select_related("requirement__line__intent", "requirement__part_revision__part")
        .order_by("requirement__line__intent__due_at", "id")[:MOST]
    )
    shapes = outlines(piece.requirement.part_revision_id for piece in pieces)
    stages = {str(stage): _orders([piece for piece in pieces if piece.state == stage], shapes) for stage in STAGES}
    shipments = Shipment.objects.filter(site_id=site_id, state=ShipmentState.PACKED).order_by("id")[:100]
    packed = packed_of(shipments, with_names=with_names)
    return Finishing(stages, packed)


def packed_of(shipments: Iterable[Shipment], *, with_names: bool) -> tuple[Packed, ...]:
    """Return these shipments with their contents; ``with_names`` also where they go. Two statements."""
    found = list(shipments)
    rows = ShipmentPiece.objects.filter(shipment__in=found, removed_at__isnull=True)
    inside: dict[UUID, list[Piece]] = defaultdict(list)
    for row in rows.select_related("piece__requirement__line__intent", "piece__requirement__part_revision__part").order_by("id"):
        inside[row.shipment_id].append(row.piece)
    intents = {piece.requirement.line.intent_id for pieces in inside.values() for piece in pieces}
    kept = CustomerSnapshot.objects.filter(intent__in=intents).order_by("number") if with_names else ()
    snapshots = {one.intent_id: one for one in kept}
    return tuple(_packed(shipment, inside[shipment.pk], snapshots) for shipment in found)


def _packed(shipment: Shipment, pieces: Sequence[Piece], snapshots: dict[UUID, CustomerSnapshot]) -> Packed:
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for piece in pieces:
        counted[name_of(piece.requirement), piece.requirement.line.intent.number] += 1
    known = [snapshots[intent] for piece in pieces if (intent := piece.requirement.line.intent_id) in snapshots]
    newest = known[0] if known else None
    address = newest.shipping_address if newest is not None else {}
    customer = str(address.get("recipient") or (newest.account.get("name") if newest is not None else "") or "")
    return Packed(shipment, tuple(Content(name, order, many) for (name, order), many in counted.items()), address, customer)


def _orders(pieces: Sequence[Piece], shapes: dict[UUID, Outline]) -> tuple[OrderPart, ...]:
    by_order: dict[UUID, list[Piece]] = defaultdict(list)
    for piece in pieces:
        by_order[piece.requirement.line.intent_id].append(piece)
    return tuple(_order(members, shapes) for members in by_order.values())


def _order(pieces: Sequence[Piece], shapes: dict[UUID, Outline]) -> OrderPart:
    intent = pieces[0].requirement.line.intent
    by_component: dict[UUID, list[Piece]] = defaultdict(list)
    for piece in pieces:
        by_component[piece.requirement_id].append(piece)
    components = tuple(
        Component(
            members[0].requirement,
            name_of(members[0].requirement),
            tuple(members),
            shapes.get(members[0].requirement.part_revision_id, ()) if members[0].requirement.part_revision_id else (),
        )
        for members in by_component.values()
    )
    return OrderPart(intent.number, intent.pk, intent.due_at, components)


def name_of(requirement: Requirement) -> str:
    """Return what a component is called: by its part, else by its order line."""
    revision = requirement.part_revision
    return (revision.part.name if revision is not None else "") or requirement.line.title or requirement.line.sku
