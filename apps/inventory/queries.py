"""Reads of stock."""

from __future__ import annotations

from apps.journal.event import Subject

from .models import Spool


def about(spool: Spool) -> list[Subject]:
    """Return the subjects of an event about this spool, and about its lot where that is known."""
    return [Subject("spool", spool.pk), *([Subject("lot", spool.lot_id)] if spool.lot_id else [])]
