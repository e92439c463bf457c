"""``runs.reprint_items``: failed and skipped parts go onto a new plate, as far as the policy allows."""

from __future__ import annotations

from uuid import UUID

import pytest

from apps.journal import frame
from apps.journal.models import Delivery, Event
from apps.journal.refusals import Refusal
from apps.orders.models import Piece
from apps.orders.queries import pieces_to_plan
from apps.planning.models import BuildPlate, Plan, PlateItem
from apps.policy.models import BreakerCount, Decision
from apps.policy.states import BreakerKind
from apps.runs import commands
from apps.runs.models import Run
from apps.runs.states import ItemResult
from tests.factories.accounts import shop
from tests.factories.context import NOW
from tests.factories.floor import Floor, make_floor
from tests.runs.driving import completed, completed_run, judged, machine, person, printing

pytestmark = pytest.mark.django_db

GOOD, FAILED, SKIPPED = ItemResult.SUCCESS, ItemResult.FAILED, ItemResult.SKIPPED


def judged_run(*outcomes: ItemResult, reason: str = "SPAGHETTI") -> Run:
    floor = make_floor()
    run = completed(floor.plate(pieces=len(outcomes)), floor.printer())
    judged(run, *outcomes, reason=reason)
    return run


class TestPrintingAgain:
    def test_frees_the_pieces_for_a_new_plate(self) -> None:
        run = judged_run(GOOD, FAILED, SKIPPED)
        assert pieces_to_plan(shop().pk) == []

        again = commands.reprint_items(machine(), run_id=run.pk)

        assert isinstance(again, tuple)
        assert {piece.pk for piece in pieces_to_plan(shop().pk)} == set(again)
        assert len(again) == 2
        assert not PlateItem.objects.filter(live=True).exists()

    def test_owes_their_new_plate(self) -> None:
        commands.reprint_items(machine(), run_id=judged_run(FAILED).pk)

        event = Event.objects.get(type="ReprintCreated")
        assert Delivery.objects.filter(event=event, subscriber__endswith="recompose").count() == 1

    def test_again_has_nothing_left_to_do(self) -> None:
        run = judged_run(FAILED)
        commands.reprint_items(machine(), run_id=run.pk)

        assert commands.reprint_items(machine(), run_id=run.pk) == ()

    def test_of_one_part_leaves_the_others_where_they_are(self) -> None:
        run = judged_run(FAILED, FAILED)
        item = run.plate.items.get(slot=2)

        assert commands.reprint_items(person(), run_id=run.pk, item_ids=(item.pk,)) == (item.piece_id,)

        assert PlateItem.objects.get(live=True).slot == 1

    def test_counts_against_automation_that_runs_away(self) -> None:
        run = judged_run(FAILED)
        before = BreakerCount.objects.filter(breaker=BreakerKind.RUNAWAY).count()

        commands.reprint_items(machine(), run_id=run.pk)

        assert BreakerCount.objects.filter(breaker=BreakerKind.RUNAWAY).count() == before + 1

    def test_of_a_plate_that_is_to_be_printed_again_itself_has_nothing_to_do(self) -> None:
        run = judged_run(FAILED, FAILED)
        commands.queue_run(person(), plate_id=run.plate_id)

        assert commands.reprint_items(person(), run_id=run.pk) == ()

        assert PlateItem.objects.filter(live=True).count() == 2

    def test_of_what_still_prints_is_refused(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        with pytest.raises(Refusal):
            commands.reprint_items(person(), run_id=run.pk)


class TestThePolicy:
    @pytest.mark.parametrize("reason", ["MODEL_DEFECT", "THERMAL"])
    def test_keeps_automation_from_repeating_some_failures(self, reason: str) -> None:
        run = judged_run(FAILED, reason=reason)

        stopped = commands.reprint_items(machine(), run_id=run.pk)
        let = commands.reprint_items(person(), run_id=run.pk)

        assert isinstance(stopped, Refusal)
        assert isinstance(let, tuple)
        assert len(let) == 1

    def test_lets_nobody_try_a_piece_for_ever(self) -> None:
        floor = make_floor()
        plate = floor.plate()
        run = completed(plate, floor.printer())
        judged(run, FAILED, reason="MCU_LOST")
        for _ in range(2):
            run = _again(plate, floor)
            judged(run, FAILED, reason="MCU_LOST")

        answer = commands.reprint_items(person(), run_id=run.pk)

        assert isinstance(answer, Refusal)
        assert "attempts-have-an-end" in answer.params["rules"]
        assert isinstance(commands.reprint_items(person(), run_id=run.pk, override="last one of the batch"), tuple)

    def test_stops_at_a_locked_plan_until_somebody_looked(self) -> None:
        run = judged_run(FAILED)
        _lock(Plan.objects.get())

        answer = commands.reprint_items(machine(), run_id=run.pk)

        assert isinstance(answer, Refusal)
        assert Decision.objects.filter(transition="item.reprint", outcome="BLOCK").exists()
        assert Piece.objects.get().allocated_to is not None


def _again(plate: BuildPlate, floor: Floor) -> Run:
    """Print the whole plate again, as a person may."""
    run_id = commands.queue_run(person(), plate_id=plate.pk)
    assert isinstance(run_id, UUID), run_id
    return completed_run(Run.objects.get(pk=run_id), floor.printer())


def _lock(plan: Plan) -> None:
    with frame.seeding("a lock"):
        Plan.objects.filter(pk=plan.pk).update(dispatch_blocked=True, blocked_since=NOW)
