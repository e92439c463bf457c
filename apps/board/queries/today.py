"""Today of a site: everything known about it, judged."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.board.domain.known import Known
from apps.board.domain.today import Today
from apps.board.domain.today import today as judged

from . import batches, floor, matters


def known(site_id: UUID) -> Known:
    """Return what the board of a site is made from: six statements, none of which reads the archive."""
    return Known(
        attempts=floor.attempts_of_today(site_id),
        machines=floor.machines_of_today(site_id),
        matters=matters.matters(site_id),
        batches=batches.batches(site_id),
    )


def today(site_id: UUID, *, now: datetime) -> Today:
    """Return the board of a site: cards by section in the order they are read, the header's numbers, the foreman's sentence."""
    return judged(known(site_id), now)
