"""``fulfilment.cool_pieces``: they can be touched and judged."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.fulfilment import commands
from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders.models import Piece, PieceFact
from apps.orders.states import PieceState
from tests.factories.context import make_context
from tests.factories.fulfilment import make_pieces

pytestmark = pytest.mark.django_db


class TestCooling:
    def test_moves_each_piece_and_says_so_in_its_orders_story(self) -> None:
        pieces = make_pieces(2, PieceState.COOLING)

        assert commands.cool_pieces(make_context(), piece_ids=tuple(piece.pk for piece in pieces)) == 2

        assert set(Piece.objects.values_list("state", flat=True)) == {"qa"}
        assert PieceFact.objects.filter(kind="cooled").count() == 2
        events = Event.objects.filter(type="PieceCooled")
        assert {event.correlation_id for event in events} == {pieces[0].requirement.line.intent_id}

    def test_again_is_no_news(self) -> None:
        pieces = tuple(piece.pk for piece in make_pieces(2, PieceState.COOLING))
        commands.cool_pieces(make_context(), piece_ids=pieces)

        assert commands.cool_pieces(make_context(), piece_ids=pieces) == 0

        assert Event.objects.count() == 2


class TestBadInput:
    def test_is_refused_and_keeps_nothing(self) -> None:
        cooling, owed = make_pieces(1, PieceState.COOLING), make_pieces(1, PieceState.OWED)

        with pytest.raises(Refusal) as refused:
            commands.cool_pieces(make_context(), piece_ids=(cooling[0].pk, owed[0].pk))

        assert (refused.value.code, refused.value.params["pieces"]) == ("piece-not-there-yet", 1)
        assert Piece.objects.get(pk=cooling[0].pk).state == "cooling"
        with pytest.raises(Invalid):
            commands.cool_pieces(make_context(), piece_ids=())
        with pytest.raises(Invalid):
            commands.cool_pieces(make_context(), piece_ids=(cooling[0].pk, cooling[0].pk))
        with pytest.raises(NotFound):
            commands.cool_pieces(make_context(), piece_ids=(uuid4(),))
