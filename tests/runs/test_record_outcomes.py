"""``runs.record_outcomes``: what happened on the plate, part by part, and what it means for the pieces."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.journal import frame
from apps.journal.models import Delivery, Event
from apps.journal.refusals import Invalid, Refusal, StaleVersion
from apps.orders.models import Piece
from apps.orders.queries import piece_counts
from apps.planning.models import Plan, PlateItem
from apps.policy.models import BreakerCount
from apps.policy.states import BreakerKind
from apps.runs import commands
from apps.runs.models import ItemOutcome, Run
from apps.runs.states import ItemResult, Ruling
from tests.factories.floor import make_floor
from tests.runs.driving import completed, fresh, judged, person, printing, ruled

pytestmark = pytest.mark.django_db

GOOD, FAILED, UNSURE, SKIPPED = ItemResult.SUCCESS, ItemResult.FAILED, ItemResult.UNKNOWN, ItemResult.SKIPPED


def states() -> list[str]:
    return list(Piece.objects.order_by("plate_items__slot").values_list("state", flat=True))


class TestEachOutcome:
    def test_moves_its_piece(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(pieces=4), floor.printer())
        assert states() == ["printing"] * 4

        assert judged(run, GOOD, FAILED, UNSURE, SKIPPED)

        assert states() == ["cooling", "owed", "cooling", "owed"]

    def test_ends_what_the_part_was_for_or_keeps_its_place_until_it_may_be_printed_again(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(pieces=4), floor.printer())

        judged(run, GOOD, FAILED, UNSURE, SKIPPED)

        assert list(PlateItem.objects.order_by("slot").values_list("live", flat=True)) == [False, True, False, True]
        for item in PlateItem.objects.filter(live=True).select_related("piece"):
            assert item.piece.allocated_to == item.pk

    def test_leaves_every_piece_counted_once(self) -> None:
        floor = make_floor()
        plate = floor.plate(pieces=20)
        run = completed(plate, floor.printer())

        judged(run, *([GOOD, FAILED, UNSURE, SKIPPED] * 5))

        counts = piece_counts(Piece.objects.all()[0].requirement_id)
        assert counts.balanced
        assert (counts.allocated, counts.open) == (20, 0)

    def test_is_told_in_the_orders_story(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())

        judged(run, GOOD)

        event = Event.objects.get(type="ItemOutcomeRecorded")
        assert {"item", "piece", "line", "requirement", "intent", "run"} <= {row.kind for row in event.subject_rows.all()}


class TestAFailedPart:
    def test_counts_once_per_attempt_against_its_own_plan_and_the_printer(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(pieces=4, orders=2), floor.printer())

        judged(run, FAILED, GOOD, FAILED, GOOD)

        counted = BreakerCount.objects.exclude(breaker=BreakerKind.RUNAWAY)
        assert sorted(counted.values_list("breaker", flat=True)) == ["plan_loop", "printer"]

    def test_of_an_attempt_that_failed_is_not_counted_twice(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        ruled(run, Ruling.FAIL, reason="SPAGHETTI")

        judged(run, FAILED)

        assert BreakerCount.objects.filter(breaker=BreakerKind.PLAN_LOOP).count() == 1
        assert BreakerCount.objects.filter(breaker=BreakerKind.PRINTER).count() == 1

    def test_for_a_fault_of_the_model_asks_for_a_look_at_the_plan(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())

        judged(run, FAILED, reason="MODEL_DEFECT")

        assert Plan.objects.get().reviews.get().code == "FAILED_BEFORE"


class TestJudging:
    def test_is_done_when_every_part_has_an_outcome(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(pieces=2), floor.printer())

        assert not judged(run, GOOD)
        assert fresh(run).judged_at is None
        assert judged(run, GOOD, FAILED)

        assert fresh(run).judged_by.startswith("person:")
        event = Event.objects.get(type="RunJudged")
        assert Delivery.objects.filter(event=event).count() >= 1

    def test_again_with_the_same_words_changes_nothing(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())
        judged(run, FAILED)

        assert judged(run, FAILED)

        assert ItemOutcome.objects.count() == 1

    def test_again_with_other_words_is_a_correction_and_refused_here(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())
        judged(run, GOOD)

        with pytest.raises(Refusal) as refused:
            judged(run, FAILED)

        assert refused.value.code == "outcome-recorded"

    def test_of_what_still_prints_is_refused(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        with pytest.raises(Refusal) as refused:
            judged(run, GOOD)

        assert refused.value.code == "run-not-over"


class TestBadInput:
    @pytest.mark.parametrize(
        ("verdict", "field"),
        [
            ({"outcome": FAILED}, "reason"),
            ({"outcome": GOOD, "reason": "WARP"}, "reason"),
            ({"outcome": FAILED, "reason": "UNKNOWN"}, "note"),
            ({"outcome": FAILED, "reason": "BORED"}, "reason"),
            ({"outcome": "SPLENDID"}, "outcome"),
        ],
    )
    def test_is_named_by_field_and_keeps_nothing(self, verdict: dict[str, str], field: str) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())
        item = run.plate.items.get()

        with pytest.raises(Invalid) as refused:
            commands.record_outcomes(person(), run_id=run.pk, outcomes=(commands.ItemVerdict(item.pk, **verdict),))  # type: ignore[arg-type]

        assert list(refused.value.params["fields"]) == [f"outcomes[0].{field}"]
        assert not ItemOutcome.objects.exists()

    def test_parts_that_are_elsewhere_twice_or_none_are_refused(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())
        here = commands.ItemVerdict(run.plate.items.get().pk, GOOD)

        for outcomes in ((), (here, here), (commands.ItemVerdict(uuid4(), GOOD),)):
            with pytest.raises(Invalid):
                commands.record_outcomes(person(), run_id=run.pk, outcomes=outcomes)

    def test_an_old_look_is_refused(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())

        with pytest.raises(StaleVersion):
            commands.record_outcomes(
                person(), run_id=run.pk, outcomes=(commands.ItemVerdict(run.plate.items.get().pk, GOOD),), expected_version=1
            )


class TestACanceledPiece:
    def test_stays_canceled_whatever_came_off_the_printer(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(pieces=2), floor.printer())
        _cancel(run)
        ruled(run, Ruling.COMPLETE)

        assert judged(run, GOOD, GOOD)

        assert states() == ["canceled", "cooling"]
        assert not PlateItem.objects.filter(live=True).exists()


def _cancel(run: Run) -> None:
    """Cancel the first piece on the plate."""
    with frame.seeding("a canceled piece"):
        piece = run.plate.items.get(slot=1).piece
        Piece.objects.filter(pk=piece.pk).update(state="canceled", reason="CUSTOMER_REQUEST", allocated_to=None)
