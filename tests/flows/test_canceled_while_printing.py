"""An order is canceled at every step of the attempt that makes its pieces, alone on the plate and beside somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from unittest import mock

import pytest

from apps.fleet.models import Printer
from apps.fleet.states import Occupancy
from apps.journal import lanes
from apps.journal.models import Event
from apps.orders import commands as orders
from apps.orders.models import Intent, Piece, Requirement
from apps.orders.states import CancelReason, PieceState
from apps.planning import commands as planning
from apps.planning.commands.slices import MadeOutput
from apps.planning.models import BuildPlate, PlateItem
from apps.planning.states import PlateState
from apps.runs import commands as runs
from apps.runs.models import Run
from apps.runs.states import ItemResult, Ruling, RunState
from apps.slicing.drivers import prusaslicer
from tests.factories.artifacts import make_stored
from tests.factories.context import make_context
from tests.factories.fleet import make_capability, make_feed
from tests.factories.inventory import make_spool
from tests.planning.workshop import SLICER, make_model, make_order, release_order, set_up
from tests.runs import driving

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = ("sliced", "queued", "given", "uploaded", "sent", "printing", "complete")


@pytest.fixture(autouse=True)
def _slicer() -> Iterator[None]:
    with mock.patch.object(prusaslicer, "digest", return_value=SLICER):
        yield


def work() -> None:
    """Do all that is owed, except at slicers and machines."""
    while lanes.hand_out_next("default"):
        pass


def bring_to(step: str, plate: BuildPlate, printer: Printer) -> Run | None:
    """Take a plate to this step of being made."""
    facts = {"bounds_um": [[0, 0, 200], [120_000, 100_000, 8_000]], "max_nozzle_c": 215, "max_bed_c": 60}
    made = MadeOutput(make_stored(mime="text/x-gcode"), None, 3_600, 12_000, 4_000, facts=facts, tool="PrusaSlicer", tool_version="2.5.0")
    planning.record_output(make_context(), plate_id=plate.pk, slice_key=plate.slice_key, made=made)
    if step == "sliced":
        return None
    run = driving.queued(plate)
    at = STEPS.index(step)
    if at >= 2:
        run = driving.given(run, printer)
    who = {"run_id": run.pk, "printer_id": printer.pk}
    if at >= 3:
        assert run.output is not None
        assert runs.begin_upload(driving.machine(), **who)
        assert runs.record_upload(driving.machine(), **who, sha256=run.output.artifact.sha256, evidence={})
    if at >= 4:
        assert runs.record_start_sent(driving.machine(), **who, evidence={"klippy_pid": 17})
    if at >= 5:
        driving.printing_run(run, printer)
    if at >= 6:
        assert driving.ruled(run, Ruling.COMPLETE)
    return driving.fresh(run)


def cancel(requirement: Requirement) -> None:
    """Cancel the whole order, as the shop does when its customer asks."""
    intent = Intent.objects.get(pk=requirement.line.intent_id)
    why = CancelReason.CUSTOMER_REQUEST
    orders.cancel_intent(make_context(), intent_id=intent.pk, expected_version=intent.version, reason=why, confirm_started=True)


@dataclass(frozen=True)
class Scene:
    """A plate at some step of being made, after one of its orders was canceled and all that is owed was done."""

    plate: BuildPlate
    run: Run | None
    mine: Piece
    other: Piece | None

    @property
    def live_items(self) -> list[PlateItem]:
        """The places of the other order's piece that are still to be made, on any plate."""
        assert self.other is not None
        return list(PlateItem.objects.filter(piece=self.other, live=True))


def canceled_at(step: str, *, beside: bool) -> Scene:
    """Bring a plate with my piece (and somebody else's) to this step and cancel my order."""
    floor = set_up()
    (printer,) = Printer.objects.all()
    make_capability(printer=printer)
    make_feed(printer=printer, spool=make_spool(material=floor.material, color=floor.color))
    box = make_model(30, 20, 4)
    mine = make_order(floor, box, is_released=False)
    other = make_order(floor, box, is_released=False) if beside else None
    for requirement in [mine, *([other] if other else [])]:
        release_order(requirement)
    work()
    (plate,) = BuildPlate.objects.all()
    run = bring_to(step, plate, printer)
    cancel(mine)
    work()
    return Scene(
        BuildPlate.objects.get(pk=plate.pk),
        None if run is None else Run.objects.get(pk=run.pk),
        Piece.objects.get(requirement=mine),
        Piece.objects.get(requirement=other) if other else None,
    )


@pytest.mark.parametrize("step", STEPS)
def test_alone_on_the_plate_what_has_not_begun_ends_and_what_prints_is_stopped_at_the_machine(step: str) -> None:
    scene = canceled_at(step, beside=False)

    assert scene.mine.state == PieceState.CANCELED
    told = Event.objects.filter(type="RunAbortRequested").count()
    match step:
        case "sliced":
            assert (scene.plate.state, scene.run) == (PlateState.VOID, None)
        case "queued" | "given" | "uploaded":
            assert scene.run is not None
            assert (scene.plate.state, scene.run.state, scene.run.reason) == (PlateState.VOID, RunState.ABORTED, "CUSTOMER_CANCELED")
            assert (told, Printer.objects.get().occupancy) == (0, Occupancy.FREE)
        case "sent" | "printing":
            assert scene.run is not None
            assert (scene.run.wish, scene.run.wish_reason, told) == ("abort", "CUSTOMER_CANCELED", 1)
        case _:
            assert scene.run is not None
            assert (scene.run.state, told) == (RunState.COMPLETED, 0)


@pytest.mark.parametrize("step", STEPS)
def test_beside_somebody_elses_piece_that_one_is_made_exactly_once(step: str) -> None:
    scene = canceled_at(step, beside=True)

    assert scene.other is not None
    assert scene.mine.state == PieceState.CANCELED
    (place,) = scene.live_items
    if step in ("printing", "complete"):
        assert scene.run is not None
        assert (place.plate_id, scene.plate.state, scene.run.wish) == (scene.plate.pk, PlateState.APPROVED, "")
        return
    assert (scene.plate.state, scene.other.state) == (PlateState.VOID, PieceState.OWED)
    assert place.plate_id != scene.plate.pk
    if scene.run is not None:
        is_over = scene.run.state == RunState.ABORTED
        assert is_over or (step == "sent" and scene.run.wish == "abort"), "an attempt goes on whose pieces are made elsewhere"


def test_a_print_that_went_on_for_the_others_leaves_their_pieces_whole() -> None:
    scene = canceled_at("printing", beside=True)
    assert scene.run is not None
    assert driving.ruled(scene.run, Ruling.COMPLETE)

    driving.judged(scene.run, ItemResult.SUCCESS, ItemResult.SUCCESS)
    work()

    pieces = dict(Piece.objects.values_list("id", "state"))
    assert scene.other is not None
    assert (pieces[scene.mine.pk], pieces[scene.other.pk]) == (PieceState.CANCELED, PieceState.COOLING)
    assert not PlateItem.objects.filter(live=True).exists()
