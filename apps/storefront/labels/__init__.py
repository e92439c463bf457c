"""What the shop says: refusals, and the words customers read for what is decided elsewhere."""

from __future__ import annotations

from . import refusals

__all__ = ["refusals"]
