"""Build plans, plates and their G-code in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver

from apps.journal.http.acting import act
from apps.journal.http.filters import by_code, by_flag, by_id, by_text
from apps.journal.http.reading import read
from apps.journal.http.scope import Scoped, at_site
from apps.journal.http.shown import Code, Shown, ShownVersioned

from . import commands, models


class PlanReview(ShownVersioned):
    """Something a person must look at before a plan is approved, and what they said."""

    model = models.PlanReview

    plan_id: UUID
    code: Code
    evidence: dict[str, Any]
    raised_by: str
    resolved_by: str
    resolved_at: datetime | None
    note: str


class PlanInList(ShownVersioned):
    """Build Plan, in short."""

    model = models.Plan

    requirement_id: UUID
    revision: int
    state: Code
    source: Code
    profile_version_id: UUID | None
    risk_level: Code | None
    dispatch_blocked: bool
    estimated_minutes: int | None
    filament_mg: int | None
    approved_at: datetime | None


class ExecutionPlan(PlanInList):
    """Build Plan, one revision: how one component is made. Approved, it is pinned and never changes.

    ``diff`` says what changed since the revision it is based on, ``impact`` what that affects.
    """

    process: Code
    based_on_id: UUID | None
    created_by: str
    source_artifact_id: UUID | None
    slicer_digest: str
    printer_requirements: dict[str, Any]
    slicing: dict[str, Any]
    material_slots: list[Any]
    planned_stops: list[Any]
    post_processing: list[Any]
    qa_template: str
    qa_sampling: dict[str, Any]
    auto_choices: list[Any]
    filament_mm: int | None
    diff: Any
    impact: Any
    pins: dict[str, Any]
    pins_sha256: str
    risk_factors: list[Any]
    approved_by: str
    decision_id: UUID | None
    superseded_at: datetime | None
    voided_by: str
    voided_at: datetime | None
    void_reason: Code | None
    blocked_since: datetime | None
    reviews: list[PlanReview]


class PlateItem(ShownVersioned):
    """Which piece is made in which place of a plate, by which plan."""

    model = models.PlateItem

    slot: int
    piece_id: UUID
    plan_id: UUID
    plan_revision: int
    live: bool
    is_pinned: bool


class SliceFailure(Shown):
    """Why a plate could not be sliced."""

    model = models.SliceFailure

    slice_key: str
    code: str
    params: dict[str, Any]
    log: str


class BuildPlateInList(ShownVersioned):
    """Plate, in short."""

    model = models.BuildPlate

    site_id: UUID
    number: str
    state: Code
    printer_class_id: UUID | None
    printer_id: UUID | None
    layout_id: UUID | None
    output_id: UUID | None
    approved_at: datetime | None


class BuildPlate(BuildPlateInList):
    """Plate: pieces bound to the places of a layout, printed together."""

    process: Code
    items_sha256: str
    auto_choices: list[Any]
    slice_key: str
    approved_by: str
    decision_id: UUID | None
    superseded_at: datetime | None
    voided_by: str
    voided_at: datetime | None
    void_reason: Code | None
    items: list[PlateItem]
    slice_failures: list[SliceFailure]


class Output(Shown):
    """What a slicer made of a layout for one kind of printers: used again for whatever is laid out the same way."""

    model = models.Output

    layout_id: UUID
    printer_class_id: UUID
    profile_version_id: UUID | None
    slicer_digest: str
    slice_key: str
    artifact_id: UUID
    preview_id: UUID | None
    estimated_minutes: int
    filament_mg: int
    filament_mm: int
    layers: int | None
    warnings: list[Any]
    facts: dict[str, Any]
    retired_at: datetime | None


class Plans(Scoped):
    """Plans for orders of the asker's sites."""

    model = models.Plan
    fetches = ("reviews",)


class PlanReviews(Scoped):
    """What a person must look at there."""

    model = models.PlanReview


class Plates(Scoped):
    """Plates of the asker's sites."""

    model = models.BuildPlate
    fetches = ("items", "slice_failures")


class Outputs(Scoped):
    """Sliced plates of the asker's sites. The same layout is sliced once, so that several sites may have one."""

    model = models.Output


_PLAN, _PLATE = "plans/<uuid:plan_id>", "plates/<uuid:plate_id>"

routes: list[URLPattern | URLResolver] = [
    *read(
        "plans",
        Plans,
        ExecutionPlan,
        brief=PlanInList,
        filters=(
            by_code(models.Plan, "state"),
            by_id("requirement"),
            by_id("intent", "requirement__line__intent_id"),
            by_flag("blocked", "dispatch_blocked", "Whether nothing of it may be started."),
        ),
    ),
    *read(
        "plan-reviews",
        PlanReviews,
        PlanReview,
        filters=(
            by_code(models.PlanReview, "code"),
            by_id("plan"),
            by_flag("open", "resolved_at__isnull", "Whether nobody looked yet."),
        ),
    ),
    *read(
        "plates",
        Plates,
        BuildPlate,
        brief=BuildPlateInList,
        filters=(by_code(models.BuildPlate, "state"), by_id("site"), by_text("number", "With this number.")),
    ),
    *read("outputs", Outputs, Output, filters=(by_id("layout"), by_id("printer_class"), by_text("slice_key", "Made from exactly this."))),
    act(f"{_PLAN}/approve", commands.approve_plan, Plans),
    act(f"{_PLAN}/void", commands.void_plan, Plans),
    act(f"{_PLAN}/acknowledge", commands.acknowledge_plan, Plans),
    act(f"{_PLAN}/request-review", commands.request_review, Plans),
    act("plan-reviews/<uuid:review_id>/resolve", commands.resolve_review, PlanReviews),
    act("plates/compose", commands.request_composition, checks=(at_site,)),
    act(f"{_PLATE}/approve", commands.approve_plate, Plates),
    act(f"{_PLATE}/void", commands.void_plate, Plates),
    act(f"{_PLATE}/slice", commands.request_slice, Plates),
]
