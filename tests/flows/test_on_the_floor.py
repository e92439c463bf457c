"""What goes wrong on the floor, and what follows: nothing is made twice or lost, every stop has its words, and it goes on by itself where it may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest

from apps.catalog.states import Reason
from apps.fleet import commands as fleet
from apps.fleet.models import Printer
from apps.fleet.states import Bed, NozzleMaterial, Occupancy, checks_for
from apps.fulfilment import commands as fulfilment
from apps.journal import clock, frame, lanes
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.models import Delivery, Event
from apps.journal.recording import record
from apps.journal.refusals import Refusal
from apps.orders.events import IntentCanceled
from apps.orders.models import Piece
from apps.orders.states import CancelReason, PieceState
from apps.planning import commands as planning
from apps.planning.models import BuildPlate, PlateItem
from apps.planning.states import PlateState
from apps.policy import commands as policy
from apps.policy.models import Approval
from apps.policy.states import HoldReason, HoldScope
from apps.runs import commands, queries
from apps.runs.connector.applying import apply
from apps.runs.connector.following import own_context
from apps.runs.connector.roster import Roster
from apps.runs.domain.reconcile import reconcile
from apps.runs.models import Run
from apps.runs.states import ItemResult, Ruling, RunState
from tests.factories.floor import Floor, make_floor
from tests.factories.orders import make_line_item, make_paid_intent, make_release, make_requirement
from tests.factories.planning import make_approved_plan, make_approved_plate, make_plate_item
from tests.runs.driving import completed, dispatched, fresh, judged, machine, person, printing, printing_run, queued, ruled, sent
from tests.runs.machine import saw

pytestmark = pytest.mark.django_db


def work(most: int = 300) -> None:
    """Do everything that is owed on the lane of quick work. Nothing there may fail; machines and the slicer are not spoken to."""
    for _ in range(most):
        if not lanes.hand_out_next("default"):
            break
    else:
        pytest.fail("it never ends")
    troubled = Delivery.objects.filter(lane="default").exclude(last_error="")
    assert list(troubled.values_list("subscriber", "last_error")) == []


def why(kind: str, record: Any) -> list[str]:
    """Return the codes of what is in the way."""
    return [one.code for one in queries.why_not_printing(kind, record.pk, now=clock.now())]


def told(run: Run) -> list[str]:
    """Return what an attempt's timeline says, in order."""
    return [event.type for event in Event.objects.order_by("id") if str(run.pk) in event.subjects]


@command("flowstests.cancel_order")
def cancel_order(ctx: Context, *, item: Any) -> None:
    """Cancel every piece of the order a part on a plate belongs to, as orders does."""
    from apps.orders import changes

    intent_id = PlateItem.objects.get(pk=item).piece.requirement.line.intent_id
    pieces = list(Piece.objects.filter(requirement__line__intent=intent_id))
    for piece in pieces:
        changes.cancel_piece(ctx, piece, reason=CancelReason.CUSTOMER_REQUEST)
    canceled = IntentCanceled(intent_id=intent_id, reason="CUSTOMER_REQUEST", pieces=len(pieces))
    record(ctx, event=canceled, subjects=[Subject("intent", intent_id)])


def first_of(plate: BuildPlate) -> PlateItem:
    """Return the part in slot 1."""
    return plate.items.order_by("slot")[0]


