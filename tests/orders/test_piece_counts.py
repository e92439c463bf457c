"""``piece_counts``: promised + added = canceled + shipped + allocated + open."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from apps.journal.refusals import NotFound
from apps.orders.models import Requirement
from apps.orders.queries import PieceCounts, piece_counts
from apps.orders.states import TO_MAKE, UNHAPPY_PIECES, AmendmentKind, PieceState
from tests.factories.orders import make_amendment, make_amendment_line, make_line_item, make_piece, make_requirement
from tests.state_machines import WALKS

pytestmark = pytest.mark.django_db


def make_pieces(requirement: Requirement, *states: PieceState, allocated: bool = False) -> None:
    for number, state in enumerate(states, start=1):
        reason = "QA_COSMETIC" if state in UNHAPPY_PIECES else ""
        make_piece(
            requirement=requirement,
            number=number,
            state=state,
            reason=reason,
            allocated_to=uuid4() if allocated and state in TO_MAKE else None,
        )


class TestPieceCounts:
    def test_of_a_plain_order_are_one_open_piece(self) -> None:
        piece = make_piece()

        assert piece_counts(piece.requirement_id) == PieceCounts(promised=1, added=0, canceled=0, shipped=0, allocated=0, open=1)

    def test_say_where_each_piece_stands(self) -> None:
        requirement = make_requirement(line=make_line_item(quantity=11))

        make_pieces(requirement, *PieceState)

        counts = piece_counts(requirement.id)
        assert counts == PieceCounts(promised=11, added=0, canceled=1, shipped=2, allocated=6, open=2)
        assert counts.balanced

    def test_take_a_piece_on_a_live_plate_as_allocated(self) -> None:
        requirement = make_requirement(line=make_line_item(quantity=2))

        make_pieces(requirement, PieceState.OWED, PieceState.SCRAPPED, allocated=True)

        assert piece_counts(requirement.id) == PieceCounts(promised=2, added=0, canceled=0, shipped=0, allocated=2, open=0)

    def test_count_several_per_set(self) -> None:
        requirement = make_requirement(line=make_line_item(quantity=3), qty_per_set=4)

        assert piece_counts(requirement.id).promised == 12

    def test_add_what_amendments_added_and_nothing_for_what_they_canceled(self) -> None:
        requirement = make_requirement(line=make_line_item(quantity=2))
        make_pieces(requirement, PieceState.CANCELED, PieceState.OWED, PieceState.OWED, PieceState.OWED)
        more = make_amendment(intent=requirement.line.intent, kind=AmendmentKind.ADD_QTY)
        fewer = make_amendment(intent=requirement.line.intent, number=2)
        make_amendment_line(requirement=requirement, amendment=more, pieces=2)
        make_amendment_line(requirement=requirement, amendment=fewer, pieces=-1)

        counts = piece_counts(requirement.id)

        assert (counts.promised, counts.added, counts.canceled, counts.open) == (2, 2, 1, 3)
        assert counts.balanced

    def test_promise_nothing_of_a_component_an_amendment_brought(self) -> None:
        line = make_line_item(quantity=5)
        swap = make_amendment(intent=line.intent, kind=AmendmentKind.SUBSTITUTE)
        requirement = make_requirement(line=line, amendment=swap)
        make_amendment_line(requirement=requirement, amendment=swap, pieces=5)

        counts = piece_counts(requirement.id)

        assert (counts.promised, counts.added) == (0, 5)

    def test_are_not_balanced_when_a_piece_is_missing(self) -> None:
        requirement = make_requirement(line=make_line_item(quantity=2))

        make_pieces(requirement, PieceState.OWED)

        assert not piece_counts(requirement.id).balanced

    def test_cost_one_query(self) -> None:
        piece = make_piece()

        with CaptureQueriesContext(connection) as queries:
            piece_counts(piece.requirement_id)

        assert len(queries) == 1

    def test_of_a_component_nobody_knows_are_not_found(self) -> None:
        with pytest.raises(NotFound):
            piece_counts(uuid4())

    @WALKS
    @given(
        states=st.lists(st.sampled_from(PieceState), max_size=12),
        added=st.lists(st.integers(1, 3), max_size=3),
        allocated=st.booleans(),
    )
    def test_balance_whatever_happened_to_the_pieces(self, states: list[PieceState], added: list[int], allocated: bool) -> None:
        with transaction.atomic():
            from_the_start = len(states) or 1
            requirement = make_requirement(line=make_line_item(quantity=from_the_start))
            make_pieces(requirement, *(states or [PieceState.OWED]), *[PieceState.OWED] * sum(added), allocated=allocated)
            for number, pieces in enumerate(added, start=1):
                amendment = make_amendment(intent=requirement.line.intent, number=number, kind=AmendmentKind.ADD_QTY)
                make_amendment_line(requirement=requirement, amendment=amendment, pieces=pieces)

            counts = piece_counts(requirement.id)

            assert counts.balanced
            assert counts.promised + counts.added == from_the_start + sum(added)
            transaction.set_rollback(True)
