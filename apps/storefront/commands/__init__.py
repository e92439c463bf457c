"""What visitors and customers can do in the shop beside what they order."""

from __future__ import annotations

from .basket import BasketWish, LineSeen, add_to_basket, change_basket_line, keep_offer, remove_basket_line, reorder
from .visitors import admit_visitor, forget_visitor, introduce_guest, welcome_visitor

__all__ = [
    "BasketWish",
    "LineSeen",
    "add_to_basket",
    "admit_visitor",
    "change_basket_line",
    "forget_visitor",
    "introduce_guest",
    "keep_offer",
    "remove_basket_line",
    "reorder",
    "welcome_visitor",
]
