"""What happened to build plans, layouts and plates."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("plan", label=_("Build Plan"))
subject_kind("layout", label=_("Plate layout"))
subject_kind("plate", label=_("Plate"))
subject_kind("output", label=_("Output"))


@event()
@dataclass(frozen=True, kw_only=True)
class PlanDrafted:
    """The first recipe of a component exists."""

    plan_id: UUID
    requirement_id: UUID
    revision: int
    needs_review: bool = False


@event()
@dataclass(frozen=True, kw_only=True)
class PlanRevised:
    """A further revision of a recipe exists; what changed is in its diff."""

    plan_id: UUID
    requirement_id: UUID
    revision: int
    based_on_id: UUID
    needs_review: bool = False


@event()
@dataclass(frozen=True, kw_only=True)
class PlanApproved:
    """A recipe is pinned: plates may be made from exactly this."""

    plan_id: UUID
    requirement_id: UUID
    revision: int
    pins_sha256: str


@event()
@dataclass(frozen=True, kw_only=True)
class PlanSuperseded:
    """New plates use a later revision."""

    plan_id: UUID
    requirement_id: UUID
    revision: int


@event()
@dataclass(frozen=True, kw_only=True)
class PlanVoided:
    """Nothing is made from it any more."""

    plan_id: UUID
    requirement_id: UUID
    revision: int
    reason: str


@event()
@dataclass(frozen=True, kw_only=True)
class PlanReviewRequired:
    """A person must look at the plan; with ``dispatch_blocked`` nothing is printed from it by itself until then."""

    plan_id: UUID
    review_id: UUID
    code: str
    dispatch_blocked: bool = False


@event()
@dataclass(frozen=True, kw_only=True)
class PlanReviewAcknowledged:
    """A person looked and wrote what they saw."""

    plan_id: UUID
    review_id: UUID
    code: str


@event()
@dataclass(frozen=True, kw_only=True)
class CompositionRequested:
    """Pieces may be waiting for a plate at this site: putting them on plates is owed."""

    site_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class BuildPlateComposed:
    """Pieces were put on a plate."""

    plate_id: UUID
    items: int


@event()
@dataclass(frozen=True, kw_only=True)
class BuildPlateApproved:
    """The exact set and layout are pinned."""

    plate_id: UUID
    layout_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class BuildPlateSuperseded:
    """Another plate takes over what is left of it."""

    plate_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class BuildPlateVoided:
    """It is not made; its pieces are owed again."""

    plate_id: UUID
    reason: str


@event()
@dataclass(frozen=True, kw_only=True)
class SliceRequested:
    """The plate's G-code is owed, unless it exists already."""

    plate_id: UUID
    layout_id: UUID
    slice_key: str


@event()
@dataclass(frozen=True, kw_only=True)
class Sliced:
    """There is G-code for the plate. ``reused`` when it had been made before."""

    plate_id: UUID
    output_id: UUID
    gcode_sha256: str
    reused: bool
    estimated_minutes: int
    filament_mg: int
    warnings: int


@event()
@dataclass(frozen=True, kw_only=True)
class SliceFailed:
    """No usable G-code came out: ``code`` says why, the details are in the plate's story."""

    plate_id: UUID
    code: str
