"""Quotes, orders, their pieces and their money in the API."""

from __future__ import annotations

from .routes import routes

__all__ = ["routes"]
