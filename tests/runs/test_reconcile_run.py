"""``runs.reconcile_run``: what the table of disagreements decided is applied to attempt, printer, bed and pieces together."""

from __future__ import annotations

import pytest

from apps.fleet.models import MachineSession, Printer
from apps.fleet.states import Bed, Health, Occupancy
from apps.journal import frame
from apps.journal.models import Event
from apps.orders.models import Piece
from apps.planning.models import Plan
from apps.policy.models import BreakerCount
from apps.policy.states import BreakerKind
from apps.runs import commands
from apps.runs.states import Ruling, RunState
from tests.factories.floor import make_floor
from tests.factories.runs import make_incident_run
from tests.runs.driving import completed, dispatched, fresh, machine, person, printing, queued, ruled, sent

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return list(Event.objects.order_by("id").values_list("type", flat=True))


class TestAdopting:
    def test_a_print_whose_start_was_never_confirmed(self) -> None:
        floor = make_floor()
        run = sent(floor.plate(), floor.printer())

        assert ruled(run, Ruling.ADOPT, job_ref="0007")

        run = fresh(run)
        assert (run.state, run.job_ref) == (RunState.PRINTING, "0007")
        assert Piece.objects.get().state == "printing"
        assert kinds()[-2:] == ["RunStarted", "RunReconciled"]

    def test_a_queued_attempt_that_prints_already_takes_the_printer_and_pins_what_it_is_like(self) -> None:
        floor = make_floor()
        run, printer = queued(floor.plate()), floor.printer(code="V3")

        assert ruled(run, Ruling.ADOPT, printer_id=printer.pk)

        run, printer = fresh(run), fresh(printer)
        assert (run.state, run.printer_id) == (RunState.PRINTING, printer.pk)
        assert run.printer_snapshot is not None
        assert run.printer_snapshot["code"] == "V3"
        assert (printer.occupancy, printer.bed) == (Occupancy.OURS, Bed.NOT_CLEAR)


