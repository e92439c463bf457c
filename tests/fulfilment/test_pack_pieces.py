"""``fulfilment.pack_pieces``: into a shipment, for one customer and one address."""

from __future__ import annotations

from uuid import UUID

import pytest

from apps.fulfilment import commands
from apps.fulfilment.models import Shipment, ShipmentPiece
from apps.journal.models import Event
from apps.journal.refusals import Refusal
from apps.orders.models import Piece
from apps.orders.states import PieceState
from tests.factories.accounts import make_account, make_site, shop
from tests.factories.context import make_context
from tests.factories.fulfilment import make_pieces
from tests.factories.orders import make_customer_snapshot
from tests.writers import Writers

pytestmark = pytest.mark.django_db


def pack(*pieces: Piece, site_id: UUID | None = None) -> UUID:
    return commands.pack_pieces(make_context(), site_id=site_id or shop().pk, piece_ids=tuple(piece.pk for piece in pieces))


class TestPacking:
    def test_makes_a_shipment_of_the_pieces(self) -> None:
        pieces = make_pieces(2, PieceState.PASSED)

        shipment = Shipment.objects.get(pk=pack(*pieces))

        assert (shipment.state, shipment.packed_by) == ("packed", "service:tests")
        assert set(shipment.contents.values_list("piece_id", flat=True)) == {piece.pk for piece in pieces}
        assert set(Piece.objects.values_list("state", flat=True)) == {"packed"}
        event = Event.objects.get(type="Packed")
        assert {"shipment", "piece", "intent"} <= {row.kind for row in event.subject_rows.all()}

    def test_puts_orders_of_one_customer_together(self) -> None:
        account = make_account()
        first, second = make_pieces(1, PieceState.PASSED, account=account), make_pieces(1, PieceState.PASSED, account=account)

        shipment_id = pack(*first, *second)

        assert ShipmentPiece.objects.filter(shipment_id=shipment_id).count() == 2


class TestPiecesThatDoNotGoTogether:
    def test_of_different_customers_are_refused(self) -> None:
        with pytest.raises(Refusal) as refused:
            pack(*make_pieces(1, PieceState.PASSED), *make_pieces(1, PieceState.PASSED))

        assert refused.value.code == "shipment-mixes-customers"

    def test_for_different_addresses_are_refused(self) -> None:
        account = make_account()
        first, second = make_pieces(1, PieceState.PASSED, account=account), make_pieces(1, PieceState.PASSED, account=account)
        make_customer_snapshot(intent=first[0].requirement.line.intent, shipping_address={"city": "Here"})
        make_customer_snapshot(intent=second[0].requirement.line.intent, shipping_address={"city": "There"})

        with pytest.raises(Refusal) as refused:
            pack(*first, *second)

        assert refused.value.code == "shipment-mixes-customers"
        assert not Shipment.objects.exists()

    def test_at_another_site_are_refused(self) -> None:
        with pytest.raises(Refusal) as refused:
            pack(*make_pieces(1, PieceState.PASSED), site_id=make_site().pk)

        assert refused.value.code == "shipment-mixes-sites"

    @pytest.mark.parametrize("state", [PieceState.QA, PieceState.OWED, PieceState.PACKED, PieceState.SHIPPED])
    def test_that_did_not_pass_or_are_packed_are_refused(self, state: PieceState) -> None:
        with pytest.raises(Refusal) as refused:
            pack(*make_pieces(1, state))

        assert refused.value.code == "piece-not-there-yet"


@pytest.mark.both_engines
class TestTheSamePiecePackedFourTimesAtOnce:
    def test_is_in_one_shipment(self, writers: Writers) -> None:
        pieces = make_pieces(1, PieceState.PASSED)

        outcomes = writers.in_threads(lambda _n: pack(*pieces), 4)

        assert sum(one.error is None for one in outcomes) == 1
        assert ShipmentPiece.objects.count() == 1
