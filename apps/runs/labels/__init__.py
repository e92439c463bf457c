"""What the runs app says when it or the database refuses something."""

from __future__ import annotations

from . import anomalies, attempts, exclusions, moves, outcomes

__all__ = ["anomalies", "attempts", "exclusions", "moves", "outcomes"]
