"""OpenAPI 3.1, made from the views themselves: what they read, what they answer, what they refuse."""

from __future__ import annotations

from .document import document

__all__ = ["document"]