class TestHowFarItCame:
    """What the record says of a print that stands still, or ended, is what the machine said then: two numbers on one page help nobody."""

    @pytest.mark.parametrize("ruling", [Ruling.PAUSE, Ruling.FAIL, Ruling.ABORT])
    def test_is_what_the_machine_said_last(self, ruling: Ruling) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = printing(floor.plate(), printer)
        commands.note_progress(machine(), run_id=run.pk, printer_id=printer.pk, percent=50.0, layer=30, layers_total=60)

        assert ruled(run, ruling, reason="THERMAL", evidence={"filename": run.remote_path.upper(), "progress": 0.71483261, "layer": 44})

        assert (fresh(run).progress, fresh(run).layer) == (71.4, 44)

    def test_is_not_taken_from_another_file(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        assert ruled(run, Ruling.FAIL, reason="THERMAL", evidence={"filename": "cube.gcode", "progress": 0.9, "layer": 4})

        assert (fresh(run).progress, fresh(run).layer) == (0, None)

    def test_skips_no_mark_while_it_may_go_on(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = printing(floor.plate(), printer)

        assert ruled(run, Ruling.PAUSE, reason="FILAMENT_RUNOUT", evidence={"filename": run.remote_path, "progress": 0.3})
        commands.note_progress(machine(), run_id=run.pk, printer_id=printer.pk, percent=30.0)

        assert Event.objects.filter(type="RunProgressed").count() == 1


class TestPausingAndGoingOn:
    def test_at_the_machine_is_put_down_to_the_machine(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        assert ruled(run, Ruling.PAUSE, reason="FILAMENT_RUNOUT")

        run = fresh(run)
        assert (run.state, run.reason, run.caused_by) == (RunState.PAUSED, "FILAMENT_RUNOUT", f"device:{run.printer_id}")
        assert run.needs_attention
        assert ruled(run, Ruling.RESUME)
        run = fresh(run)
        assert (run.state, run.reason, run.needs_attention) == (RunState.PRINTING, "", False)

    def test_as_somebody_wished_is_put_down_to_them(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        commands.pause_run(person(), run_id=run.pk, expected_version=run.version, note="looks odd")

        ruled(run, Ruling.PAUSE, reason="FILAMENT_RUNOUT")

        run = fresh(run)
        assert (run.reason, run.reason_note, run.wish) == ("OPERATOR_PAUSE", "looks odd", "")
        assert run.caused_by.startswith("person:")


class TestCompleting:
    def test_frees_the_printer_keeps_the_bed_and_leaves_the_pieces_to_a_person(self) -> None:
        floor = make_floor()
        printer = floor.printer()

        run = completed(floor.plate(pieces=2), printer)

        printer = fresh(printer)
        assert (run.state, run.progress, run.judged_at) == (RunState.COMPLETED, 100, None)
        assert (printer.occupancy, printer.current_run_id, printer.bed) == (Occupancy.FREE, None, Bed.NOT_CLEAR)
        assert set(Piece.objects.values_list("state", flat=True)) == {"printing"}
        assert MachineSession.objects.get().outcome == "completed"

    def test_out_of_a_pause_we_missed_the_end_of(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        ruled(run, Ruling.PAUSE)

        assert ruled(run, Ruling.COMPLETE)


class TestFailing:
    def test_counts_against_printer_and_plan_and_leaves_the_bed_dirty(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = printing(floor.plate(), printer)

        assert ruled(run, Ruling.FAIL, reason="CLOG")

        assert fresh(run).state == RunState.FAILED
        assert fresh(printer).bed == Bed.NOT_CLEAR
        assert sorted(BreakerCount.objects.exclude(breaker=BreakerKind.RUNAWAY).values_list("breaker", "family")) == [
            ("plan_loop", "EXTRUSION"),
            ("printer", "EXTRUSION"),
        ]

    def test_of_heat_degrades_the_printer_at_once(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = printing(floor.plate(), printer)

        ruled(run, Ruling.FAIL, reason="THERMAL")

        assert (fresh(printer).health, fresh(printer).health_reason) == (Health.DEGRADED, "THERMAL")

    def test_of_the_same_plan_twice_locks_it(self) -> None:
        floor = make_floor()
        component = floor.component()
        for number in (1, 2):
            plate = floor.plate_of(component, first=number)
            ruled(printing(plate, floor.printer()), Ruling.FAIL, reason="SPAGHETTI")

        plan = Plan.objects.get()
        assert plan.dispatch_blocked
        assert plan.reviews.get().code == "FAILED_BEFORE"

    def test_in_an_incident_counts_for_nobody(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        make_incident_run(run=run)

        ruled(run, Ruling.FAIL, reason="POWER_LOSS")

        assert not BreakerCount.objects.exclude(breaker=BreakerKind.RUNAWAY).exists()

    def test_before_anything_was_started_leaves_bed_and_pieces_as_they_were(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = dispatched(floor.plate(), printer)

        ruled(run, Ruling.FAIL, reason="MOONRAKER_ERROR")

        run = fresh(run)
        assert fresh(printer).bed == Bed.CLEAR
        assert run.judged_at is not None
        assert run.outcomes.get().outcome == "SKIPPED"
        assert Piece.objects.get().state == "owed"


class TestStopping:
    def test_at_the_machine_is_an_abort_somebody_made_there(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = printing(floor.plate(), printer)

        assert ruled(run, Ruling.ABORT)

        run = fresh(run)
        assert (run.state, run.reason, run.caused_by) == (RunState.ABORTED, "OPERATOR_ABORT", f"device:{printer.pk}")
        assert fresh(printer).bed == Bed.NOT_CLEAR
        assert not BreakerCount.objects.exclude(breaker=BreakerKind.RUNAWAY).exists()

    def test_does_not_concern_an_attempt_that_waits_and_leaves_the_printer_to_the_one_that_has_it(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        first, second = printing(floor.plate(), printer), queued(floor.plate())

        assert not ruled(second, Ruling.ABORT, printer_id=printer.pk)

        printer = fresh(printer)
        assert (fresh(second).state, fresh(first).state) == (RunState.QUEUED, RunState.PRINTING)
        assert (printer.occupancy, printer.current_run_id, printer.bed) == (Occupancy.OURS, first.pk, Bed.NOT_CLEAR)


class TestDoubt:
    def test_is_kept_with_both_sides_and_needs_somebody(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        assert ruled(run, Ruling.DESYNC, code="idle_without_proof", evidence={"machine": "standby"})

        run = fresh(run)
        assert (run.state, run.desynced, run.needs_attention) == (RunState.PRINTING, True, True)
        assert run.desync_evidence is not None
        assert run.desync_evidence["we_thought"] == "printing"
        assert not ruled(run, Ruling.DESYNC)

    def test_about_an_attempt_that_is_over_blocks_its_printer(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = completed(floor.plate(), printer)
        commands.clear_bed(person(), printer_id=printer.pk)

        assert ruled(run, Ruling.DESYNC, code="late_start")

        printer = fresh(printer)
        assert (printer.occupancy, printer.bed) == (Occupancy.FOREIGN, Bed.NOT_CLEAR)
        assert fresh(run).state == RunState.COMPLETED

    def test_is_over_when_the_attempt_is(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        ruled(run, Ruling.DESYNC)

        ruled(run, Ruling.COMPLETE)

        run = fresh(run)
        assert (run.desynced, run.needs_attention) == (False, False)


class TestAnObservation:
    def test_judged_on_an_outdated_record_changes_nothing(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        assert not ruled(run, Ruling.COMPLETE, expected_version=run.version - 1)

        assert fresh(run).state == RunState.PRINTING

    def test_of_another_printer_changes_nothing(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        assert not ruled(run, Ruling.COMPLETE, printer_id=floor.printer().pk)

    @pytest.mark.parametrize("ruling", [Ruling.ADOPT, Ruling.PAUSE, Ruling.RESUME, Ruling.COMPLETE, Ruling.FAIL, Ruling.ABORT])
    def test_of_something_that_is_over_changes_nothing(self, ruling: Ruling) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())
        before = kinds()

        assert not ruled(run, ruling)

        assert kinds() == before

    def test_of_a_foreign_print_leaves_the_printer_foreign_when_ours_ends(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = printing(floor.plate(), printer)
        _see_foreign(printer)

        ruled(run, Ruling.ABORT, code="other_file")

        printer = fresh(printer)
        assert (printer.occupancy, printer.current_run_id) == (Occupancy.FOREIGN, None)


def _see_foreign(printer: Printer) -> None:
    with frame.seeding("a foreign print"):
        Printer.objects.filter(pk=printer.pk).update(occupancy=Occupancy.FOREIGN)
