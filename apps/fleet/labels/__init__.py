"""What the fleet app says when it or the database refuses something."""

from __future__ import annotations

from . import machines, printers, sessions

__all__ = ["machines", "printers", "sessions"]
