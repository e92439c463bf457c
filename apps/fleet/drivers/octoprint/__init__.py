"""The driver of printers behind OctoPrint, 1.9 or newer. It asks, since OctoPrint's push tells nothing that asking does not."""

from __future__ import annotations

from .client import OctoPrint

__all__ = ["OctoPrint"]