class TestAPlateThatIsTakenBack:
    """One of two customers cancels: the plate is void, the other's pieces go on a new one, and nothing may make them on the old one too."""

    def test_while_it_waits_ends_its_attempt_and_holds_up_nobody(self) -> None:
        floor = make_floor()
        shared = floor.plate(pieces=2, orders=2)
        run = queued(shared)
        other = queued(floor.plate())

        cancel_order(person(), item=first_of(shared).pk)
        printer = floor.printer()
        work()

        run = fresh(run)
        assert (run.state, run.reason, run.reason_note) == (RunState.ABORTED, "CUSTOMER_CANCELED", "Its plate was taken back.")
        assert fresh(shared).state == PlateState.VOID
        kept = Piece.objects.get(pk=shared.items.get(slot=2).piece_id)
        assert (kept.state, kept.allocated_to) == (PieceState.OWED, None)
        assert (fresh(other).state, fresh(other).printer_id) == (RunState.UPLOADING, printer.pk)

    def test_before_its_attempt_was_ended_is_given_to_no_printer(self) -> None:
        floor = make_floor()
        shared = floor.plate()
        queued(shared)
        planning.void_plate(person(), plate_id=shared.pk, reason=Reason.OPERATOR_ABORT)

        waiting = queries.waiting_runs(shared.site_id, now=clock.now())

        assert [one.blocked for one in waiting] == ["plate_taken_back"]

    def test_while_its_file_is_sent_ends_its_attempt_and_gives_the_printer_back(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        shared = floor.plate(pieces=2, orders=2)
        run = dispatched(shared, printer)
        commands.begin_upload(machine(), run_id=run.pk, printer_id=printer.pk)

        cancel_order(person(), item=first_of(shared).pk)
        work()

        printer = fresh(printer)
        assert fresh(run).state == RunState.ABORTED
        assert (printer.occupancy, printer.bed) == (Occupancy.FREE, Bed.CLEAR)
        assert told(run).count("RunAborted") == 1

    def test_sends_no_start_any_more(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        plate = floor.plate()
        run = dispatched(plate, printer)
        who: dict[str, Any] = {"run_id": run.pk, "printer_id": printer.pk}
        assert run.output is not None
        commands.begin_upload(machine(), **who)
        commands.record_upload(machine(), **who, sha256=run.output.artifact.sha256, evidence={})

        planning.void_plate(person(), plate_id=plate.pk, reason=Reason.OPERATOR_ABORT)

        assert commands.record_start_sent(machine(), **who, evidence={}) is False
        assert commands.requeue_run(machine(), **who, code="PLATE_TAKEN_BACK", is_proven=True, evidence={}) is False
        assert fresh(run).state == RunState.ABORTED

    def test_after_the_start_was_sent_is_stopped_at_the_machine_and_its_pieces_are_not_its_own_any_more(self) -> None:
        floor = make_floor()
        printer, second = floor.printer(), floor.printer()
        shared = floor.plate(pieces=2, orders=2)
        run = sent(shared, printer)
        cancel_order(person(), item=first_of(shared).pk)
        work()
        assert (fresh(run).state, fresh(run).wish) == (RunState.UPLOADING, "abort")

        run = printing_run(run, printer)
        kept = shared.items.get(slot=2).piece
        assert Piece.objects.get(pk=kept.pk).state == PieceState.OWED
        again = printing(_plate_with(floor, kept), second)
        assert ruled(run, Ruling.ABORT)
        judged(run, ItemResult.SKIPPED, ItemResult.SKIPPED)

        assert (fresh(run).state, fresh(run).reason) == (RunState.ABORTED, "CUSTOMER_CANCELED")
        assert Piece.objects.get(pk=kept.pk).state == PieceState.PRINTING
        ruled(again, Ruling.COMPLETE)
        judged(again, ItemResult.SUCCESS)
        assert Piece.objects.get(pk=kept.pk).state == PieceState.COOLING


def _plate_with(floor: Floor, piece: Piece) -> BuildPlate:
    """Return a plate with a file, on which a piece that is owed was put anew."""
    made_before = floor.plate()
    output = made_before.output
    assert output is not None
    plate = make_approved_plate(
        layout=output.layout, printer_class=floor.printer_class, slice_key=output.slice_key, output=output, site=made_before.site
    )
    item = make_plate_item(plate=plate, piece=piece, slot=1, is_pinned=True)
    with frame.seeding("composed anew"):
        owed = Piece.objects.get(pk=piece.pk)
        owed.allocated_to = item.pk
        owed.save_changes("allocated_to")
    return plate


ASK = {"id": "ask", "transitions": ["run.dispatch"], "predicate": "never", "otherwise": "REQUIRE_APPROVAL", "only_automatic": True}


class TestAnAttemptSomebodyIsAskedAbout:
    def parked(self) -> tuple[Run, Approval]:
        floor = make_floor(policy={"auto": {"auto_dispatch": True}, "rules": [ASK]})
        floor.printer()
        run = queued(floor.plate())
        work()
        assert fresh(run).state == RunState.PENDING_APPROVAL
        assert why("run", run) == ["APPROVAL"]
        return run, Approval.objects.get()

    def test_goes_on_by_itself_when_they_say_yes(self) -> None:
        run, asked = self.parked()

        policy.grant_approval(person(), approval_id=asked.pk, expected_version=asked.version, reason="looked at it")
        work()

        assert fresh(run).state == RunState.UPLOADING

    def test_stays_with_their_words_when_they_say_no(self) -> None:
        run, asked = self.parked()

        policy.deny_approval(person(), approval_id=asked.pk, expected_version=asked.version, reason="the brim is too thin")
        work()

        (blocker,) = queries.why_not_printing("run", run.pk, now=clock.now())
        assert (fresh(run).state, blocker.code, blocker.kind) == (RunState.PENDING_APPROVAL, "DENIED", "approval")
        assert "the brim is too thin" in blocker.words


class TestPartsThatFailTwiceTheSameWay:
    def test_lock_their_plan_until_somebody_looked_and_then_go_on(self) -> None:
        floor = make_floor()
        plate = floor.plate()
        piece, plan = first_of(plate).piece, first_of(plate).plan
        judged(completed(plate, floor.printer()), ItemResult.FAILED, reason="SPAGHETTI")
        work()
        assert Piece.objects.get(pk=piece.pk).allocated_to is None

        again = _plate_with(floor, piece)
        run = completed(again, floor.printer())
        judged(run, ItemResult.FAILED, reason="WARP")
        work()

        assert fresh(plan).dispatch_blocked
        assert why("piece", piece) == ["REPRINT"]
        assert Piece.objects.get(pk=piece.pk).allocated_to is not None

        planning.acknowledge_plan(person(), plan_id=plan.pk, expected_version=fresh(plan).version, note="bed leveled")
        work()

        assert Piece.objects.get(pk=piece.pk).allocated_to is None
        assert Event.objects.filter(type="ReprintCreated").count() == 2


class TestHolds:
    @pytest.mark.parametrize("scope", ["site", "printer", "order", "plan", "plate"])
    def test_keep_it_from_starting_say_so_and_let_it_go_on_by_itself(self, scope: str) -> None:
        floor = make_floor()
        plate = floor.plate()
        item = first_of(plate)
        printer = floor.printer()
        held = {
            "site": plate.site_id,
            "printer": printer.pk,
            "order": item.piece.requirement.line.intent_id,
            "plan": item.plan_id,
            "plate": plate.pk,
        }
        run = queued(plate)
        placed = {"site_id": plate.site_id, "scope": HoldScope(scope), "scope_id": held[scope], "reason": HoldReason.QUALITY}
        hold_id = policy.place_hold(person(), **placed)  # type: ignore[arg-type]
        work()
        assert fresh(run).state == RunState.QUEUED
        assert why("run", run)[0] == ("PRINTER_ON_HOLD" if scope == "printer" else "ON_HOLD")

        policy.release_hold(person(), hold_id=hold_id, expected_version=1)
        work()

        assert fresh(run).state == RunState.UPLOADING

    def test_with_an_end_let_it_go_on_when_their_time_is_over(self) -> None:
        floor = make_floor()
        printer, run, now = floor.printer(), queued(floor.plate()), clock.now()
        placed = {"scope": HoldScope.PRINTER, "scope_id": printer.pk, "reason": HoldReason.QUALITY}
        policy.place_hold(person(now=now), site_id=printer.site_id, until=now + timedelta(hours=8), **placed)  # type: ignore[arg-type]
        work()
        assert why("run", run) == ["PRINTER_ON_HOLD"]

        with mock.patch.object(clock, "now", return_value=now + timedelta(hours=8, seconds=1)):
            Delivery.objects.filter(subscriber="policy.end_lapsed").update(available_at=now)
            work()

        assert fresh(run).state == RunState.UPLOADING


class TestTheBed:
    def test_said_to_be_clear_while_the_print_is_in_doubt_is_kept_and_counts_at_its_end(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run, following = printing(floor.plate(), printer), queued(floor.plate())
        ruled(run, Ruling.DESYNC)

        assert commands.clear_bed(person(), printer_id=printer.pk) is False
        work()
        assert (fresh(printer).bed, fresh(following).state) == (Bed.NOT_CLEAR, RunState.QUEUED)

        run = fresh(run)
        commands.adopt_machine_state(person(), run_id=run.pk, expected_version=run.version)
        work()

        assert (fresh(run).state, fresh(run).reason, fresh(following).state) == (RunState.FAILED, "DESYNC", RunState.UPLOADING)

    def test_not_cleared_lets_nothing_start(self) -> None:
        floor = make_floor()
        completed(floor.plate(), floor.printer())
        following = queued(floor.plate())
        work()

        assert why("run", following) == ["BED"]


class TestAMachineThatBreaks:
    def test_by_heat_is_out_at_once_and_what_waits_goes_to_the_other_one(self) -> None:
        floor = make_floor()
        first = floor.printer()
        run = printing(floor.plate(), first)
        following = queued(floor.plate())
        evidence = {"message": "Heater extruder not heating at expected rate"}
        ruled(run, Ruling.FAIL, reason="THERMAL", evidence=evidence)
        commands.clear_bed(person(), printer_id=first.pk)
        work()

        first = fresh(first)
        assert (first.health, first.health_reason, fresh(following).state) == ("DEGRADED", "THERMAL", RunState.QUEUED)
        assert fresh(run).evidence == evidence
        assert why("run", following) == ["OUT_OF_SERVICE"]

        second = floor.printer()
        commands.refresh_run(person(), run_id=run.pk)
        fleet.observe_connection(machine(), printer_id=second.pk, reachable=False)
        fleet.observe_connection(machine(), printer_id=second.pk, reachable=True, klippy_state="ready")
        work()

        assert fresh(following).printer_id == second.pk

    def test_is_given_work_again_when_somebody_acknowledged_it(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        fleet.degrade_printer(person(), printer_id=printer.pk, reason=Reason.MACHINE_FAULT, evidence={"seen": "smoke"})
        run = queued(floor.plate())
        work()
        assert why("run", run) == ["OUT_OF_SERVICE"]

        version, looked = fresh(printer).version, checks_for(Reason.MACHINE_FAULT)
        fleet.acknowledge_printer(person(), printer_id=printer.pk, expected_version=version, checklist=looked, note="A fan was stuck")
        work()

        assert fresh(run).state == RunState.UPLOADING
        assert fresh(printer).health_evidence["was"]["evidence"]["seen"] == "smoke"

    def test_says_so_while_it_is_not_heard_and_changes_nothing(self) -> None:
        floor = make_floor()
        printer = floor.printer(code="V7")
        run = printing(floor.plate(), printer)

        fleet.observe_connection(machine(), printer_id=printer.pk, reachable=False)
        work()

        found = queries.why_not_printing("run", run.pk, now=clock.now())
        assert [one.code for one in found] == ["NOT_HEARD", "PRINTING"]
        assert "V7" in found[0].words
        assert fresh(run).state == RunState.PRINTING

    def test_gets_another_nozzle_and_what_waited_for_that_starts(self) -> None:
        floor = make_floor()
        printer = floor.printer(nozzle_diameter_um=600)
        order = make_paid_intent()
        make_release(intent=order)
        component = make_requirement(line=make_line_item(intent=order, material=floor.material, quantity=20))
        slots = [{"family": floor.material.family, "material_id": str(floor.material.pk)}]
        needs = {"nozzle_diameter": 400}
        make_approved_plan(requirement=component, material_slots=slots, risk_level="LOW", printer_requirements=needs)
        run = queued(floor.plate_of(component))
        work()
        (blocker,) = queries.why_not_printing("run", run.pk, now=clock.now())
        assert blocker.code == "NO_PRINTER"
        assert blocker.params["requirements"][0]["has"] == [600]

        fleet.fit_nozzle(
            person(), printer_id=printer.pk, expected_version=fresh(printer).version, diameter_um=400, material=NozzleMaterial.BRASS
        )
        work()

        assert fresh(run).state == RunState.UPLOADING


class TestWords:
    def test_name_a_runout_and_what_to_do(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer(code="V8"))
        ruled(run, Ruling.PAUSE, reason="FILAMENT_RUNOUT")

        (blocker,) = queries.why_not_printing("run", run.pk, now=clock.now())

        assert blocker.code == "RUNOUT"
        assert "V8" in blocker.words
        assert "filament" in blocker.next_action

    def test_name_why_it_is_paused_and_how_it_ended(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        ruled(run, Ruling.PAUSE, reason="UNKNOWN", note="paused at the machine")
        (paused,) = queries.why_not_printing("run", run.pk, now=clock.now())
        ruled(run, Ruling.FAIL, reason="POWER_LOSS")
        (over,) = queries.why_not_printing("run", run.pk, now=clock.now())

        assert "paused at the machine" in paused.words
        assert over.code == "NOT_JUDGED"
        assert "Power cut" in over.words

    def test_do_not_speak_of_a_decision_nobody_made(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())
        judged(run, ItemResult.FAILED)

        piece = Piece.objects.get()
        assert why("piece", piece) == ["TO_BE_DECIDED"]


class TestAPrintThatIsDoneTooSoon:
    """The machine says "complete" after a fraction of the time: a truncated file, or somebody printed something else under its name."""

    def test_is_left_to_a_person_and_nothing_starts_meanwhile(self) -> None:
        run, printer, following = self.done_too_soon()

        assert (fresh(run).state, fresh(run).desynced, fresh(printer).bed) == (RunState.PRINTING, True, Bed.NOT_CLEAR)
        assert fresh(following).state == RunState.QUEUED
        assert why("run", run)[0] == "IN_DOUBT"
        evidence = fresh(run).desync_evidence or {}
        assert (evidence["code"], evidence["print_s"]) == ("complete_but_implausible", 3.0)

    def test_has_failed_once_a_person_takes_the_machines_word_and_its_parts_are_judged_one_by_one(self) -> None:
        run, printer, _following = self.done_too_soon()

        commands.adopt_machine_state(person(), run_id=run.pk, expected_version=fresh(run).version)
        judged(run, ItemResult.SUCCESS)

        assert (fresh(run).state, fresh(run).reason) == (RunState.FAILED, "DESYNC")
        assert fresh(printer).bed == Bed.NOT_CLEAR
        assert first_of(run.plate).piece.state == PieceState.COOLING
        assert told(run).count("RunFailed") == 1

    def test_is_in_doubt_again_when_a_person_keeps_ours_and_the_machine_still_disagrees(self) -> None:
        run, printer, _following = self.done_too_soon()
        commands.keep_platform_state(person(), run_id=run.pk, expected_version=fresh(run).version)
        assert why("run", run) == ["PRINTING"]

        self.look(printer, run)

        assert fresh(run).desynced
        assert told(run).count("RunDesynced") == 2

    def done_too_soon(self) -> tuple[Run, Printer, Run]:
        floor = make_floor()
        printer = floor.printer()
        run, following = printing(floor.plate(), printer), queued(floor.plate())
        self.look(printer, run)
        self.look(printer, run)
        work()
        return run, printer, following

    def look(self, printer: Printer, run: Run) -> None:
        """Let the connector judge what the machine says."""
        seen = saw("complete", fresh(run).remote_path, print_s=3.0, total_s=4.0, file_size=None, klippy_pid=17)
        side = Roster().fresh_side(printer.pk, seen)
        assert side is not None
        apply(side, seen, reconcile(side.platform, seen), own_context)


class TestAPieceThatIsRejectedAgainAndAgain:
    def test_locks_its_plan_and_is_never_made_a_fourth_time_by_itself(self) -> None:
        floor = make_floor()
        plate = floor.plate()
        piece, plan = first_of(plate).piece, first_of(plate).plan
        for reason in (Reason.QA_COSMETIC, Reason.QA_DIMENSION, Reason.QA_STRENGTH):
            judged(completed(plate, floor.printer()), ItemResult.SUCCESS)
            fulfilment.cool_pieces(person(), piece_ids=(piece.pk,))
            fulfilment.reject_qa(person(), piece_ids=(piece.pk,), reason=reason)
            work()
            if fresh(plan).dispatch_blocked:
                assert reason == Reason.QA_DIMENSION
                planning.acknowledge_plan(person(), plan_id=plan.pk, expected_version=fresh(plan).version, note="sanded the sheet")
            plate = _plate_with(floor, piece)

        answer = commands.queue_run(machine(), plate_id=plate.pk)

        assert isinstance(answer, Refusal)
        (blocker,) = queries.why_not_printing("piece", piece.pk, now=clock.now())
        assert blocker.code == "POLICY"
        assert blocker.params["why"][0] == {
            "code": "attempts_in_total_are_below",
            "rule": "attempts-have-an-end",
            "attempts": 3,
            "limit": 3,
        }
