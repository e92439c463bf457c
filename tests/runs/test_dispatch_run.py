"""``runs.dispatch_run``: a queued attempt gets a printer, or a named reason why not."""

from __future__ import annotations

from typing import Any

import pytest

from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, Health, Occupancy
from apps.journal import frame
from apps.journal.models import Delivery, Event
from apps.journal.refusals import IllegalTransition, Refusal, StaleVersion
from apps.journal.results import Parked
from apps.policy.models import BreakerCount, Decision
from apps.policy.states import BreakerKind, HoldScope
from apps.runs import commands
from apps.runs.models import Run
from apps.runs.states import RunState
from tests.factories.catalog import make_printer_class
from tests.factories.context import NOW
from tests.factories.floor import make_floor
from tests.factories.policy import make_hold
from tests.runs.driving import dispatched, fresh, machine, person, queued
from tests.writers import Writers

pytestmark = pytest.mark.django_db


def dispatch(run: Run, printer: Printer, ctx: Any = None, **values: Any) -> Any:
    return commands.dispatch_run(ctx or machine(), run_id=run.pk, printer_id=printer.pk, expected_version=run.version, **values)


class TestDispatching:
    def test_takes_the_printer_and_pins_the_file(self) -> None:
        floor = make_floor()
        plate, printer = floor.plate(), floor.printer(code="V3")

        run = dispatched(plate, printer)

        assert run.output is not None
        assert (run.state, run.printer_id, run.dispatch_step) == (RunState.UPLOADING, printer.pk, "requested")
        assert run.remote_path == f"farmos/{run.pk}/{run.output.artifact.sha256[:12]}.gcode"
        assert run.printer_snapshot is not None
        assert run.printer_snapshot["code"] == "V3"
        printer = fresh(printer)
        assert (printer.occupancy, printer.current_run_id, printer.bed) == (Occupancy.OURS, run.pk, Bed.CLEAR)

    def test_owes_upload_and_start(self) -> None:
        floor = make_floor()

        run = dispatched(floor.plate(), floor.printer())

        event = Event.objects.get(type="RunDispatchRequested")
        assert event.subject_rows.filter(kind="intent").count() == 1
        assert Delivery.objects.filter(event=event, lane="dispatch").count() == 1
        assert run.output is not None
        assert run.output.artifact.sha256 in event.data

    def test_keeps_the_decision_the_risk_and_why_this_printer(self) -> None:
        floor = make_floor()
        run = queued(floor.plate())

        dispatch(run, floor.printer(), choice={"reasons": ["only_one_ready"], "alternatives": []})

        run = fresh(run)
        assert run.decision is not None
        assert (run.decision.transition, run.decision.outcome, run.risk_level) == ("run.dispatch", "ALLOW", "LOW")
        assert run.choice["reasons"] == ["only_one_ready"]

    def test_counts_what_automation_starts_and_not_what_people_start(self) -> None:
        floor = make_floor()
        dispatch(queued(floor.plate()), floor.printer())
        dispatch(queued(floor.plate()), floor.printer(), person())

        assert BreakerCount.objects.filter(breaker=BreakerKind.RUNAWAY).count() == 1


class TestWhatNobodyPasses:
    @pytest.mark.parametrize(
        ("printer_is", "code"),
        [
            ({"bed": Bed.NOT_CLEAR}, "bed-not-clear"),
            ({"bed": Bed.UNKNOWN}, "bed-not-clear"),
            ({"connection": Connection.OFFLINE}, "printer-not-online"),
            ({"connection": Connection.MISCONFIGURED}, "printer-not-online"),
            ({"connection": Connection.UNKNOWN}, "printer-not-online"),
            ({"occupancy": Occupancy.FOREIGN}, "printer-not-free"),
            ({"retired_at": NOW}, "printer-does-not-fit"),
        ],
    )
    def test_is_refused_to_a_person_with_a_reason_too(self, printer_is: dict[str, Any], code: str) -> None:
        floor = make_floor()
        run, printer = queued(floor.plate()), floor.printer(**printer_is)

        with pytest.raises(Refusal) as refused:
            dispatch(run, printer, person(), override="I know what I do")

        assert refused.value.code == code
        run = fresh(run)
        assert run.state == RunState.QUEUED
        assert not Event.objects.filter(type="RunDispatchRequested").exists()

    def test_is_a_machine_of_another_kind(self) -> None:
        floor = make_floor()
        run, printer = queued(floor.plate()), floor.printer()
        other = floor.printer()
        with frame.seeding("another class"):
            Printer.objects.filter(pk=other.pk).update(printer_class=make_printer_class())

        with pytest.raises(Refusal) as refused:
            dispatch(run, other, person(), override="please")

        assert (refused.value.code, refused.value.params["misses"]) == ("printer-does-not-fit", ["class"])
        assert dispatch(run, printer) == run.pk


