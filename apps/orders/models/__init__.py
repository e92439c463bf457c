"""What was promised to whom, for how much, and how far each promised unit has come."""

from __future__ import annotations

from .amendments import Amendment, AmendmentLine
from .intents import CustomerSnapshot, Intent, Release
from .ledger import LedgerEntry, NumberSeries
from .lines import LineItem, Requirement
from .payments import Checkout, Refund, WebhookMessage
from .pieces import Piece, PieceFact
from .quotes import PriceList, Quote, QuoteLine

__all__ = [
    "Amendment",
    "AmendmentLine",
    "Checkout",
    "CustomerSnapshot",
    "Intent",
    "LedgerEntry",
    "LineItem",
    "NumberSeries",
    "Piece",
    "PieceFact",
    "PriceList",
    "Quote",
    "QuoteLine",
    "Refund",
    "Release",
    "Requirement",
    "WebhookMessage",
]
