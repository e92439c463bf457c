"""``runs.correct_outcome``: a further word about a part; its piece follows where it still can."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from apps.catalog.states import Reason
from apps.journal import frame
from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders import changes
from apps.orders.models import Piece
from apps.planning.models import PlateItem
from apps.runs import commands
from apps.runs.models import ItemOutcome, Run
from apps.runs.states import ItemResult
from tests.factories.floor import make_floor
from tests.orders.selling import advance
from tests.runs.driving import completed, first_outcome, given, judged, machine, person, printing_run, sent_run

pytestmark = pytest.mark.django_db

GOOD, FAILED, UNSURE, SKIPPED = ItemResult.SUCCESS, ItemResult.FAILED, ItemResult.UNKNOWN, ItemResult.SKIPPED


def said(outcome: ItemResult) -> ItemOutcome:
    floor = make_floor()
    run = completed(floor.plate(), floor.printer())
    judged(run, outcome)
    return first_outcome(run)


def correct(first: ItemOutcome, outcome: ItemResult, reason: str = "", note: str = "") -> UUID:
    return commands.correct_outcome(person(), outcome_id=first.pk, outcome=outcome, reason=reason, note=note)


class TestACorrection:
    @pytest.mark.parametrize(
        ("was", "now", "reason", "state"),
        [
            (FAILED, GOOD, "", "cooling"),
            (SKIPPED, UNSURE, "", "cooling"),
            (GOOD, FAILED, "WARP", "owed"),
            (UNSURE, SKIPPED, "OPERATOR_ABORT", "owed"),
            (GOOD, UNSURE, "", "cooling"),
            (FAILED, SKIPPED, "", "owed"),
        ],
    )
    def test_is_a_further_record_and_moves_the_piece(self, was: ItemResult, now: ItemResult, reason: str, state: str) -> None:
        first = said(was)

        second = correct(first, now, reason)

        assert ItemOutcome.objects.get(pk=second).corrects_id == first.pk
        assert ItemOutcome.objects.get(pk=first.pk).outcome == was
        assert Piece.objects.get().state == state
        assert Event.objects.filter(type="ItemOutcomeCorrected").count() == 1

    def test_that_it_was_made_after_all_ends_what_the_part_was_for(self) -> None:
        correct(said(FAILED), GOOD)

        assert not PlateItem.objects.filter(live=True).exists()
        assert Piece.objects.get().allocated_to is None

    def test_of_anything_but_the_last_word_is_refused(self) -> None:
        first = said(GOOD)
        correct(first, UNSURE)

        with pytest.raises(Refusal) as refused:
            correct(first, FAILED, "WARP")

        assert refused.value.code == "outcome-corrected"

    def test_of_a_piece_that_went_onto_another_plate_is_too_late(self) -> None:
        first = said(FAILED)
        commands.reprint_items(machine(), run_id=first.run_id)
        _put_elsewhere(first)

        with pytest.raises(Refusal) as refused:
            correct(first, GOOD)

        assert refused.value.code == "correction-too-late"
        assert ItemOutcome.objects.count() == 1

    def test_that_it_was_made_is_too_late_once_its_plate_waits_to_be_printed_again(self) -> None:
        first = said(SKIPPED)
        queued_again(first)

        with pytest.raises(Refusal) as refused:
            correct(first, GOOD)

        assert refused.value.code == "correction-too-late"
        assert PlateItem.objects.get().live

    def test_of_why_it_was_not_made_leaves_a_piece_alone_that_is_printing_again(self) -> None:
        first = said(SKIPPED)
        printer = first.run.printer
        assert printer is not None
        commands.clear_bed(person(), printer_id=printer.pk)
        printing_run(sent_run(given(queued_again(first), printer), printer), printer)

        correct(first, FAILED, "WARP")

        assert Piece.objects.get().state == "printing"

    def test_of_what_another_attempt_made_since_is_too_late(self) -> None:
        first = said(GOOD)
        piece = Piece.objects.get()
        with frame.seeding("it was scrapped and made again"):
            changes.scrap_piece(person(), piece, reason=Reason.QA_COSMETIC)
        advance(piece, "start_piece", "take_off_piece")

        with pytest.raises(Refusal) as refused:
            correct(first, FAILED, "WARP")

        assert refused.value.code == "correction-too-late"
        assert Piece.objects.get().state == "cooling"


class TestBadInput:
    def test_is_refused(self) -> None:
        first = said(GOOD)

        with pytest.raises(Invalid):
            correct(first, FAILED)
        with pytest.raises(Invalid):
            correct(first, SKIPPED)
        with pytest.raises(NotFound):
            commands.correct_outcome(person(), outcome_id=uuid4(), outcome=GOOD)


def queued_again(first: ItemOutcome) -> Run:
    commands.queue_run(person(), plate_id=first.run.plate_id)
    return Run.objects.get(plate=first.run.plate, ended_at=None)


def _put_elsewhere(first: ItemOutcome) -> None:
    with frame.seeding("another plate"):
        Piece.objects.filter(pk=first.item.piece_id).update(allocated_to=uuid4())
