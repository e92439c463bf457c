"""``fulfilment.close_intent``: nothing more is expected."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.fulfilment import commands
from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal
from apps.orders.models import Intent, Piece
from apps.orders.states import PieceState
from tests.factories.context import make_context
from tests.factories.fulfilment import make_pieces
from tests.fulfilment.test_pack_pieces import pack
from tests.fulfilment.test_ship import ship

pytestmark = pytest.mark.django_db


class TestClosing:
    def test_closes_every_piece_once(self) -> None:
        ship(pack(*make_pieces(2, PieceState.PASSED)))
        intent_id = Intent.objects.get().pk

        assert commands.close_intent(make_context(), intent_id=intent_id) == 2
        assert commands.close_intent(make_context(), intent_id=intent_id) == 0

        assert set(Piece.objects.values_list("state", flat=True)) == {"closed"}
        assert Event.objects.filter(type="Closed").count() == 1

    def test_an_order_that_is_not_fulfilled_is_refused(self) -> None:
        (piece,) = make_pieces(1, PieceState.PASSED)

        with pytest.raises(Refusal) as refused:
            commands.close_intent(make_context(), intent_id=piece.requirement.line.intent_id)

        assert refused.value.code == "intent-not-fulfilled"
        with pytest.raises(NotFound):
            commands.close_intent(make_context(), intent_id=uuid4())
