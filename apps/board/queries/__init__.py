"""The one read model: whatever shows the floor asks here, so that no two pages disagree."""

from __future__ import annotations

from .find import Found, find
from .orders import order_truth
from .tiles import tile, tiles
from .today import known, today

__all__ = ["Found", "find", "known", "order_truth", "tile", "tiles", "today"]
