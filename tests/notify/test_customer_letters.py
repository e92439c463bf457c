"""Customers hear of their orders by what really happens to them: from the order to the shipment, by real commands and lanes."""

from __future__ import annotations

import pytest

from apps.fulfilment import commands as fulfilment
from apps.journal import lanes
from apps.notify.models import MailOut
from apps.notify.states import Letter
from apps.notify.subscribers import customers
from apps.orders import commands as orders
from apps.orders import events
from apps.orders.models import Intent
from apps.orders.states import CancelReason, PieceState
from tests.factories.context import make_context
from tests.factories.fulfilment import make_pieces
from tests.factories.orders import make_amendment, make_intent, make_refund_entry
from tests.fulfilment.test_pack_pieces import pack
from tests.notify.telling import happened

pytestmark = pytest.mark.django_db


def hand_out() -> None:
    while lanes.hand_out_next("default"):
        pass


def letters() -> list[str]:
    return list(MailOut.objects.order_by("id").values_list("letter", flat=True))


class TestAnOrder:
    def test_is_written_about_when_it_is_made_paid_changed_and_refunded(self) -> None:
        intent = make_intent()
        amendment, entry = make_amendment(intent=intent), make_refund_entry(intent=intent)
        created = events.IntentCreated(intent_id=intent.pk, source="storefront", price_minor=100, currency="EUR", pieces=1)
        changed = events.IntentAmended(intent_id=intent.pk, amendment_id=amendment.pk, kind=amendment.kind)
        returned = events.RefundIssued(intent_id=intent.pk, entry_id=entry.pk, amount_minor=100, currency="EUR")

        for event in (created, created, events.IntentPaid(intent_id=intent.pk), changed, returned):
            customers.write_about_order(happened(event))

        assert letters() == [Letter.ORDER_RECEIVED, Letter.ORDER_PAID, Letter.ORDER_CHANGED, Letter.ORDER_REFUNDED]

    def test_that_is_canceled_is_written_about_once(self) -> None:
        intent = make_intent()

        orders.cancel_intent(
            make_context(), intent_id=intent.pk, expected_version=Intent.objects.get().version, reason=CancelReason.CUSTOMER_REQUEST
        )
        hand_out()

        assert letters() == [Letter.ORDER_CANCELED]

    def test_that_is_sent_is_written_about_with_each_shipment(self) -> None:
        pieces = make_pieces(2, PieceState.PASSED)
        for piece in pieces:
            fulfilment.ship(make_context(), shipment_id=pack(piece), expected_version=1, carrier="DHL", tracking="00340")
        hand_out()

        assert letters() == [Letter.ORDER_SHIPPED, Letter.ORDER_SHIPPED]
