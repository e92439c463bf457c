"""What the planning app says when it or the database refuses something."""

from __future__ import annotations

from . import plans, plates

__all__ = ["plans", "plates"]
