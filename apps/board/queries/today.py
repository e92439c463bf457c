"""Today of a site: everything known about it, judged."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.board.domain.known import Known
from apps.board.domain.today import Today
from apps.board.domain.today import today as judged
from apps.runs.queries import keeping_in

from . import batches, floor, matters


def known(site_id: UUID) -> Known:
    """Return what the board of a site is made from: six statements, none of which reads the archive."""
    told = matters.matters(site_id)
    attempts = floor.attempts_of_today(site_id, told.troubles)
    return Known(
        attempts=attempts,
        machines=floor.machines_of_today(site_id),
        matters=told.matters,
        batches=batches.batches(site_id),
        hours=keeping_in(told.calendar, told.policy) if any(one.state == "queued" for one in attempts) else None,
    )


def today(site_id: UUID, *, now: datetime) -> Today:
    """Return the board of a site: cards by section in the order they are read, the header's numbers, the foreman's sentence."""
    return judged(known(site_id), now)
