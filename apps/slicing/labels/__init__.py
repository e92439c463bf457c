"""What the slicing app says: why no G-code came out, and what was found in G-code."""

from __future__ import annotations

from . import gcode, plates, slicers

__all__ = ["gcode", "plates", "slicers"]
