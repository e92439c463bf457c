"""What others ask about orders, their pieces and their money."""

from __future__ import annotations

from apps.orders.payments import checkout_origins

from .counts import PieceCounts, piece_counts
from .money import Money, effective_price, money_of, paid_left, payment_status
from .pieces import intent_of_piece, intents_of, paid_unreleased, pieces_to_plan, subjects_of
from .previews import Delivery, Preview, Step, delivery, most_pieces, preview, price_steps
from .value import value_if

__all__ = [
    "Delivery",
    "Money",
    "PieceCounts",
    "Preview",
    "Step",
    "checkout_origins",
    "delivery",
    "effective_price",
    "intent_of_piece",
    "intents_of",
    "money_of",
    "most_pieces",
    "paid_left",
    "paid_unreleased",
    "payment_status",
    "piece_counts",
    "pieces_to_plan",
    "preview",
    "price_steps",
    "subjects_of",
    "value_if",
]
