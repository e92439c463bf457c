"""``runs.queue_run``: a plate waits for a printer."""

from __future__ import annotations

from uuid import UUID

import pytest

from apps.journal.models import Event
from apps.journal.refusals import Refusal
from apps.journal.results import Parked
from apps.planning.models import PlateItem
from apps.policy.domain.default import default_body
from apps.policy.models import Decision
from apps.policy.states import HoldScope
from apps.runs import commands
from apps.runs.models import Run
from apps.runs.states import ItemResult, RunState
from tests.factories.floor import make_floor
from tests.factories.planning import make_approved_plate, make_plate
from tests.factories.policy import make_hold
from tests.runs.driving import completed, dispatched, judged, machine, person, queued
from tests.writers import Writers

pytestmark = pytest.mark.django_db


class TestQueueing:
    def test_makes_an_attempt_that_waits(self) -> None:
        floor = make_floor()
        plate = floor.plate(pieces=2, orders=2)

        run = queued(plate)

        assert (run.state, run.attempt, run.printer_id, run.requested_by) == (RunState.QUEUED, 1, None, "service:runs.machines")
        event = Event.objects.get(type="RunQueued")
        kinds = sorted(row.kind for row in event.subject_rows.all())
        assert kinds == ["intent", "intent", "plan", "plan", "plate", "run"]

    def test_keeps_why_it_was_allowed(self) -> None:
        plate = make_floor().plate()

        queued(plate)

        decision = Decision.objects.get(transition="run.queue")
        assert (decision.transition, decision.subject_id, decision.outcome) == ("run.queue", plate.pk, "ALLOW")

    def test_twice_is_one_attempt(self) -> None:
        plate = make_floor().plate()

        first, second = queued(plate), queued(plate)

        assert first.pk == second.pk
        assert Run.objects.count() == 1


class TestAPlateThatCannotBeQueued:
    def test_is_left_alone_by_automation_and_named_to_a_person(self) -> None:
        make_floor()
        for plate, code in ((make_plate(), "plate-not-approved"), (make_approved_plate(), "no-file-to-print")):
            assert commands.queue_run(machine(), plate_id=plate.pk) is None
            with pytest.raises(Refusal) as refused:
                commands.queue_run(person(), plate_id=plate.pk)
            assert refused.value.code == code

    def test_is_one_of_which_a_part_was_made(self) -> None:
        floor = make_floor()
        plate = floor.plate(pieces=2)
        judged(completed(plate, floor.printer()), ItemResult.SUCCESS, ItemResult.SKIPPED)

        with pytest.raises(Refusal) as refused:
            commands.queue_run(person(), plate_id=plate.pk)

        assert refused.value.code == "nothing-to-make"

    def test_is_not_one_of_which_nothing_was_made_if_a_person_asks(self) -> None:
        floor = make_floor()
        plate = floor.plate(pieces=2)
        judged(completed(plate, floor.printer()), ItemResult.SKIPPED, ItemResult.SKIPPED)

        again = commands.queue_run(person(), plate_id=plate.pk)

        assert isinstance(again, UUID)
        assert Run.objects.get(pk=again).attempt == 2
        assert PlateItem.objects.filter(live=True).count() == 2

    def test_is_made_once_by_automation(self) -> None:
        floor = make_floor()
        plate = floor.plate()
        judged(completed(plate, floor.printer()), ItemResult.SKIPPED)

        assert commands.queue_run(machine(), plate_id=plate.pk) is None


class TestThePolicy:
    def test_can_stop_it_and_says_why(self) -> None:
        plate = make_floor().plate()
        make_hold(scope=HoldScope.PLATE, scope_id=plate.pk)

        answer = commands.queue_run(machine(), plate_id=plate.pk)

        assert isinstance(answer, Refusal)
        assert answer.code == "policy-blocked"
        assert not Run.objects.exists()
        assert Decision.objects.get(transition="run.queue").outcome == "BLOCK"

    def test_can_ask_a_person_and_the_attempt_is_parked_in_sight(self) -> None:
        body = default_body()
        body["rules"] = [
            {
                "id": "ask",
                "transitions": ["run.queue"],
                "predicate": "never",
                "params": {},
                "otherwise": "REQUIRE_APPROVAL",
                "only_automatic": True,
            }
        ]
        plate = make_floor(policy=body).plate()

        answer = commands.queue_run(machine(), plate_id=plate.pk)

        assert isinstance(answer, Parked)
        run = Run.objects.get()
        assert (run.state, run.approval_id) == (RunState.PENDING_APPROVAL, answer.approval_id)


@pytest.mark.both_engines
class TestAPlateQueuedEightTimesAtOnce:
    def test_is_one_attempt(self, writers: Writers) -> None:
        plate = make_floor().plate()

        outcomes = writers.in_threads(lambda _n: commands.queue_run(machine(), plate_id=plate.pk), 8)

        assert [one.error for one in outcomes if one.error] == []
        assert len({one.value for one in outcomes}) == 1
        assert Run.objects.count() == 1


class TestAPlateOnAPrinter:
    def test_is_not_queued_again(self) -> None:
        floor = make_floor()
        run = dispatched(floor.plate(), floor.printer())

        assert commands.queue_run(machine(), plate_id=run.plate_id) == run.pk
