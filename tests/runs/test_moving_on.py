"""What follows by itself: sliced plates are queued, printers are found, failed parts are printed again, canceled work is stopped."""

from __future__ import annotations

from typing import Any

import pytest

from apps.fleet import commands as fleet
from apps.fleet.states import CalibrationKind, Connection
from apps.journal import clock, frame, lanes
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.models import Delivery, Event
from apps.journal.recording import record
from apps.orders.events import IntentCanceled
from apps.orders.models import Piece
from apps.planning import commands as planning
from apps.planning.models import BuildPlate
from apps.policy import commands as policy
from apps.policy.models import Hold
from apps.policy.states import HoldReason, HoldScope
from apps.runs import commands
from apps.runs.models import Run
from apps.runs.states import ItemResult, RunState
from tests.factories.context import make_context
from tests.factories.floor import Floor, make_floor
from tests.runs.driving import completed, fresh, judged, machine, person, printing, queued

pytestmark = pytest.mark.django_db


def work(most: int = 200) -> None:
    """Do everything that is owed on the lane of quick work; printers are not spoken to."""
    for _ in range(most):
        if not lanes.hand_out_next("default"):
            break
    else:
        pytest.fail("it never ends")
    troubled = Delivery.objects.filter(lane="default").exclude(last_error="")
    assert list(troubled.values_list("subscriber", "last_error")) == []


def sliced(floor: Floor, **values: Any) -> BuildPlate:
    """Have a plate sliced: the same was made before, so its file is there at once."""
    plate = floor.plate(**values)
    with frame.seeding("not sliced yet"):
        BuildPlate.objects.filter(pk=plate.pk).update(output=None)
    planning.reuse_output(make_context(), plate_id=plate.pk, slice_key=plate.slice_key)
    return plate


