"""Build plans, layouts, outputs and plates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.catalog.states import Reason
from apps.orders.models import Requirement
from apps.planning.models import BuildPlate, Layout, LayoutSlot, Output, Plan, PlanReview, PlateItem, SliceFailure
from apps.planning.states import PlanState, PlateState, ReviewCode
from tests.factories.accounts import shop
from tests.factories.artifacts import make_artifact, some_sha256
from tests.factories.catalog import make_printer_class
from tests.factories.context import NOW
from tests.factories.filling import filled, stored, unique
from tests.factories.orders import make_piece, make_requirement
from tests.factories.policy import WHO
from tests.factories.profiles import make_profile_version

SLICER = "PrusaSlicer 2.5.0 sha256:0123"
APPROVED: dict[str, Any] = {"approved_by": WHO, "approved_at": NOW}
VOIDED: dict[str, Any] = {"voided_by": WHO, "voided_at": NOW, "void_reason": Reason.CUSTOMER_CANCELED}


def make_plan(**overrides: Any) -> Plan:
    """Return the first draft of a component's plan."""
    return stored(Plan, filled({"created_by": WHO, **overrides}, requirement=make_requirement))


def make_approved_plan(**overrides: Any) -> Plan:
    """Return a plan that is pinned to a profile version and a slicer."""
    values = {"state": PlanState.APPROVED, "slicer_digest": SLICER, **APPROVED, **overrides}
    return make_plan(**filled(values, profile_version=make_profile_version, pins_sha256=some_sha256))


def make_void_plan(**overrides: Any) -> Plan:
    """Return a plan nothing is made from."""
    return make_plan(**{"state": PlanState.VOID, **VOIDED, **overrides})


def make_plan_review(**overrides: Any) -> PlanReview:
    """Return a face somebody must look at."""
    return stored(PlanReview, filled({"code": ReviewCode.COSMETIC_FACE, "raised_by": WHO, **overrides}, plan=make_plan))


def make_layout(**overrides: Any) -> Layout:
    """Return a layout with one part in the middle."""
    return stored(Layout, filled(overrides, sha256=some_sha256, artifact=make_artifact))


def make_layout_slot(**overrides: Any) -> LayoutSlot:
    """Return the first place of a layout."""
    return stored(LayoutSlot, filled(overrides, layout=make_layout, mesh=make_artifact))


def make_output(**overrides: Any) -> Output:
    """Return an hour of G-code."""
    values = {"slicer_digest": SLICER, "estimated_minutes": 60, "filament_mg": 12_000, "filament_mm": 4_000, **overrides}
    values.setdefault("facts", {"objects": [f"slot-{slot}" for slot in range(1, 7)]})
    makers: dict[str, Callable[[], Any]] = {
        "layout": make_layout,
        "printer_class": make_printer_class,
        "profile_version": make_profile_version,
        "slice_key": some_sha256,
        "artifact": make_artifact,
    }
    return stored(Output, filled(values, **makers))


def make_plate(**overrides: Any) -> BuildPlate:
    """Return a plate somebody is still composing."""
    return stored(BuildPlate, filled(overrides, site=shop, number=lambda: unique("P")))


def make_approved_plate(**overrides: Any) -> BuildPlate:
    """Return a plate that may be sliced and queued."""
    values = {"state": PlateState.APPROVED, **APPROVED, **overrides}
    return make_plate(**filled(values, layout=make_layout, printer_class=make_printer_class, items_sha256=some_sha256))


def make_slice_failure(**overrides: Any) -> SliceFailure:
    """Return a slice that gave nothing."""
    return stored(SliceFailure, filled({"code": "SLICER_EMPTY", **overrides}, plate=make_approved_plate, slice_key=some_sha256))


def make_plate_item(**overrides: Any) -> PlateItem:
    """Return the one piece on a plate."""
    values = filled(overrides, plate=make_plate, piece=make_piece)
    return stored(PlateItem, filled(values, plan=lambda: _approved_plan_of(values["piece"].requirement)))


def _approved_plan_of(requirement: Requirement) -> Plan:
    """Return how the component is made; it has one approved plan at a time."""
    return Plan.objects.filter(requirement=requirement, state=PlanState.APPROVED).first() or make_approved_plan(requirement=requirement)
