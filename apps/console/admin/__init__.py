"""How every record looks in the admin: lists with badges, filters, paging and CSV; detail pages for reading. Apps only name their columns."""

from __future__ import annotations

from .face import faced

__all__ = ["faced"]
