"""``runs.abort_run``: what was not started ends at once, what runs is asked to stop."""

from __future__ import annotations

import pytest

from apps.catalog.states import Reason
from apps.fleet.states import Bed, Occupancy
from apps.journal.models import Delivery, Event
from apps.journal.refusals import IllegalTransition, Invalid, StaleVersion
from apps.orders.models import Piece
from apps.runs import commands
from apps.runs.models import Run
from apps.runs.states import RunState
from tests.factories.floor import make_floor
from tests.runs.driving import completed, dispatched, fresh, machine, person, printing, queued, sent

pytestmark = pytest.mark.django_db


def abort(run: Run, **values: object) -> bool:
    return commands.abort_run(person(), run_id=run.pk, expected_version=run.version, **values)  # type: ignore[arg-type]


class TestAnAttemptThatWasNotStarted:
    def test_ends_at_once_and_its_parts_were_not_printed(self) -> None:
        run = queued(make_floor().plate(pieces=2))

        assert abort(run)

        run = fresh(run)
        assert (run.state, run.reason) == (RunState.ABORTED, "OPERATOR_ABORT")
        assert run.caused_by.startswith("person:")
        assert set(run.outcomes.values_list("outcome", flat=True)) == {"SKIPPED"}
        assert set(Piece.objects.values_list("state", flat=True)) == {"owed"}

    def test_gives_its_printer_back_with_a_clear_bed(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = dispatched(floor.plate(), printer)

        assert abort(run)

        printer = fresh(printer)
        assert (printer.occupancy, printer.bed) == (Occupancy.FREE, Bed.CLEAR)


class TestAnAttemptThatRuns:
    @pytest.mark.parametrize("until", [sent, printing])
    def test_is_asked_to_stop_and_goes_on_until_the_machine_was_seen_to(self, until: object) -> None:
        floor = make_floor()
        run = until(floor.plate(), floor.printer())  # type: ignore[operator]

        assert not abort(run, note="wrong color")

        after = fresh(run)
        assert (after.state, after.wish, after.wish_note) == (run.state, "abort", "wrong color")
        event = Event.objects.get(type="RunAbortRequested")
        assert Delivery.objects.filter(event=event, lane="dispatch").exists()

    def test_is_asked_once(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        abort(run)

        assert not commands.abort_run(machine(), run_id=run.pk)

        assert Event.objects.filter(type="RunAbortRequested").count() == 1

    def test_names_who_helped_it_along(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        abort(run)

        assert fresh(run).intervened_by.startswith("person:")


class TestAnAttemptThatIsOver:
    def test_is_refused_to_a_person_and_nothing_to_automation(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())

        with pytest.raises(IllegalTransition):
            abort(run)
        assert commands.abort_run(machine(), run_id=run.pk)


class TestBadInput:
    def test_an_unknown_reason_needs_a_note(self) -> None:
        run = queued(make_floor().plate())

        with pytest.raises(Invalid):
            abort(run, reason=Reason.UNKNOWN)

    def test_an_old_look_is_refused(self) -> None:
        run = queued(make_floor().plate())

        with pytest.raises(StaleVersion):
            commands.abort_run(person(), run_id=run.pk, expected_version=run.version + 1)
