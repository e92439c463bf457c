"""What the database refuses about build plans, layouts and plates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.planning.models import BuildPlate, Plan
from apps.planning.states import PlanSource, PlanState, PlateState
from tests.factories.artifacts import make_artifact, some_sha256
from tests.factories.context import NOW
from tests.factories.fleet import make_printer
from tests.factories.orders import make_piece, make_requirement
from tests.factories.planning import (
    VOIDED,
    make_approved_plan,
    make_approved_plate,
    make_layout,
    make_layout_slot,
    make_output,
    make_plan,
    make_plan_review,
    make_plate,
    make_plate_item,
    make_slice_failure,
    make_void_plan,
)
from tests.violations import Violation, missing, refused, twice, unknown_codes

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def make_void_plate(**overrides: Any) -> BuildPlate:
    return make_plate(**{"state": PlateState.VOID, **VOIDED, **overrides})


def two_approved_revisions() -> None:
    first = make_approved_plan()
    make_approved_plan(requirement=first.requirement, revision=2, based_on=first, diff={})


def the_same_piece_twice() -> None:
    twice(make_plate_item, piece=make_piece())


def the_same_piece_twice_on_one_plate() -> None:
    first = make_plate_item(live=False)
    make_plate_item(plate=first.plate, piece=first.piece, plan=first.plan, slot=2)


VIOLATIONS = [
    Violation("build_plate_slice_key_is_a_sha256", "plate-slice-key-invalid", lambda: make_plate(slice_key="abc")),
    Violation("sliced_plates_say_by_what_key", "plate-sliced-without-key", lambda: make_plate(output=make_output())),
    Violation("slice_failure_slice_key_is_a_sha256", "slice-failure-key-invalid", lambda: make_slice_failure(slice_key="abc")),
    Violation("slice_failures_carry_a_code", "slice-failure-without-code", lambda: make_slice_failure(code="")),
    Violation("one_plan_per_revision", "plan-revision-exists", lambda: twice(make_plan, requirement=make_requirement())),
    Violation("one_approved_plan_per_component", "plan-approved-already", two_approved_revisions),
    Violation("plan_revision_at_least_1", "plan-revision-invalid", lambda: make_plan(revision=0, based_on=make_plan(), diff={})),
    Violation("plan_estimates_are_not_negative", "plan-estimate-negative", lambda: make_plan(filament_mg=-1)),
    Violation("plan_pins_sha256_is_a_sha256", "plan-pins-hash-invalid", lambda: make_plan(pins_sha256="abc")),
    Violation("plans_say_who_drafted_them", "plan-unsigned", lambda: make_plan(created_by="")),
    Violation("later_revisions_say_what_changed", "plan-change-unsaid", lambda: make_plan(revision=2, based_on=make_plan())),
    Violation("approved_plans_are_pinned", "plan-not-pinned", lambda: make_approved_plan(profile_version=None)),
    Violation("approved_plans_were_approved", "plan-not-approved", lambda: make_approved_plan(approved_at=None, approved_by="")),
    Violation("draft_plans_are_not_approved", "plan-still-draft", lambda: make_approved_plan(state=PlanState.DRAFT)),
    Violation("plan_approvals_say_who_and_when", "plan-approval-unsigned", lambda: make_approved_plan(approved_by="")),
    Violation("superseded_plans_say_when", "plan-superseded-undated", lambda: make_approved_plan(state=PlanState.SUPERSEDED)),
    Violation("void_plans_say_when", "plan-void-undated", lambda: make_plan(state=PlanState.VOID)),
    Violation("void_plans_say_who_and_why", "plan-void-without-reason", lambda: make_void_plan(void_reason="")),
    Violation("locked_plans_say_since_when", "plan-lock-undated", lambda: make_plan(dispatch_blocked=True)),
    Violation("one_open_review_per_code", "plan-review-open", lambda: twice(make_plan_review, plan=make_plan())),
    Violation("reviews_say_who_raised_them", "plan-review-unsigned", lambda: make_plan_review(raised_by="")),
    Violation(
        "resolved_reviews_say_who_when_and_why",
        "plan-review-resolution-unsigned",
        lambda: make_plan_review(resolved_at=NOW, resolved_by="person:1"),
    ),
    Violation("one_layout_per_content", "layout-exists", lambda: twice(make_layout, sha256=some_sha256())),
    Violation("layout_sha256_is_a_sha256", "layout-hash-invalid", lambda: make_layout(sha256="abc")),
    Violation("one_mesh_per_layout_slot", "layout-slot-taken", lambda: twice(make_layout_slot, layout=make_layout())),
    Violation("layout_slot_slot_at_least_1", "layout-slot-invalid", lambda: make_layout_slot(slot=0)),
    Violation("one_output_per_slice_key", "output-exists", lambda: twice(make_output, slice_key=some_sha256())),
    Violation("output_slice_key_is_a_sha256", "slice-key-invalid", lambda: make_output(slice_key="abc")),
    Violation("output_estimates_are_not_negative", "output-estimate-negative", lambda: make_output(layers=0)),
    Violation("sliced_outputs_name_their_slicer", "output-without-slicer", lambda: make_output(slicer_digest="")),
    Violation("one_plate_per_number", "plate-number-taken", lambda: twice(make_plate, number="P-1")),
    Violation("build_plate_items_sha256_is_a_sha256", "plate-hash-invalid", lambda: make_plate(items_sha256="abc")),
    Violation("plates_have_a_number", "plate-unnumbered", lambda: make_plate(number="")),
    Violation("approved_plates_are_pinned", "plate-not-pinned", lambda: make_approved_plate(printer_class=None)),
    Violation("draft_plates_are_not_approved", "plate-still-draft", lambda: make_approved_plate(state=PlateState.DRAFT)),
    Violation("plate_approvals_say_who_and_when", "plate-approval-unsigned", lambda: make_approved_plate(approved_by="")),
    Violation("superseded_plates_say_when", "plate-superseded-undated", lambda: make_approved_plate(state=PlateState.SUPERSEDED)),
    Violation("void_plates_say_when", "plate-void-undated", lambda: make_plate(state=PlateState.VOID)),
    Violation("void_plates_say_who_and_why", "plate-void-without-reason", lambda: make_void_plate(voided_by="")),
    Violation("one_piece_per_plate_slot", "plate-slot-taken", lambda: twice(make_plate_item, plate=make_plate())),
    Violation("a_piece_is_on_a_plate_once", "piece-on-this-plate", the_same_piece_twice_on_one_plate),
    Violation("a_piece_is_on_one_live_plate", "piece-on-another-plate", the_same_piece_twice),
    Violation("plate_item_slot_at_least_1", "plate-slot-invalid", lambda: make_plate_item(slot=0)),
    Violation("plate_item_plan_revision_at_least_1", "plate-plan-revision-invalid", lambda: make_plate_item(plan_revision=0)),
]


def make_coded_plan(**code: Any) -> Plan:
    return make_void_plan(**code) if "void_reason" in code else make_plan(**code)


def make_coded_plate(**code: Any) -> BuildPlate:
    return make_void_plate(**code) if "void_reason" in code else make_plate(**code)


FACTORIES: dict[str, Callable[..., Any]] = {
    "Plan": make_coded_plan,
    "PlanReview": make_plan_review,
    "Layout": make_layout,
    "BuildPlate": make_coded_plate,
}


class TestTheDatabase:
    @pytest.mark.parametrize("violation", [*VIOLATIONS, *unknown_codes("planning", FACTORIES)], ids=str)
    def test_refuses_in_plain_words(self, violation: Violation) -> None:
        refusal = refused(violation.act)

        assert (refusal.code, refusal.params["constraint"]) == (violation.code, violation.constraint)

    def test_has_no_constraint_that_is_not_broken_here(self) -> None:
        assert missing("planning", VIOLATIONS) == set()

    @pytest.mark.parametrize(
        "pins", [{"slicer_digest": ""}, {"pins_sha256": ""}, {"source": PlanSource.PROJECT}, {"source": PlanSource.GCODE}], ids=str
    )
    def test_refuses_to_approve_what_is_not_pinned(self, pins: dict[str, str]) -> None:
        refusal = refused(lambda: make_approved_plan(**pins))

        assert refusal.code == "plan-not-pinned"

    @pytest.mark.parametrize("pin", ["layout", "approved_at", "items_sha256"])
    def test_refuses_to_approve_a_plate_that_is_not_pinned(self, pin: str) -> None:
        nothing = "" if pin == "items_sha256" else None

        refusal = refused(lambda: make_approved_plate(**{pin: nothing, "approved_by": "" if pin == "approved_at" else "person:1"}))

        assert refusal.code == "plate-not-pinned"


class TestWhatLooksLikeAViolation:
    def test_is_allowed_where_it_means_something_else(self) -> None:
        make_approved_plan(source=PlanSource.GCODE, profile_version=None, slicer_digest="", source_artifact=make_artifact())
        make_approved_plate(printer_class=None, printer=make_printer())
        make_output(profile_version=None, slicer_digest="")
        retired = make_output(retired_at=NOW)
        make_output(slice_key=retired.slice_key)
        old = make_plate_item(live=False)

        moved = make_plate_item(piece=old.piece, plan=old.plan)

        assert moved.live
