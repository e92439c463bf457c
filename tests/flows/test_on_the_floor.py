"""What goes wrong on the floor, and what follows: nothing is made twice or lost, every stop has its words, and it goes on by itself where it may."""

from __future__ import annotations

from typing import Any

import pytest

from apps.catalog.states import Reason
from apps.fleet.states import Bed, Occupancy
from apps.journal import clock, frame, lanes
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.models import Delivery, Event
from apps.journal.recording import record
from apps.orders.events import IntentCanceled
from apps.orders.models import Piece
from apps.orders.states import CancelReason, PieceState
from apps.planning import commands as planning
from apps.planning.models import BuildPlate, PlateItem
from apps.planning.states import PlateState
from apps.runs import commands, queries
from apps.runs.models import Run
from apps.runs.states import ItemResult, Ruling, RunState
from tests.factories.floor import Floor, make_floor
from tests.factories.planning import make_approved_plate, make_plate_item
from tests.runs.driving import dispatched, fresh, judged, machine, person, printing, printing_run, queued, ruled, sent

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
