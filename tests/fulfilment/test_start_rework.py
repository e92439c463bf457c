"""``fulfilment.start_rework``: not good, but can be made good."""

from __future__ import annotations

import pytest

from apps.catalog.states import Reason
from apps.fulfilment import commands
from apps.fulfilment.models import ShipmentPiece
from apps.journal.models import Event
from apps.journal.refusals import Invalid, Refusal
from apps.orders.models import Piece
from apps.orders.states import PieceState
from tests.factories.context import make_context
from tests.factories.fulfilment import make_pieces

pytestmark = pytest.mark.django_db


def start(piece: Piece, reason: Reason = Reason.STRINGING) -> int:
    return commands.start_rework(make_context(), piece_ids=(piece.pk,), reason=reason)


class TestRework:
    def test_says_why_and_is_told_once(self) -> None:
        (piece,) = make_pieces(1, PieceState.QA)

        assert (start(piece), start(piece)) == (1, 0)

        after = Piece.objects.get()
        assert (after.state, after.reason) == ("rework", "STRINGING")
        assert Event.objects.filter(type="ReworkStarted").count() == 1

    def test_takes_a_packed_piece_out_of_its_shipment(self) -> None:
        (piece,) = make_pieces(1, PieceState.PASSED)
        commands.pack_pieces(make_context(), site_id=piece.requirement.line.intent.site_id, piece_ids=(piece.pk,))

        start(piece)

        assert ShipmentPiece.objects.get().removed_at is not None

    def test_of_what_is_not_there_or_for_no_reason_is_refused(self) -> None:
        (owed,), (here,) = make_pieces(1, PieceState.OWED), make_pieces(1, PieceState.QA)

        with pytest.raises(Refusal):
            start(owed)
        with pytest.raises(Invalid):
            start(here, Reason.UNKNOWN)
