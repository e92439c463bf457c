"""What others ask about orders, their pieces and their money."""

from __future__ import annotations

from .counts import PieceCounts, piece_counts
from .money import Money, effective_price, money_of, paid_left, payment_status
from .pieces import intent_of_piece, intents_of, paid_unreleased, pieces_to_plan, subjects_of

__all__ = [
    "Money",
    "PieceCounts",
    "effective_price",
    "intent_of_piece",
    "intents_of",
    "money_of",
    "paid_left",
    "paid_unreleased",
    "payment_status",
    "piece_counts",
    "pieces_to_plan",
    "subjects_of",
]
