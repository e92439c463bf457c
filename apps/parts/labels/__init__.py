"""What the parts app says when it or the database refuses something, and about what a check found."""

from __future__ import annotations

from . import constraints, findings, gcode, uploads

__all__ = ["constraints", "findings", "gcode", "uploads"]
