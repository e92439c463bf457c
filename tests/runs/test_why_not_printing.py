"""Why is this not printing? For whatever waits: what is in the way, in words, with what to do about it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.fleet.models import Feed, Printer
from apps.fleet.states import Bed, Connection, Health, Occupancy
from apps.journal import frame
from apps.orders.models import Piece
from apps.planning.models import Plan
from apps.policy.states import HoldScope
from apps.runs import commands, queries
from apps.runs.models import Run
from apps.runs.queries.waiting import WORDS
from apps.runs.states import ItemResult, Ruling
from tests.factories.catalog import make_material, make_printer_class
from tests.factories.context import NOW
from tests.factories.floor import make_floor
from tests.factories.inventory import make_spool
from tests.factories.orders import make_piece
from tests.factories.policy import make_hold
from tests.runs.driving import completed, judged, machine, person, printing, queued, ruled

pytestmark = pytest.mark.django_db


def why(row: Run | Piece) -> list[queries.Blocker]:
    return queries.why_not_printing("run" if isinstance(row, Run) else "piece", row.pk, now=NOW)


def codes(row: Run | Piece) -> list[str]:
    return [blocker.code for blocker in why(row)]


class TestAQueuedAttempt:
    @pytest.mark.parametrize(
        ("printer_is", "code"),
        [
            ({"bed": Bed.NOT_CLEAR}, "BED"),
            ({"bed": Bed.UNKNOWN}, "BED"),
            ({"connection": Connection.OFFLINE}, "OFFLINE"),
            ({"connection": Connection.MISCONFIGURED}, "OFFLINE"),
            ({"health": Health.MAINTENANCE}, "OUT_OF_SERVICE"),
            ({"occupancy": Occupancy.FOREIGN}, "FOREIGN"),
        ],
    )
    def test_waits_for_what_is_wrong_with_the_printer_that_fits(self, printer_is: dict[str, Any], code: str) -> None:
        floor = make_floor()
        floor.printer(code="V3", **printer_is)

        (blocker,) = why(queued(floor.plate()))

        assert blocker.code == code
        assert "V3" in blocker.words
        assert blocker.next_action

    def test_is_told_which_requirement_is_missed_by_how_many(self) -> None:
        floor = make_floor()
        run = queued(floor.plate())
        for printer in (floor.printer(), floor.printer()):
            with frame.seeding("a small printer"):
                Printer.objects.filter(pk=printer.pk).update(printer_class=make_printer_class())

        (blocker,) = why(run)

        assert blocker.code == "NO_PRINTER"
        (missed,) = blocker.params["requirements"]
        assert (missed["code"], missed["printers"]) == ("class", 2)
        assert "(2)" in blocker.words

    def test_is_told_that_only_the_material_is_missing(self) -> None:
        floor = make_floor()
        run, printer = queued(floor.plate()), floor.printer()
        with frame.seeding("another spool"):
            Feed.objects.filter(printer=printer).update(spool=make_spool(material=make_material()))

        assert codes(run) == ["MATERIAL"]

    def test_waits_for_a_free_printer(self) -> None:
        floor = make_floor()
        printing(floor.plate(), floor.printer())

        assert codes(queued(floor.plate())) == ["WAITING_FOR_PRINTER"]

    def test_on_hold_names_the_hold_first(self) -> None:
        floor = make_floor()
        run = queued(floor.plate())
        make_hold(scope=HoldScope.PLATE, scope_id=run.plate_id)

        assert codes(run) == ["ON_HOLD", "NO_PRINTER_AT_ALL"]

    def test_of_a_locked_plan_says_so(self) -> None:
        floor = make_floor()
        run = queued(floor.plate())
        floor.printer()
        with frame.seeding("a lock"):
            Plan.objects.update(dispatch_blocked=True, blocked_since=NOW)

        assert codes(run) == ["PLAN_LOCKED"], "that a printer is free would say that it starts"

    def test_that_the_policy_stopped_shows_the_decision(self) -> None:
        floor = make_floor()
        printer = floor.printer(health=Health.DEGRADED, health_reason="THERMAL")
        run = queued(floor.plate())
        commands.dispatch_run(machine(), run_id=run.pk, printer_id=printer.pk, expected_version=run.version)

        found = why(run)

        assert [one.code for one in found] == ["POLICY", "OUT_OF_SERVICE"]
        assert "printer-is-fit" in found[0].params["rules"]


class TestAPiece:
    def test_before_there_is_anything_to_print_is_told_by_planning(self) -> None:
        (blocker,) = why(make_piece())

        assert (blocker.code, blocker.kind) == ("NOT_PAID", "intent")
        assert blocker.words == "The order is not paid yet."
        assert "payment" in blocker.next_action

    def test_on_a_sliced_plate_waits_for_the_queue_and_then_as_its_attempt_does(self) -> None:
        floor = make_floor()
        plate = floor.plate()
        piece = Piece.objects.get()
        assert codes(piece) == ["NOT_QUEUED"]

        queued(plate)

        assert codes(piece) == ["NO_PRINTER_AT_ALL"]

    def test_that_could_not_be_queued_shows_the_decision(self) -> None:
        plate = make_floor().plate()
        make_hold(scope=HoldScope.PLATE, scope_id=plate.pk)
        commands.queue_run(machine(), plate_id=plate.pk)

        assert codes(Piece.objects.get()) == ["ON_HOLD"]

    def test_whose_print_is_over_waits_for_a_verdict_and_then_for_leave_to_be_printed_again(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())
        piece = Piece.objects.get()
        assert codes(piece) == ["NOT_JUDGED"]

        judged(run, ItemResult.FAILED, reason="MODEL_DEFECT")
        commands.reprint_items(machine(), run_id=run.pk)

        (blocker,) = why(piece)
        assert blocker.code == "REPRINT"
        assert blocker.params["why"]

    def test_in_doubt_or_paused_says_so(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        ruled(run, Ruling.PAUSE)
        ruled(run, Ruling.DESYNC)

        assert codes(Piece.objects.get()) == ["IN_DOUBT", "PAUSED"]

    def test_that_is_good_waits_for_nothing(self) -> None:
        floor = make_floor()
        judged(completed(floor.plate(), floor.printer()), ItemResult.SUCCESS)

        assert codes(Piece.objects.get()) == []


class TestAnOrder:
    def test_names_each_thing_in_the_way_once(self) -> None:
        floor = make_floor()
        queued(floor.plate(pieces=5))
        intent_id = Piece.objects.all()[0].requirement.line.intent_id

        found = queries.why_not_printing("intent", intent_id, now=NOW)

        assert [one.code for one in found] == ["NO_PRINTER_AT_ALL"]

    @pytest.mark.parametrize("is_judged", [False, True])
    def test_many_pieces_cost_as_many_statements_as_few(self, is_judged: bool) -> None:
        def cost(pieces: int) -> int:
            floor = make_floor()
            component = floor.component()
            plate = floor.plate_of(component, pieces=pieces)
            if is_judged:
                judged(completed(plate, floor.printer()), *[ItemResult.FAILED] * pieces)
            else:
                queued(plate)
            with CaptureQueriesContext(connection) as asked:
                assert queries.why_not_printing("intent", component.line.intent_id, now=NOW)
            return len(asked)

        assert cost(pieces=6) == cost(pieces=1)

    def test_of_something_else_nobody_asks(self) -> None:
        with pytest.raises(ValueError, match="spool"):
            queries.why_not_printing("spool", uuid4(), now=NOW)


class TestTheWords:
    def test_are_there_for_every_code(self) -> None:
        for code, (words, action) in WORDS.items():
            assert str(words), code
            assert str(action), code

    def test_of_a_person_who_stopped_it_are_not_needed(self) -> None:
        run = queued(make_floor().plate())
        commands.abort_run(person(), run_id=run.pk, expected_version=run.version)

        assert codes(Run.objects.get()) == []
