"""What commands may change about orders inside their own transaction: pieces, numbers, money, and whether an order is fulfilled."""

from __future__ import annotations

from .intents import close_checkouts, fulfil_if_complete, secure, settle_if_paid
from .money import book_payment, book_refund, book_refund_reversal, request_refunds
from .numbers import take_number
from .pieces import (
    allocate_piece,
    cancel_piece,
    close_piece,
    cool_piece,
    finish_rework,
    owe_piece_again,
    pack_piece,
    pass_piece,
    promise_pieces,
    receive_piece,
    recover_piece,
    rework_piece,
    scrap_piece,
    ship_piece,
    start_piece,
    take_off_piece,
    unallocate_piece,
)
from .quotes import supersede_quote

__all__ = [
    "allocate_piece",
    "book_payment",
    "book_refund",
    "book_refund_reversal",
    "cancel_piece",
    "close_checkouts",
    "close_piece",
    "cool_piece",
    "finish_rework",
    "fulfil_if_complete",
    "owe_piece_again",
    "pack_piece",
    "pass_piece",
    "promise_pieces",
    "receive_piece",
    "recover_piece",
    "request_refunds",
    "rework_piece",
    "scrap_piece",
    "secure",
    "settle_if_paid",
    "ship_piece",
    "start_piece",
    "supersede_quote",
    "take_number",
    "take_off_piece",
    "unallocate_piece",
]
