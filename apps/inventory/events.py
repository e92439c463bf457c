"""What happened to stock."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("spool", label=_("Spool"))
subject_kind("lot", label=_("Material lot"))


@event()
@dataclass(frozen=True, kw_only=True)
class LotReceived:
    """What came from one production run is at the site."""

    lot_id: UUID
    material_id: UUID
    color_id: UUID | None = None


@event()
@dataclass(frozen=True, kw_only=True)
class SpoolReceived:
    """A spool is at the site."""

    spool_id: UUID
    material_id: UUID
    color_id: UUID | None = None
    lot_id: UUID | None = None
    full_mg: int | None = None


@event()
@dataclass(frozen=True, kw_only=True)
class SpoolStateChanged:
    """A spool was opened, used up, found not to be empty, or thrown away."""

    spool_id: UUID
    from_state: str
    to_state: str


@event()
@dataclass(frozen=True, kw_only=True)
class SpoolWeighed:
    """What is left on a spool was weighed."""

    spool_id: UUID
    weighing_id: UUID
    remaining_mg: int


@event()
@dataclass(frozen=True, kw_only=True)
class FilamentUsed:
    """A print took filament off a spool; what is left is an estimate."""

    spool_id: UUID
    mg: int
    remaining_mg: int
