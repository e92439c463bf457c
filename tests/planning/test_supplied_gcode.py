"""Supplied G-code goes the same way without a slicer: looked at by a person, read back, held against the machine."""

from __future__ import annotations

import pytest

from apps.artifacts.store import read_verified
from apps.orders.models import Piece
from apps.planning import commands, queries
from apps.planning.models import Output, Plan, PlanReview
from tests.factories.context import NOW, make_context
from tests.planning.workshop import Workshop, make_gcode_model, make_model, make_order, plates, release_order, set_up, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def some_gcode(floor: Workshop) -> bytes:
    """Return what the slicer makes of a small box."""
    release_order(make_order(floor, make_model(20, 20, 2), is_released=False))
    work()
    return read_verified(Output.objects.get().artifact)


def ordered(floor: Workshop, gcode: bytes) -> Piece:
    model = make_gcode_model(gcode, seconds=300, filament_mm=400, filament_mg=1_200, size_x_um=20_000, size_y_um=20_000, size_z_um=2_000)
    requirement = make_order(floor, model, is_released=False)
    release_order(requirement)
    work()
    return requirement.pieces.get()


def looked_at(piece: Piece) -> None:
    review = PlanReview.objects.get(plan__requirement=piece.requirement)
    assert review.code == "EXTERNAL_GCODE"
    commands.resolve_review(make_context(), review_id=review.pk, expected_version=review.version, note="Temperatures are fine")
    work()


class TestGoodGcode:
    def test_waits_for_a_person_and_is_then_printed_byte_for_byte(self) -> None:
        floor = set_up()
        gcode = some_gcode(floor)
        piece = ordered(floor, gcode)
        (blocker,) = queries.why_waiting([piece], now=NOW).values()
        assert (blocker.code, blocker.params["reviews"]) == ("REVIEW", ["EXTERNAL_GCODE"])

        looked_at(piece)

        plate = plates()[-1]
        output = queries.output_for(plate)
        assert output is not None
        assert read_verified(output.artifact) == gcode
        assert (output.profile_version_id, output.slicer_digest) == (None, "")
        assert output.facts["max_nozzle_c"] > 150
        assert plate.layout is not None
        assert plate.layout.artifact_id == output.artifact_id
        assert queries.wanted_of(plate).nozzle_c == output.facts["max_nozzle_c"]


class TestBadGcode:
    @pytest.mark.parametrize(
        ("was", "becomes", "code"),
        [(b"M104 S", b"M104 S9", "GCODE_TOO_HOT"), (b"M109 S", b"M109 S9", "GCODE_TOO_HOT")],
    )
    def test_is_refused_by_what_is_read_from_it(self, was: bytes, becomes: bytes, code: str) -> None:
        floor = set_up()
        gcode = some_gcode(floor)
        assert was in gcode, "the slicer's file sets no temperature this way"
        piece = ordered(floor, gcode.replace(was, becomes))

        looked_at(piece)

        (blocker,) = queries.why_waiting(Piece.objects.filter(pk=piece.pk), now=NOW).values()
        assert (blocker.code, blocker.params["code"]) == ("SLICE_FAILED", code)
        assert Plan.objects.get(requirement=piece.requirement).reviews.filter(code="SLICE_WARNING", resolved_at=None).exists()
