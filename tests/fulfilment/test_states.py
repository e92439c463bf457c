"""Which moves shipments can make."""

from __future__ import annotations

from apps.fulfilment.models import Shipment
from apps.fulfilment.states import ShipmentState
from tests.factories.context import NOW
from tests.state_machines import Table, assert_all_others_are_refused, table_of

SHIPMENT: Table = {ShipmentState.PACKED: {"ship": "shipped"}, ShipmentState.SHIPPED: {}}


class TestAShipment:
    def test_has_exactly_these_moves(self) -> None:
        assert table_of(Shipment, ShipmentState) == SHIPMENT

    def test_refuses_every_other(self) -> None:
        assert_all_others_are_refused(Shipment, SHIPMENT, {"carrier": "DHL", "tracking": "", "by": "person:1", "now": NOW})
