"""The words of notifications: what is refused, what a notice says, what a mail says."""

from __future__ import annotations

from . import letters, notices, refusals

__all__ = ["letters", "notices", "refusals"]