class TestASlicedPlate:
    def test_is_queued_and_given_to_a_printer(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        plate = sliced(floor)

        work()

        run = Run.objects.get()
        assert (run.plate_id, run.state, run.printer_id) == (plate.pk, RunState.UPLOADING, printer.pk)
        assert run.choice["reasons"] == ["material_loaded", "only_one_ready"]

    def test_waits_while_no_bed_is_clear_and_starts_when_one_is(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        completed(floor.plate(), printer)
        sliced(floor)
        work()
        waiting = Run.objects.get(ended_at=None)
        assert waiting.state == RunState.QUEUED

        commands.clear_bed(person(), printer_id=printer.pk)
        work()

        assert fresh(waiting).state == RunState.UPLOADING

    def test_waits_for_a_silent_printer_and_starts_when_it_answers(self) -> None:
        floor = make_floor()
        printer = floor.printer(connection=Connection.OFFLINE)
        sliced(floor)
        work()
        assert Run.objects.get().state == RunState.QUEUED

        fleet.observe_connection(machine(), printer_id=printer.pk, reachable=True, access_ok=True, klippy_state="ready", evidence={})
        work()

        assert Run.objects.get().state == RunState.UPLOADING

    def test_on_hold_is_queued_and_started_when_the_hold_is_released(self) -> None:
        floor = make_floor()
        floor.printer()
        plate = sliced(floor)
        hold_id = policy.place_hold(person(), site_id=plate.site_id, scope=HoldScope.PLATE, scope_id=plate.pk, reason=HoldReason.QUALITY)
        work()
        assert not Run.objects.exists()

        policy.release_hold(person(), hold_id=hold_id, expected_version=Hold.objects.get().version)
        work()

        assert Run.objects.get().state == RunState.UPLOADING

    def test_waits_for_a_calibration_where_the_policy_asks_for_one(self) -> None:
        rule = {
            "id": "fresh",
            "transitions": ["run.dispatch"],
            "predicate": "calibrated_within",
            "params": {"days": 30},
            "otherwise": "BLOCK",
        }
        floor = make_floor(policy={"rules": [rule]})
        printer = floor.printer()
        sliced(floor)
        work()
        assert Run.objects.get().state == RunState.QUEUED

        now = clock.now()
        fleet.record_calibration(person(now=now), printer_id=printer.pk, kind=CalibrationKind.BED_MESH, measured_at=now)
        work()

        assert Run.objects.get().state == RunState.UPLOADING


class TestManyPlatesAndFewPrinters:
    def test_each_printer_gets_one_and_the_rest_follow(self) -> None:
        floor = make_floor()
        printers = [floor.printer() for _ in range(2)]
        for _ in range(5):
            sliced(floor)

        work()

        assert Run.objects.filter(state=RunState.UPLOADING).count() == 2
        assert Run.objects.filter(state=RunState.QUEUED).count() == 3
        assert {run.printer_id for run in Run.objects.filter(state=RunState.UPLOADING)} == {one.pk for one in printers}

    def test_an_attempt_given_back_finds_another_printer(self) -> None:
        floor = make_floor()
        first = floor.printer()
        sliced(floor)
        work()
        second = floor.printer()
        run = Run.objects.get()

        commands.requeue_run(machine(), run_id=run.pk, printer_id=first.pk, code="FOREIGN", is_foreign=True, evidence={})
        work()

        assert fresh(run).printer_id == second.pk


class TestFailedParts:
    def test_are_freed_for_a_new_plate_by_themselves(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(pieces=3), floor.printer())
        judged(run, ItemResult.SUCCESS, ItemResult.FAILED, ItemResult.SKIPPED, reason="MCU_LOST")

        work()

        assert Event.objects.filter(type="ReprintCreated").count() == 1
        assert Event.objects.filter(type="CompositionRequested").count() == 1
        assert not Piece.objects.filter(state="owed", allocated_to__isnull=False).exists()

    def test_stay_in_sight_where_the_policy_stops_automation(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())
        judged(run, ItemResult.FAILED, reason="MODEL_DEFECT")

        work()

        assert not Event.objects.filter(type="ReprintCreated").exists()
        assert Piece.objects.get().allocated_to is not None


@command("runstests.cancel")
def cancel(ctx: Context, *, run: Any) -> None:
    """Cancel every piece of the first order on a plate, as orders does."""
    from apps.orders import changes
    from apps.orders.states import CancelReason

    item = Run.objects.get(pk=run).plate.items.order_by("slot")[0]
    intent_id = item.piece.requirement.line.intent_id
    pieces = Piece.objects.filter(requirement__line__intent=intent_id)
    for piece in pieces:
        changes.cancel_piece(ctx, piece, reason=CancelReason.CUSTOMER_REQUEST)
    canceled = IntentCanceled(intent_id=intent_id, reason="CUSTOMER_REQUEST", pieces=len(pieces))
    record(ctx, event=canceled, subjects=[Subject("intent", intent_id)])


class TestACanceledOrder:
    def test_ends_what_waits(self) -> None:
        floor = make_floor()
        run = queued(floor.plate(pieces=2))

        cancel(person(), run=run.pk)
        work()

        run = fresh(run)
        assert (run.state, run.reason) == (RunState.ABORTED, "CUSTOMER_CANCELED")

    def test_asks_the_machine_to_stop_what_prints(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(pieces=2), floor.printer())

        cancel(person(), run=run.pk)
        work()

        assert (fresh(run).state, fresh(run).wish, fresh(run).wish_reason) == (RunState.PRINTING, "abort", "CUSTOMER_CANCELED")

    def test_leaves_a_plate_alone_that_also_makes_something_else(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(pieces=2, orders=2), floor.printer())

        cancel(person(), run=run.pk)
        work()

        assert (fresh(run).state, fresh(run).wish) == (RunState.PRINTING, "")


class TestAnAnsweredQuestion:
    def test_lets_the_attempt_start(self) -> None:
        rule = {"id": "ask", "transitions": ["run.dispatch"], "predicate": "never", "otherwise": "REQUIRE_APPROVAL", "only_automatic": True}
        floor = make_floor(policy={"auto": {}, "rules": [rule]})
        floor.printer()
        sliced(floor)
        work()
        run = Run.objects.get()
        assert run.state == RunState.PENDING_APPROVAL
        assert run.approval is not None

        policy.grant_approval(person(), approval_id=run.approval.pk, expected_version=run.approval.version, reason="fine")
        work()

        assert fresh(run).state == RunState.UPLOADING
