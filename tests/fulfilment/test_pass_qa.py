"""``fulfilment.pass_qa``: they are good."""

from __future__ import annotations

import pytest

from apps.fulfilment import commands
from apps.journal.models import Event
from apps.journal.refusals import Refusal
from apps.orders.models import Piece, PieceFact
from apps.orders.states import PieceState
from tests.factories.context import make_context
from tests.factories.fulfilment import make_pieces

pytestmark = pytest.mark.django_db


class TestPassing:
    def test_moves_each_piece_and_keeps_the_note_with_the_piece_only(self) -> None:
        pieces = make_pieces(2, PieceState.QA)

        assert commands.pass_qa(make_context(), piece_ids=tuple(piece.pk for piece in pieces), note="Bolibompa") == 2

        assert set(Piece.objects.values_list("state", flat=True)) == {"passed"}
        assert set(PieceFact.objects.filter(kind="passed").values_list("note", flat=True)) == {"Bolibompa"}
        assert not any("Bolibompa" in event.data for event in Event.objects.all())

    def test_of_a_piece_that_is_packed_already_is_no_news(self) -> None:
        (piece,) = make_pieces(1, PieceState.PACKED)

        assert commands.pass_qa(make_context(), piece_ids=(piece.pk,)) == 0

    @pytest.mark.parametrize("state", [PieceState.COOLING, PieceState.REWORK, PieceState.OWED])
    def test_of_what_was_not_judged_is_refused(self, state: PieceState) -> None:
        reason = {"reason": "WARP"} if state == PieceState.REWORK else {}
        from tests.factories.orders import make_piece

        piece = make_piece(state=state, **reason)

        with pytest.raises(Refusal) as refused:
            commands.pass_qa(make_context(), piece_ids=(piece.pk,))

        assert refused.value.code == "piece-not-there-yet"
