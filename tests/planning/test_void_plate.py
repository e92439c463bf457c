"""``planning.void_plate``: a plate leaves the work, its pieces are owed again; and what happens to plates when pieces are canceled."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from apps.catalog.states import Reason
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.models import Event
from apps.journal.recording import record
from apps.journal.refusals import Refusal
from apps.orders import changes as orders
from apps.orders.models import Piece
from apps.orders.queries import piece_counts
from apps.planning import changes, commands, events
from apps.planning.models import BuildPlate, Plan, PlateItem
from tests.factories.artifacts import make_artifact
from tests.factories.context import make_context
from tests.factories.planning import make_approved_plan
from tests.planning.workshop import Workshop, cancel, composing, make_model, make_order, plates, release_order, set_up, work

pytestmark = pytest.mark.django_db(transaction=True)


@command("planningtests.begin")
def begin(ctx: Context, *, plate_id: UUID) -> None:
    """Let a machine begin every piece of a plate, as runs do."""
    plate = BuildPlate.objects.get(pk=plate_id)
    for item in plate.items.filter(live=True):
        orders.start_piece(ctx, item.piece, run_id=uuid4())
    record(ctx, event=events.CompositionRequested(site_id=plate.site_id), subjects=[Subject("plate", plate.pk)])


@command("planningtests.fail_first")
def fail_first(ctx: Context, *, plate_id: UUID) -> None:
    """Scrap the first piece of a plate that was printed and end its item, as outcomes do."""
    plate: BuildPlate = locks.plate(plate_id)
    item = plate.items.order_by("slot").first()
    assert item is not None
    orders.scrap_piece(ctx, item.piece, reason=Reason.WARP)
    changes.finish_items(ctx, [item])
    record(ctx, event=events.CompositionRequested(site_id=plate.site_id), subjects=[Subject("plate", plate.pk)])


def composed(floor: Workshop, quantity: int = 2) -> tuple[BuildPlate, Plan]:
    requirement = make_order(floor, quantity=quantity)
    plan = make_approved_plan(requirement=requirement, profile_version=floor.profile)
    pieces = list(Piece.objects.filter(requirement=requirement).order_by("number"))
    plate_id = commands.compose_plate(make_context(), **composing(floor, plan, pieces, make_artifact()))
    commands.approve_plate(make_context(), plate_id=plate_id)
    return BuildPlate.objects.get(pk=plate_id), plan


class TestVoiding:
    def test_owes_its_pieces_again(self) -> None:
        plate, plan = composed(set_up())

        assert commands.void_plate(make_context(), plate_id=plate.pk, reason=Reason.SUPERSEDED, expected_version=2) is True

        plate = BuildPlate.objects.get()
        assert (plate.state, plate.void_reason) == ("void", "SUPERSEDED")
        assert not PlateItem.objects.filter(live=True).exists()
        counts = piece_counts(plan.requirement_id)
        assert (counts.open, counts.balanced) == (2, True)
        assert Event.objects.get(type="BuildPlateVoided").subject_rows.filter(kind="intent").exists()

    def test_again_does_nothing(self) -> None:
        plate, _plan = composed(set_up())
        commands.void_plate(make_context(), plate_id=plate.pk, reason=Reason.SUPERSEDED)

        assert commands.void_plate(make_context(), plate_id=plate.pk, reason=Reason.SUPERSEDED) is False
        assert Event.objects.filter(type="BuildPlateVoided").count() == 1

    def test_what_a_printer_makes_is_refused_to_a_person_and_left_alone_by_automation(self) -> None:
        plate, _plan = composed(set_up())
        begin(make_context(), plate_id=plate.pk)

        assert commands.void_plate(make_context(), plate_id=plate.pk, reason=Reason.SUPERSEDED) is False
        with pytest.raises(Refusal) as refused:
            commands.void_plate(make_context(), plate_id=plate.pk, reason=Reason.SUPERSEDED, expected_version=2)

        assert refused.value.code == "plate-started"

    def test_what_prints_is_left_alone_also_when_all_of_it_was_canceled(self) -> None:
        plate, plan = composed(set_up())
        begin(make_context(), plate_id=plate.pk)
        cancel(make_context(), piece_ids=tuple(Piece.objects.values_list("pk", flat=True)), intent_id=plan.requirement.line.intent_id)

        assert commands.void_plate(make_context(), plate_id=plate.pk, reason=Reason.CUSTOMER_CANCELED) is False


class TestFinishingItems:
    def test_of_a_failed_piece_frees_it_for_another_plate(self) -> None:
        floor = set_up()
        plate, plan = composed(floor)
        begin(make_context(), plate_id=plate.pk)

        fail_first(make_context(), plate_id=plate.pk)

        counts = piece_counts(plan.requirement_id)
        assert (counts.open, counts.allocated, counts.balanced) == (1, 1, True)
        assert list(PlateItem.objects.order_by("slot").values_list("live", flat=True)) == [False, True]


@pytest.mark.slow
class TestCanceledPieces:
    def test_before_the_start_void_the_plate_and_the_others_are_composed_again(self) -> None:
        floor = set_up()
        box = make_model(15, 15, 2)
        kept, dropped = make_order(floor, box, is_released=False), make_order(floor, box, is_released=False)
        release_order(kept)
        release_order(dropped)
        work()
        (shared,) = plates()
        assert shared.items.count() == 2

        cancel(make_context(), piece_ids=(dropped.pieces.get().pk,), intent_id=dropped.line.intent_id)
        work()

        first, second = plates()
        assert (first.state, first.void_reason) == ("void", "CUSTOMER_CANCELED")
        assert (second.state, [one.piece.requirement_id for one in second.items.all()]) == ("approved", [kept.pk])
        assert Plan.objects.get(requirement=dropped).state == "void"
        assert piece_counts(kept.pk).balanced
        assert piece_counts(dropped.pk).canceled == 1
