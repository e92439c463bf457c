"""``fulfilment.ship``: it left the house, and an order whose last pieces these were is fulfilled."""

from __future__ import annotations

from uuid import UUID

import pytest

from apps.catalog.states import Reason
from apps.fulfilment import commands
from apps.fulfilment.models import Shipment, ShipmentPiece
from apps.journal.models import Event
from apps.journal.refusals import IllegalTransition, Invalid, Refusal, StaleVersion
from apps.orders import commands as orders
from apps.orders.models import Intent, Piece
from apps.orders.queries import piece_counts
from apps.orders.states import PieceState
from tests.factories.context import make_context
from tests.factories.fulfilment import make_pieces
from tests.fulfilment.test_pack_pieces import pack

pytestmark = pytest.mark.django_db

TRACKING = "00340434161094022115"


def ship(shipment_id: UUID, *, version: int = 1, carrier: str = "DHL") -> None:
    commands.ship(make_context(), shipment_id=shipment_id, expected_version=version, carrier=carrier, tracking=TRACKING)


class TestShipping:
    def test_moves_pieces_shipment_and_order_together(self) -> None:
        pieces = make_pieces(2, PieceState.PASSED)

        ship(pack(*pieces))

        shipment, intent = Shipment.objects.get(), Intent.objects.get()
        assert (shipment.state, shipment.carrier, shipment.tracking, shipment.shipped_by) == ("shipped", "DHL", TRACKING, "service:tests")
        assert set(Piece.objects.values_list("state", flat=True)) == {"shipped"}
        assert intent.state == "fulfilled"
        assert list(Event.objects.order_by("id").values_list("type", flat=True)) == ["Packed", "Shipped", "IntentFulfilled"]

    def test_a_part_of_an_order_leaves_it_open(self) -> None:
        pieces = make_pieces(2, PieceState.PASSED)

        ship(pack(pieces[0]))

        assert Intent.objects.get().state == "paid"
        assert piece_counts(pieces[0].requirement_id).shipped == 1
        ship(pack(pieces[1]))
        assert Intent.objects.get().state == "fulfilled"

    def test_keeps_the_tracking_number_out_of_the_event(self) -> None:
        ship(pack(*make_pieces(1, PieceState.PASSED)))

        assert TRACKING not in Event.objects.get(type="Shipped").data

    def test_leaves_behind_what_was_taken_out(self) -> None:
        pieces = make_pieces(2, PieceState.PASSED)
        shipment_id = pack(*pieces)
        commands.start_rework(make_context(), piece_ids=(pieces[0].pk,), reason=Reason.STRINGING)

        ship(shipment_id)

        assert set(Piece.objects.values_list("state", flat=True)) == {"rework", "shipped"}

    def test_leaves_behind_what_was_canceled_after_it_was_packed(self) -> None:
        pieces = make_pieces(2, PieceState.PASSED)
        shipment_id = pack(*pieces)
        fewer = orders.FewerPieces(pieces[0].requirement_id, 1)
        intent = Intent.objects.get()
        orders.amend_cancel_qty(make_context(), intent_id=intent.pk, expected_version=intent.version, lines=(fewer,), confirm_started=True)

        ship(shipment_id)

        states = dict(Piece.objects.values_list("pk", "state"))
        inside = dict(ShipmentPiece.objects.values_list("piece_id", "removed_at"))
        assert sorted(states.values()) == ["canceled", "shipped"]
        assert {states[piece_id]: removed is None for piece_id, removed in inside.items()} == {"canceled": False, "shipped": True}


class TestBadInput:
    def test_twice_is_refused(self) -> None:
        shipment_id = pack(*make_pieces(1, PieceState.PASSED))
        ship(shipment_id)

        with pytest.raises(IllegalTransition):
            ship(shipment_id, version=2)
        with pytest.raises(StaleVersion):
            ship(shipment_id)

    def test_without_a_carrier_or_with_nothing_in_it_is_refused(self) -> None:
        pieces = make_pieces(1, PieceState.PASSED)
        shipment_id = pack(*pieces)

        with pytest.raises(Invalid):
            ship(shipment_id, carrier=" ")
        commands.start_rework(make_context(), piece_ids=(pieces[0].pk,), reason=Reason.STRINGING)
        with pytest.raises(Refusal) as refused:
            ship(shipment_id)
        assert refused.value.code == "shipment-empty"
        assert Shipment.objects.get().state == "packed"
