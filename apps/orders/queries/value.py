"""What an order is worth as its pieces stand now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from apps.orders.domain.keeping import LineValue, value_of
from apps.orders.models import Intent, LineItem, Piece, PieceFact
from apps.orders.states import TO_MAKE, CancelReason, PieceFactKind, PieceState

from .pricing import prices_of

_ALL, _NOTHING = Decimal(1), Decimal(0)


def value_now(intent: Intent) -> int:
    """Return what the pieces of an order come to, in minor units: those that are (to be) made in full, canceled ones by the shop's rule.

    Nothing is charged for a piece that was canceled before it was started, or that the shop itself canceled.
    """
    return _value(intent, ())


def _value(intent: Intent, gone: Collection[UUID]) -> int:
    lines = LineItem.objects.filter(intent=intent, amendment__isnull=True).order_by("position")
    charged, is_anything_left = _charged(intent, gone)
    values = [LineValue(line.total_minor, tuple(charged[line.pk])) for line in lines]
    goods = intent.price_minor - intent.shipping_minor
    return value_of(values, goods_minor=goods, shipping_minor=intent.shipping_minor, ships=is_anything_left)


def value_if(intent: Intent, gone: Collection[UUID]) -> int:
    """Return what the order would come to without these pieces, were the customer to cancel them as they stand. Nothing is written."""
    return _value(intent, gone)


def _charged(intent: Intent, gone: Collection[UUID]) -> tuple[dict[UUID, list[Decimal]], bool]:
    """Return the share of each piece that is charged, by line; and whether any piece is not canceled."""
    pieces = Piece.objects.filter(requirement__line__intent=intent, amendment__isnull=True)
    rows = pieces.order_by("id").values_list("pk", "state", "requirement__line_id")
    ends = dict(
        PieceFact.objects.filter(piece__requirement__line__intent=intent, kind=PieceFactKind.CANCELED)
        .order_by("id")
        .values_list("piece_id", "from_state")
    )
    reasons = dict(pieces.filter(state=PieceState.CANCELED).values_list("pk", "reason"))
    printing, made = _rule(intent)
    charged: dict[UUID, list[Decimal]] = defaultdict(list)
    for piece_id, state, line_id in rows:
        share = _ALL
        if piece_id in gone and state != PieceState.CANCELED:
            share = _share_of(state, printing, made)
        elif state == PieceState.CANCELED:
            is_ours = reasons[piece_id] != CancelReason.CUSTOMER_REQUEST
            share = _NOTHING if is_ours else _share_of(ends[piece_id], printing, made)
        charged[line_id].append(share)
    return charged, any(state != PieceState.CANCELED and piece_id not in gone for piece_id, state, _line in rows)


def _share_of(came_from: str, printing: Decimal, made: Decimal) -> Decimal:
    if came_from in TO_MAKE:
        return _NOTHING
    return printing if came_from == PieceState.PRINTING else made


def _rule(intent: Intent) -> tuple[Decimal, Decimal]:
    """Return what is kept of a canceled piece that prints, or that was made, by the price list of the quote."""
    if intent.quote is None or intent.quote.price_list is None:
        return _ALL, _ALL
    prices = prices_of(intent.quote.price_list)
    return prices.keep_printing, prices.keep_made
