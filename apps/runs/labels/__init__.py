"""What the runs app says when it or the database refuses something."""

from __future__ import annotations

from . import attempts, moves, outcomes

__all__ = ["attempts", "moves", "outcomes"]
