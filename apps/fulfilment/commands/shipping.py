"""Packing, sending, closing."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from apps.fulfilment import changes, events
from apps.fulfilment.models import Shipment, ShipmentPiece
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, Refusal
from apps.orders import changes as orders
from apps.orders import queries
from apps.orders.models import CustomerSnapshot, Intent, Piece
from apps.orders.states import IntentState, PieceState


@command("fulfilment.pack_pieces")
def pack_pieces(ctx: Context, *, site_id: UUID, piece_ids: tuple[UUID, ...]) -> UUID:
    """Put pieces that passed the check into a new shipment and return its id.

    Args:
        ctx: Who packs, when.
        site_id: Where they are.
        piece_ids: The pieces, of one customer and for one address.

    Raises:
        NotFound, Invalid: as usual.
        Refusal: ``piece-not-there-yet``, ``shipment-mixes-sites``, ``shipment-mixes-customers``.
    """
    pieces = changes.hold_pieces(ctx, piece_ids)
    changes.take(ctx, pieces, ready=[PieceState.PASSED], done=[])
    _require_one_destination(site_id, pieces)
    shipment = Shipment(site_id=site_id, packed_by=ctx.actor.who, created_at=ctx.now).add()
    for piece in pieces:
        orders.pack_piece(ctx, piece)
        ShipmentPiece(shipment=shipment, piece=piece, created_at=ctx.now).add()
    _record(ctx, shipment, pieces, events.Packed(shipment_id=shipment.pk, pieces=len(pieces)))
    return shipment.pk


def _require_one_destination(site_id: UUID, pieces: list[Piece]) -> None:
    intents = {piece.requirement.line.intent_id: piece.requirement.line.intent for piece in pieces}
    if {intent.site_id for intent in intents.values()} != {site_id}:
        raise Refusal("shipment-mixes-sites")
    accounts = {intent.account_id for intent in intents.values()}
    newest = {row.intent_id: row for row in CustomerSnapshot.objects.filter(intent__in=intents).order_by("number")}
    addresses = {repr(sorted(row.shipping_address.items())) for row in newest.values()}
    if len(accounts) > 1 or len(addresses) > 1 or (None in accounts and len(intents) > 1):
        raise Refusal("shipment-mixes-customers")


@command("fulfilment.ship")
def ship(ctx: Context, *, shipment_id: UUID, expected_version: int, carrier: str, tracking: str = "") -> None:
    """Send a shipment, or hand it over: its pieces have left the house, and an order whose last pieces these are is fulfilled.

    Args:
        ctx: Who sends it, when.
        shipment_id: Which.
        expected_version: As the asker saw it.
        carrier: Who carries it; ``pickup`` where it was handed over.
        tracking: The carrier's number.

    Raises:
        NotFound, StaleVersion, IllegalTransition: as usual.
        Invalid: no carrier.
        Refusal: ``shipment-empty``.
    """
    shipment = Shipment.at_version(shipment_id, expected_version)
    if not carrier.strip():
        raise Invalid({"carrier": str(_('Name the carrier, or "pickup" where it was handed over.'))})
    inside = list(
        ShipmentPiece.objects.filter(shipment=shipment, removed_at__isnull=True).order_by("id").values_list("piece_id", flat=True)
    )
    packed = [piece for piece in changes.hold_pieces(ctx, inside, with_orders=True) if piece.state == PieceState.PACKED] if inside else []
    shipment.ship(carrier=carrier.strip(), tracking=tracking.strip(), by=ctx.actor.who, now=ctx.now)
    if not packed:
        raise Refusal("shipment-empty")
    shipment.save_changes("state", "carrier", "tracking", "shipped_by", "shipped_at")
    stayed = ShipmentPiece.objects.filter(shipment=shipment, removed_at__isnull=True).exclude(piece__in=packed)
    stayed.update(removed_at=ctx.now)  # canceled after it was packed
    for piece in packed:
        orders.ship_piece(ctx, piece)
    _record(ctx, shipment, packed, events.Shipped(shipment_id=shipment.pk, pieces=len(packed), carrier=shipment.carrier))
    for intent_id in queries.intents_of(packed):
        orders.fulfil_if_complete(ctx, intent_id)


@command("fulfilment.close_intent")
def close_intent(ctx: Context, *, intent_id: UUID) -> int:
    """Note that nothing more is expected of a fulfilled order's pieces; return how many were closed now.

    Raises:
        NotFound: no such order.
        Refusal: ``intent-not-fulfilled``.
    """
    intent: Intent = locks.intent(intent_id)
    if intent.state != IntentState.FULFILLED:
        raise Refusal("intent-not-fulfilled", state=str(intent.get_state_display()))
    ids = list(Piece.objects.filter(requirement__line__intent=intent, state=PieceState.SHIPPED).order_by("id").values_list("id", flat=True))
    if not ids:
        return 0
    pieces = [piece for piece in changes.hold_pieces(ctx, ids) if piece.state == PieceState.SHIPPED]
    for piece in pieces:
        orders.close_piece(ctx, piece)
    about = ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
    record(about, event=events.Closed(intent_id=intent.pk, pieces=len(pieces)), subjects=[Subject("intent", intent.pk)])
    return len(pieces)


def _record(ctx: Context, shipment: Shipment, pieces: list[Piece], event: object) -> None:
    intents = queries.intents_of(pieces)
    about = ctx.about(correlation_id=intents[0] if len(intents) == 1 else None, site_id=shipment.site_id)
    record(about, event=event, subjects=[Subject("shipment", shipment.pk), *queries.subjects_of(pieces)])
