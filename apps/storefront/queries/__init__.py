"""What the shop's pages show: what is offered, what is in a basket, how an order stands."""

from __future__ import annotations

from .again import SinceThen, since_then
from .baskets import Basket, Row, basket_of, count_in_basket, lines_held_by
from .links import intent_in, order_path, token_for
from .offering import Offered, default_wish, offered
from .tracking import Progress, Step, progress_of, started_pieces, untouched_pieces

__all__ = [
    "Basket",
    "Offered",
    "Progress",
    "Row",
    "SinceThen",
    "Step",
    "basket_of",
    "count_in_basket",
    "default_wish",
    "intent_in",
    "lines_held_by",
    "offered",
    "order_path",
    "progress_of",
    "since_then",
    "started_pieces",
    "token_for",
    "untouched_pieces",
]
