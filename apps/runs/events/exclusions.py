"""What happened to single parts that are left out of a running print."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from apps.journal.event import event


@event()
@dataclass(frozen=True, kw_only=True)
class ItemExclusionRequested:
    """Somebody wants one part left out of a print that goes on; telling the machine is owed."""

    run_id: UUID
    printer_id: UUID
    exclusion_id: UUID
    item_id: UUID
    slot: int
    reason: str


@event()
@dataclass(frozen=True, kw_only=True)
class ItemExcluded:
    """The machine was seen to leave one part out: as somebody had asked, or because it was done ``at_machine``."""

    run_id: UUID
    printer_id: UUID
    exclusion_id: UUID
    item_id: UUID
    slot: int
    at_machine: bool
    reason: str = ""


@event()
@dataclass(frozen=True, kw_only=True)
class ItemExclusionDropped:
    """A part that somebody wanted left out was not seen left out, and nobody tries any more."""

    run_id: UUID
    printer_id: UUID
    exclusion_id: UUID
    item_id: UUID
    slot: int
    because: str
