"""What the orders app says when it or the database refuses something."""

from __future__ import annotations

from . import money, orders, payments, pieces, prices, quotes, taking

__all__ = ["money", "orders", "payments", "pieces", "prices", "quotes", "taking"]
