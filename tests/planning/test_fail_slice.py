"""``planning.fail_slice``: why there is no G-code, and who must look."""

from __future__ import annotations

from uuid import UUID

import pytest

from apps.journal.models import Event
from apps.orders.models import Piece
from apps.planning import commands, queries
from apps.planning.models import BuildPlate, PlanReview, SliceFailure
from tests.factories.context import NOW, make_context
from tests.planning.test_record_output import asked, made
from tests.planning.test_request_slice import automation

pytestmark = pytest.mark.django_db(transaction=True)

PARAMS = {"measured": "210.4", "limit": "210"}


def fail(plate: BuildPlate, code: str = "GCODE_TOO_TALL", *, blames_plan: bool = True, **params: str) -> UUID | None:
    return commands.fail_slice(
        automation(),
        plate_id=plate.pk,
        slice_key=plate.slice_key,
        code=code,
        params={**PARAMS, **params},
        log="x" * 20_000,
        blames_plan=blames_plan,
    )


class TestFailing:
    def test_keeps_the_code_the_measure_and_the_slicers_last_words(self) -> None:
        plate = asked()

        failure_id = fail(plate)

        assert failure_id is not None
        failure = SliceFailure.objects.get(pk=failure_id)
        assert (failure.code, failure.params, len(failure.log)) == ("GCODE_TOO_TALL", PARAMS, 8_000)
        event = Event.objects.get(type="SliceFailed")
        assert "210.4" not in event.data

    def test_asks_a_person_to_look_at_the_plan(self) -> None:
        plate = asked()

        fail(plate)

        review = PlanReview.objects.get()
        assert (review.code, review.evidence["seen"][0]["code"]) == ("SLICE_WARNING", "GCODE_TOO_TALL")

    def test_does_not_blame_the_plan_for_a_missing_slicer(self) -> None:
        fail(asked(), "slicer-missing", blames_plan=False)

        assert not PlanReview.objects.exists()

    def test_is_what_the_piece_waits_for(self) -> None:
        plate = asked()
        (blocker,) = queries.why_waiting(Piece.objects.all(), now=NOW).values()
        assert blocker.code == "SLICING"

        fail(plate)

        (blocker,) = queries.why_waiting(Piece.objects.all(), now=NOW).values()
        assert (blocker.code, blocker.kind, blocker.params["code"]) == ("SLICE_FAILED", "plate", "GCODE_TOO_TALL")
        assert "210.4 mm" in blocker.words
        assert blocker.next_action

    def test_the_same_way_twice_is_kept_once(self) -> None:
        plate = asked()
        fail(plate)

        assert fail(plate) is None
        assert fail(plate, measured="300") is not None
        assert SliceFailure.objects.count() == 2

    def test_after_there_is_gcode_means_nothing(self) -> None:
        plate = asked()
        commands.record_output(make_context(), plate_id=plate.pk, slice_key=plate.slice_key, made=made())

        assert fail(plate) is None
        assert not SliceFailure.objects.exists()
