"""``runs.abort_and_requeue``: stopped, and when it was seen to stop, all its parts are made again."""

from __future__ import annotations

import pytest

from apps.journal.models import Delivery, Event
from apps.journal.owed import Later
from apps.journal.refusals import IllegalTransition, StaleVersion
from apps.runs import commands, events
from apps.runs.models import ItemOutcome, Run
from apps.runs.states import ItemResult, Ruling, Wish
from apps.runs.subscribers.anomalies import requeue_parts
from tests.factories.floor import make_floor
from tests.notify.telling import happened
from tests.runs.driving import completed, fresh, machine, person, printing, ruled

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Run:
    floor = make_floor()
    return printing(floor.plate(pieces=2), floor.printer())


def owed(run: Run) -> None:
    """Do what is owed now."""
    requeue_parts(happened(events.RunRequeueWished(run_id=run.pk, printer_id=run.printer_id, reason="FIRST_LAYER")))  # type: ignore[arg-type]


class TestAskingForIt:
    def test_asks_the_machine_to_stop_and_owes_the_rest(self, run: Run) -> None:
        assert commands.abort_and_requeue(person(), run_id=run.pk, expected_version=run.version) is False

        after = fresh(run)
        assert (after.wish, after.wish_reason) == (Wish.ABORT, "FIRST_LAYER")
        assert Event.objects.filter(type="RunAbortRequested").exists()
        assert Delivery.objects.filter(subscriber="runs.requeue_parts").exists()

    def test_of_an_older_version_is_refused(self, run: Run) -> None:
        with pytest.raises(StaleVersion):
            commands.abort_and_requeue(person(), run_id=run.pk, expected_version=run.version - 1)

    def test_of_what_is_over_is_refused(self) -> None:
        floor = make_floor()
        over = completed(floor.plate(), floor.printer())

        with pytest.raises(IllegalTransition):
            commands.abort_and_requeue(person(), run_id=over.pk, expected_version=over.version)


class TestWhatIsOwed:
    def test_waits_until_the_machine_stopped(self, run: Run) -> None:
        with pytest.raises(Later):
            owed(run)
        assert not ItemOutcome.objects.exists()

    def test_fails_every_part_and_judges_the_attempt_once(self, run: Run) -> None:
        assert ruled(run, Ruling.ABORT, reason="FIRST_LAYER")

        owed(run)
        owed(run)

        assert list(ItemOutcome.objects.values_list("outcome", "reason")) == [(ItemResult.FAILED, "FIRST_LAYER")] * 2
        assert fresh(run).judged_at is not None
        assert Event.objects.filter(type="RunJudged").count() == 1

    def test_leaves_a_print_that_was_faster_to_a_person(self, run: Run) -> None:
        assert ruled(run, Ruling.COMPLETE)

        owed(run)

        assert not ItemOutcome.objects.exists()

    def test_says_of_a_part_that_was_left_out_that_it_was_not_printed(self, run: Run) -> None:
        assert run.printer_id is not None
        commands.note_excluded(machine(), run_id=run.pk, printer_id=run.printer_id, names=("SLOT-2",), evidence={})
        assert ruled(run, Ruling.ABORT, reason="FIRST_LAYER")
        owed(run)

        outcomes = {one.item.slot: one.outcome for one in ItemOutcome.objects.filter(run=run)}
        assert outcomes == {1: ItemResult.FAILED, 2: ItemResult.SKIPPED}
