"""How pieces move: each move writes its fact, and what a machine says about a canceled piece changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django_fsm import TransitionNotAllowed

from apps.catalog.states import Reason
from apps.journal import frame
from apps.journal.refusals import NotFound, Refusal, StaleVersion
from apps.orders import changes, queries
from apps.orders.models import Intent, Piece, PieceFact
from apps.orders.states import CancelReason
from tests.factories.context import make_context
from tests.factories.orders import make_line_item, make_paid_intent, make_piece, make_requirement
from tests.orders.selling import SHIPPED, advance

pytestmark = pytest.mark.django_db


@pytest.fixture
def piece() -> Piece:
    return make_piece()


def do(change: Callable[..., Any], piece: Piece, **values: Any) -> None:
    with frame.seeding("the floor"):
        change(make_context(), piece, **values)


def facts(piece: Piece) -> list[tuple[str, str, str]]:
    return [(fact.kind, fact.from_state, fact.to_state) for fact in PieceFact.objects.filter(piece=piece).order_by("id")]


class TestAPieceThatGoesWell:
    def test_tells_every_step(self, piece: Piece) -> None:
        advance(piece, *SHIPPED, "close_piece")

        assert facts(piece) == [
            ("started", "owed", "printing"),
            ("made", "printing", "cooling"),
            ("cooled", "cooling", "qa"),
            ("passed", "qa", "passed"),
            ("packed", "passed", "packed"),
            ("shipped", "packed", "shipped"),
            ("closed", "shipped", "closed"),
        ]

    def test_is_on_its_plate_until_it_was_made(self, piece: Piece) -> None:
        item, run = uuid4(), uuid4()

        do(changes.allocate_piece, piece, item_id=item)
        do(changes.start_piece, piece, run_id=run)
        assert Piece.objects.get(pk=piece.pk).allocated_to == item
        do(changes.take_off_piece, piece, run_id=run)

        assert Piece.objects.get(pk=piece.pk).allocated_to is None
        made = PieceFact.objects.get(kind="made")
        assert (made.item_id, made.run_id, made.actor) == (item, run, "service:tests")


class TestAnAttemptThatCameToNothing:
    def test_owes_the_piece_again_on_the_same_plate(self, piece: Piece) -> None:
        item, run = uuid4(), uuid4()
        do(changes.allocate_piece, piece, item_id=item)
        do(changes.start_piece, piece, run_id=run)

        do(changes.owe_piece_again, piece, run_id=run, reason=Reason.CLOG)

        assert (piece.state, piece.allocated_to, facts(piece)[-1]) == ("owed", item, ("not_made", "printing", "owed"))
        assert PieceFact.objects.get(kind="not_made").reason == "CLOG"

    def test_that_spoiled_it_owes_it_again_on_no_plate(self, piece: Piece) -> None:
        do(changes.allocate_piece, piece, item_id=uuid4())
        do(changes.start_piece, piece, run_id=uuid4())

        do(changes.scrap_piece, piece, reason=Reason.WARP, note="Corner lifted")

        assert (piece.state, piece.reason, piece.allocated_to) == ("owed", "", None)
        assert [kind for kind, _from, _to in facts(piece)][-3:] == ["unallocated", "scrapped", "reopened"]
        assert PieceFact.objects.get(kind="scrapped").note == "Corner lifted"

    def test_and_was_judged_wrongly_gives_the_piece_back(self, piece: Piece) -> None:
        do(changes.allocate_piece, piece, item_id=uuid4())

        do(changes.recover_piece, piece, run_id=uuid4())

        assert (piece.state, piece.allocated_to) == ("cooling", None)


class TestAllocating:
    def test_the_same_item_twice_is_once(self, piece: Piece) -> None:
        item = uuid4()

        for _ in range(2):
            do(changes.allocate_piece, piece, item_id=item)

        assert facts(piece) == [("allocated", "owed", "owed")]

    def test_a_piece_that_is_on_another_plate_is_refused(self, piece: Piece) -> None:
        do(changes.allocate_piece, piece, item_id=uuid4())

        with pytest.raises(Refusal) as refused:
            do(changes.allocate_piece, piece, item_id=uuid4())

        assert refused.value.code == "piece-allocated"

    def test_a_piece_that_is_made_is_refused(self, piece: Piece) -> None:
        advance(piece, *SHIPPED[:2])

        with pytest.raises(Refusal) as refused:
            do(changes.allocate_piece, piece, item_id=uuid4())

        assert refused.value.code == "piece-not-owed"

    def test_nothing_is_taken_off_nothing(self, piece: Piece) -> None:
        do(changes.unallocate_piece, piece)

        assert (facts(piece), piece.version) == ([], 1)

    def test_a_piece_somebody_else_moved_is_refused(self, piece: Piece) -> None:
        seen = Piece.objects.get(pk=piece.pk)
        do(changes.allocate_piece, piece, item_id=uuid4())

        with pytest.raises(StaleVersion):
            do(changes.allocate_piece, seen, item_id=uuid4())


class TestACanceledPiece:
    @pytest.fixture
    def canceled(self, piece: Piece) -> Piece:
        advance(piece, "start_piece")
        do(changes.cancel_piece, piece, reason=CancelReason.CUSTOMER_REQUEST)
        return piece

    @pytest.mark.parametrize(
        ("change", "values"),
        [
            (changes.start_piece, {"run_id": uuid4()}),
            (changes.take_off_piece, {"run_id": uuid4()}),
            (changes.owe_piece_again, {"run_id": uuid4()}),
            (changes.recover_piece, {"run_id": uuid4()}),
            (changes.scrap_piece, {"reason": Reason.WARP}),
            (changes.cancel_piece, {"reason": CancelReason.FRAUD}),
        ],
    )
    def test_stays_so_whatever_a_machine_reports(self, canceled: Piece, change: Callable[..., Any], values: dict[str, Any]) -> None:
        before = facts(canceled)

        do(change, canceled, **values)

        assert (canceled.state, canceled.reason, facts(canceled)) == ("canceled", "CUSTOMER_REQUEST", before)

    @pytest.mark.parametrize("move", ["cool_piece", "pass_piece", "pack_piece", "ship_piece", "finish_rework", "receive_piece"])
    def test_is_not_judged_or_sent_by_people(self, canceled: Piece, move: str) -> None:
        with pytest.raises(TransitionNotAllowed):
            do(getattr(changes, move), canceled)


class TestAnOrder:
    def test_is_fulfilled_with_its_last_piece_and_open_again_when_that_was_lost(self) -> None:
        requirement = make_requirement(line=make_line_item(intent=make_paid_intent()))
        first, second = (make_piece(requirement=requirement, number=number) for number in (1, 2))
        intent_id = requirement.line.intent_id

        advance(first, *SHIPPED)
        assert self.fulfilled(intent_id) is False
        advance(second, *SHIPPED)
        assert self.fulfilled(intent_id) is True
        assert self.fulfilled(intent_id) is False
        assert Intent.objects.get(pk=intent_id).state == "fulfilled"

        lost = Piece.objects.get(pk=second.pk)
        do(changes.scrap_piece, lost, reason=Reason.UNKNOWN, note="Lost in the post")
        order = Intent.objects.get(pk=intent_id)
        assert (order.state, order.fulfilled_at, lost.state) == ("paid", None, "owed")

    def fulfilled(self, intent_id: Any) -> bool:
        with frame.seeding("the floor"):
            return changes.fulfil_if_complete(make_context(), intent_id)


class TestWhosePieceItIs:
    def test_is_told_with_everything_it_belongs_to(self, piece: Piece) -> None:
        line = piece.requirement.line

        assert queries.intent_of_piece(piece.pk) == line.intent
        assert queries.intents_of([piece]) == [line.intent_id]
        assert {(one.kind, one.id) for one in queries.subjects_of([piece])} == {
            ("piece", piece.pk),
            ("requirement", piece.requirement_id),
            ("line", line.pk),
            ("intent", line.intent_id),
        }

    def test_of_a_piece_nobody_knows_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            queries.intent_of_piece(uuid4())
