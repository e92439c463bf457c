"""``fulfilment.finish_rework``: worked on, so judged again."""

from __future__ import annotations

import pytest

from apps.catalog.states import Reason
from apps.fulfilment import commands
from apps.journal.models import Event
from apps.journal.refusals import Refusal
from apps.orders.models import Piece
from apps.orders.states import PieceState
from tests.factories.context import make_context
from tests.factories.fulfilment import make_pieces

pytestmark = pytest.mark.django_db


class TestFinishing:
    def test_brings_it_back_to_the_check(self) -> None:
        (piece,) = make_pieces(1, PieceState.QA)
        commands.start_rework(make_context(), piece_ids=(piece.pk,), reason=Reason.STRINGING)

        assert commands.finish_rework(make_context(), piece_ids=(piece.pk,)) == 1
        assert commands.finish_rework(make_context(), piece_ids=(piece.pk,)) == 0

        assert (Piece.objects.get().state, Piece.objects.get().reason) == ("qa", "")
        assert Event.objects.filter(type="ReworkDone").count() == 1

    def test_of_what_was_never_worked_on_is_refused(self) -> None:
        (piece,) = make_pieces(1, PieceState.COOLING)

        with pytest.raises(Refusal):
            commands.finish_rework(make_context(), piece_ids=(piece.pk,))
