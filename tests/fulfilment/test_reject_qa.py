"""``fulfilment.reject_qa``: of no use, so owed again, and counted against the plan."""

from __future__ import annotations

import pytest

from apps.catalog.states import Reason
from apps.fulfilment import commands
from apps.fulfilment.models import ShipmentPiece
from apps.journal.models import Delivery, Event
from apps.journal.refusals import Invalid, Refusal
from apps.orders.models import Piece
from apps.orders.states import PieceState
from apps.planning.models import Plan
from apps.policy.models import BreakerCount
from apps.runs.states import ItemResult
from tests.factories.context import make_context
from tests.factories.floor import make_floor
from tests.factories.fulfilment import make_pieces
from tests.runs.driving import completed, judged

pytestmark = pytest.mark.django_db


def reject(*pieces: Piece, reason: Reason = Reason.QA_COSMETIC, note: str = "") -> int:
    return commands.reject_qa(make_context(), piece_ids=tuple(piece.pk for piece in pieces), reason=reason, note=note)


class TestRejecting:
    def test_owes_the_piece_again_on_no_plate_and_a_new_one(self) -> None:
        (piece,) = make_pieces(1, PieceState.QA)

        assert reject(piece) == 1

        piece = Piece.objects.get()
        assert (piece.state, piece.allocated_to) == ("owed", None)
        assert list(piece.facts.order_by("id").values_list("kind", flat=True)) == ["promised", "scrapped", "reopened"]
        event = Event.objects.get(type="QARejected")
        assert Delivery.objects.filter(event=event, subscriber__endswith="recompose").count() == 1

    def test_takes_a_packed_piece_out_of_its_shipment(self) -> None:
        pieces = make_pieces(2, PieceState.PASSED)
        commands.pack_pieces(make_context(), site_id=pieces[0].requirement.line.intent.site_id, piece_ids=tuple(p.pk for p in pieces))

        reject(pieces[0])

        assert ShipmentPiece.objects.get(piece=pieces[0]).removed_at is not None
        assert ShipmentPiece.objects.get(piece=pieces[1]).removed_at is None


class TestAPlanWhosePiecesAreRejected:
    def test_is_counted_against_once_for_each_attempt(self) -> None:
        _made(pieces=3)

        reject(*Piece.objects.all())

        assert list(BreakerCount.objects.filter(breaker="plan_loop").values_list("family", flat=True)) == ["QA"]
        assert not Plan.objects.get().dispatch_blocked

    def test_is_locked_after_the_second_attempt(self) -> None:
        floor = make_floor()
        component = floor.component()
        for number in (1, 2):
            run = completed(floor.plate_of(component, first=number), floor.printer())
            judged(run, ItemResult.SUCCESS)
        commands.cool_pieces(make_context(), piece_ids=tuple(Piece.objects.values_list("pk", flat=True)))

        reject(*Piece.objects.all())

        assert Plan.objects.get().dispatch_blocked


def _made(pieces: int) -> None:
    floor = make_floor()
    run = completed(floor.plate(pieces=pieces), floor.printer())
    judged(run, *[ItemResult.UNKNOWN] * pieces)
    commands.cool_pieces(make_context(), piece_ids=tuple(Piece.objects.values_list("pk", flat=True)))


class TestBadInput:
    def test_is_refused(self) -> None:
        (good,) = make_pieces(1, PieceState.QA)
        (owed,) = make_pieces(1, PieceState.OWED)

        with pytest.raises(Invalid):
            reject(good, reason=Reason.UNKNOWN)
        with pytest.raises(Refusal):
            reject(good, owed)
        assert Piece.objects.get(pk=good.pk).state == "qa"