class TestThePolicy:
    def test_keeps_automation_off_a_degraded_printer_and_lets_a_person_pass_with_a_reason(self) -> None:
        floor = make_floor()
        run, printer = queued(floor.plate()), floor.printer(health=Health.DEGRADED, health_reason="THERMAL")

        stopped = dispatch(run, printer)
        started = dispatch(run, printer, person(), override="fan replaced, watching it")

        assert isinstance(stopped, Refusal)
        assert stopped.code == "policy-blocked"
        assert started == run.pk
        decisions = Decision.objects.filter(transition="run.dispatch", subject_id=run.pk).order_by("id")
        assert [one.outcome for one in decisions] == ["BLOCK", "ALLOW"]

    def test_stops_what_is_on_hold(self) -> None:
        floor = make_floor()
        run, printer = queued(floor.plate()), floor.printer()
        make_hold(scope=HoldScope.PRINTER, scope_id=printer.pk)

        answer = dispatch(run, printer)

        assert isinstance(answer, Refusal)
        run = fresh(run)
        assert run.state == RunState.QUEUED

    def test_can_ask_a_person_first(self) -> None:
        rule = {"id": "ask", "transitions": ["run.dispatch"], "predicate": "never", "otherwise": "REQUIRE_APPROVAL", "only_automatic": True}
        floor = make_floor(policy={"auto": {}, "rules": [rule]})
        run, printer = queued(floor.plate()), floor.printer()

        answer = dispatch(run, printer)

        assert isinstance(answer, Parked)
        run = fresh(run)
        printer = fresh(printer)
        assert (run.state, run.approval_id, printer.occupancy) == (RunState.PENDING_APPROVAL, answer.approval_id, Occupancy.FREE)


class TestAnOldLook:
    def test_is_refused(self) -> None:
        floor = make_floor()
        run, printer = queued(floor.plate()), floor.printer()

        with pytest.raises(StaleVersion):
            commands.dispatch_run(machine(), run_id=run.pk, printer_id=printer.pk, expected_version=run.version + 1)

    def test_of_an_attempt_that_ended_is_an_illegal_move(self) -> None:
        floor = make_floor()
        run, printer = queued(floor.plate()), floor.printer()
        commands.abort_run(person(), run_id=run.pk, expected_version=run.version)
        run = fresh(run)

        with pytest.raises((IllegalTransition, Refusal)):
            dispatch(run, printer)

        printer = fresh(printer)
        assert printer.occupancy == Occupancy.FREE


@pytest.mark.both_engines
class TestRaces:
    def test_eight_attempts_for_one_printer_leave_one_on_it(self, writers: Writers) -> None:
        floor = make_floor()
        printer = floor.printer()
        runs = [queued(floor.plate()) for _ in range(8)]

        outcomes = writers.in_threads(lambda n: dispatch(runs[n], printer), 8)

        won = [one for one in outcomes if one.error is None]
        lost = [one.error for one in outcomes if one.error is not None]
        assert len(won) == 1
        assert {error.code for error in lost if isinstance(error, Refusal)} <= {"printer-not-free", "busy"}
        assert Run.objects.filter(state=RunState.UPLOADING).count() == 1
        printer = fresh(printer)
        assert printer.current_run_id == won[0].value

    def test_one_attempt_for_eight_printers_goes_to_one(self, writers: Writers) -> None:
        floor = make_floor()
        printers = [floor.printer() for _ in range(8)]
        run = queued(floor.plate())

        outcomes = writers.in_threads(lambda n: dispatch(run, printers[n]), 8)

        assert sum(one.error is None for one in outcomes) == 1
        assert {type(one.error) for one in outcomes if one.error} <= {StaleVersion, Refusal}
        assert Printer.objects.filter(occupancy=Occupancy.OURS).count() == 1
        run = fresh(run)
        assert Printer.objects.get(occupancy=Occupancy.OURS).pk == run.printer_id
