"""From a released order to sliced plates, with the real slicer and everything else real as well."""

from __future__ import annotations

import pytest

from apps.artifacts import queries as artifacts
from apps.artifacts.store import read_verified
from apps.journal.models import Delivery, Event
from apps.orders.models import Piece
from apps.orders.queries import piece_counts
from apps.planning import queries
from apps.planning.models import BuildPlate, Output, Plan
from apps.planning.states import PlanState, PlateState
from tests.planning.workshop import in_days, items, make_model, make_order, plates, release_order, set_up, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def undone() -> list[str]:
    return [
        f"{one.subscriber}: {one.last_error}" for one in Delivery.objects.exclude(state="done") if one.subscriber.startswith("planning.")
    ]


class TestTwoOrders:
    def test_share_a_plate_and_its_gcode_comes_from_the_slicer(self) -> None:
        floor = set_up()
        box = make_model(30, 20, 4)
        first = make_order(floor, box, quantity=2, is_released=False)
        second = make_order(floor, make_model(15, 15, 3), quantity=1, is_released=False, due_at=in_days(3))
        release_order(first)
        release_order(second)

        work()

        assert undone() == []
        (plate,) = plates()
        output = queries.output_for(plate)
        assert output is not None
        gcode = read_verified(output.artifact).decode()
        assert len(items(plate)) == 3
        assert {one.piece.requirement_id for one in items(plate)} == {first.pk, second.pk}
        assert gcode.count("EXCLUDE_OBJECT_DEFINE") == 3
        assert "slot-1" in gcode
        assert str(first.line.intent_id) not in gcode
        assert output.facts["max_nozzle_c"] > 150
        assert [queries.object_in(output, one.slot) for one in items(plate)] == ["slot-1", "slot-2", "slot-3"]
        assert output.preview is not None

    def test_are_told_in_their_timelines_with_every_file_back_to_the_meshes(self) -> None:
        floor = set_up()
        revision = make_model(20, 20, 3)
        requirement = make_order(floor, revision, is_released=False)
        release_order(requirement)

        work()

        intent_id = requirement.line.intent_id
        told = list(
            Event.objects.filter(subject_rows__kind="intent", subject_rows__subject_id=intent_id)
            .order_by("id")
            .values_list("type", flat=True)
        )
        steps = [one for one in told if one != "DecisionMade"]
        assert steps[:7] == [
            "IntentReleased",
            "PlanDrafted",
            "PlanApproved",
            "BuildPlateComposed",
            "BuildPlateApproved",
            "SliceRequested",
            "Sliced",
        ]
        (plate,) = plates()
        output = queries.output_for(plate)
        assert output is not None
        lineage = {(link.role, link.parent.sha256) for link in artifacts.lineage(output.artifact_id)}
        mesh = revision.preflights.get().artifact
        assert ("mesh", mesh.sha256) in lineage
        assert {role for role, _sha in lineage} == {"layout", "settings", "mesh"}

    def test_of_the_same_thing_are_sliced_once(self) -> None:
        floor = set_up()
        box = make_model(22, 18, 3)
        first = make_order(floor, box, is_released=False)
        release_order(first)
        work()
        second = make_order(floor, box, is_released=False)
        release_order(second)

        work()

        one, two = plates()
        assert one.layout_id == two.layout_id
        assert (Output.objects.count(), one.output_id) == (1, two.output_id)
        assert [row.data for row in Event.objects.filter(type="Sliced").order_by("id") if '"reused":true' in row.data]
        assert Event.objects.filter(type="SliceRequested").count() == 1


class TestAModelNoSlicerTakes:
    def test_fails_with_a_code_and_is_explained(self) -> None:
        floor = set_up()
        requirement = make_order(floor, make_model(40, 0.05, 0.45), is_released=False)
        release_order(requirement)

        work()

        (plate,) = plates()
        failure = plate.slice_failures.get()
        piece = Piece.objects.get()
        (blocker,) = queries.why_waiting([piece], now=in_days(0)).values()
        assert plate.output_id is None
        assert (blocker.code, blocker.params["code"]) == ("SLICE_FAILED", failure.code)
        assert Plan.objects.get().reviews.get().code == "SLICE_WARNING"
        assert undone() == []


def test_everything_stays_counted() -> None:
    floor = set_up()
    requirement = make_order(floor, make_model(60, 60, 2), quantity=9, is_released=False)
    release_order(requirement)

    work()

    counts = piece_counts(requirement.pk)
    assert counts.balanced
    assert (counts.allocated, counts.open) == (9, 0)
    assert Plan.objects.get().state == PlanState.APPROVED
    assert {plate.state for plate in BuildPlate.objects.all()} == {PlateState.APPROVED}
