"""``runs.requeue_run``: nothing was started, so it waits for a printer again."""

from __future__ import annotations

from typing import Any

import pytest

from apps.fleet.models import Printer
from apps.fleet.states import Bed, Health, Occupancy
from apps.journal.models import Event
from apps.orders.models import Piece
from apps.runs import commands
from apps.runs.models import ItemOutcome, Run
from apps.runs.states import RunState
from tests.factories.floor import make_floor
from tests.runs.driving import dispatched, fresh, machine, person, sent

pytestmark = pytest.mark.django_db


def requeue(run: Run, printer: Printer, **values: Any) -> bool:
    given = {"code": "PRINTER_OFFLINE", "evidence": {}, **values}
    return commands.requeue_run(machine(), run_id=run.pk, printer_id=printer.pk, **given)


class TestGoingBackIntoTheQueue:
    def test_gives_the_printer_back_with_a_clear_bed(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = dispatched(floor.plate(), printer)

        assert requeue(run, printer)

        run = fresh(run)
        printer = fresh(printer)
        assert (run.state, run.printer_id, run.dispatch_step, run.remote_path) == (RunState.QUEUED, None, "", "")
        assert (printer.occupancy, printer.current_run_id, printer.bed) == (Occupancy.FREE, None, Bed.CLEAR)
        assert Piece.objects.get().state == "owed"

    def test_again_changes_nothing(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = dispatched(floor.plate(), printer)
        requeue(run, printer)

        assert requeue(run, printer)

        assert Event.objects.filter(type="RunRequeued").count() == 1

    def test_leaves_a_printer_that_prints_something_else_blocked(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = dispatched(floor.plate(), printer)

        requeue(run, printer, code="FOREIGN", is_foreign=True)

        printer = fresh(printer)
        assert (printer.occupancy, printer.current_run_id) == (Occupancy.FOREIGN, None)


class TestOnceTheStartWasSent:
    def test_nothing_happens_without_proof(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = sent(floor.plate(), printer)

        assert not requeue(run, printer)

        run = fresh(run)
        assert (run.state, run.dispatch_step) == (RunState.UPLOADING, "start_sent")

    def test_proof_that_it_never_ran_frees_it(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = sent(floor.plate(), printer)

        assert requeue(run, printer, is_proven=True)

    def test_a_wish_to_stop_it_ends_it_instead(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = sent(floor.plate(), printer)
        commands.abort_run(person(), run_id=run.pk, expected_version=run.version, note="wrong color")

        assert not requeue(run, printer, is_proven=True)

        run = fresh(run)
        printer = fresh(printer)
        assert (run.state, run.reason, run.reason_note) == (RunState.ABORTED, "OPERATOR_ABORT", "wrong color")
        assert (printer.occupancy, printer.bed) == (Occupancy.FREE, Bed.CLEAR)
        assert ItemOutcome.objects.get().outcome == "SKIPPED"


class TestAPrinterThatCannotBeGivenFiles:
    def test_is_degraded_after_the_third_time(self) -> None:
        floor = make_floor()
        plate, printer = floor.plate(), floor.printer()
        for _ in range(3):
            run = dispatched(plate, Printer.objects.get(pk=printer.pk))
            assert requeue(run, printer, code="UPLOAD_FAILED")

        printer = fresh(printer)
        assert (printer.health, printer.health_reason) == (Health.DEGRADED, "MOONRAKER_ERROR")


class TestAFileThatIsNotToBeHad:
    def test_ends_the_attempt_and_asks_for_a_look_at_the_plan(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = dispatched(floor.plate(), printer)

        assert not requeue(run, printer, code="NO_FILE")

        run = fresh(run)
        assert (run.state, run.reason) == (RunState.FAILED, "GCODE_ERROR")
