"""Shipments, and pieces on their way out."""

from __future__ import annotations

from typing import Any

from apps.fulfilment.models import Shipment, ShipmentPiece
from apps.fulfilment.states import ShipmentState
from apps.orders.models import Piece, Requirement
from apps.orders.states import PieceFactKind, PieceState
from tests.factories.accounts import shop
from tests.factories.context import NOW
from tests.factories.filling import filled, stored
from tests.factories.orders import make_line_item, make_paid_intent, make_piece, make_piece_fact, make_requirement
from tests.factories.policy import WHO


def make_shipment(**overrides: Any) -> Shipment:
    """Return a shipment that is packed."""
    return stored(Shipment, filled({"packed_by": WHO, **overrides}, site=shop))


def make_sent_shipment(**overrides: Any) -> Shipment:
    """Return a shipment that left the house."""
    sent = {"state": ShipmentState.SHIPPED, "carrier": "DHL", "tracking": "00340", "shipped_at": NOW, "shipped_by": WHO}
    return make_shipment(**{**sent, **overrides})


def make_shipment_piece(**overrides: Any) -> ShipmentPiece:
    """Return a piece in a shipment."""
    return stored(ShipmentPiece, filled(overrides, shipment=make_shipment, piece=make_piece))


def make_pieces(count: int, state: PieceState, *, requirement: Requirement | None = None, **order: Any) -> list[Piece]:
    """Return pieces of one order in production, all in one state."""
    owner = requirement or make_requirement(line=make_line_item(intent=make_paid_intent(**order), quantity=count))
    pieces = [make_piece(requirement=owner, number=number + 1, state=state) for number in range(count)]
    for piece in pieces:
        make_piece_fact(piece=piece, kind=PieceFactKind.PROMISED, to_state=PieceState.OWED)
    return pieces
