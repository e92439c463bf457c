"""Writing to customers: once for each thing they wait to hear of."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.fulfilment import events as fulfilment
from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.notify import commands
from apps.notify.states import Letter
from apps.orders import events as orders
from apps.orders.models import Intent
from apps.orders.states import IntentState


@subscribe(
    orders.IntentCreated,
    orders.IntentPaid,
    orders.IntentAmended,
    orders.IntentCanceled,
    orders.RefundIssued,
    label=_("Write to a customer about an order"),
    lane=Lane.DEFAULT,
)
def write_about_order(owed: Owed) -> None:
    """Owe the customer the mail that belongs to what happened to their order."""
    happened = owed.event
    params: dict[str, str] = {}
    match happened:
        case orders.IntentCreated():
            letter, occasion = Letter.ORDER_RECEIVED, ""
        case orders.IntentPaid():
            letter, occasion = Letter.ORDER_PAID, ""
        case orders.IntentAmended() if _is_canceled(happened.intent_id):
            return  # the mail about the cancelation says it all
        case orders.IntentAmended():
            letter, occasion, params = Letter.ORDER_CHANGED, str(happened.amendment_id), {"amendment": str(happened.amendment_id)}
        case orders.IntentCanceled():
            letter, occasion = Letter.ORDER_CANCELED, ""
        case orders.RefundIssued():
            letter, occasion, params = Letter.ORDER_REFUNDED, str(happened.entry_id), {"entry": str(happened.entry_id)}
        case _unknown:
            return
    commands.write_to_customer(owed.context(), intent_id=happened.intent_id, letter=letter, occasion=occasion or "once", params=params)


@subscribe(fulfilment.Shipped, label=_("Tell customers that pieces were sent"), lane=Lane.DEFAULT)
def write_about_shipment(owed: Owed) -> None:
    """Owe each customer with pieces in the shipment a mail, with what follows it."""
    shipment_id = str(owed.event.shipment_id)
    for intent_id in sorted({subject.id for subject in owed.subjects if subject.kind == "intent"}, key=str):
        commands.write_to_customer(
            owed.context(str(intent_id)),
            intent_id=intent_id,
            letter=Letter.ORDER_SHIPPED,
            occasion=shipment_id,
            params={"shipment": shipment_id},
        )


def _is_canceled(intent_id: UUID) -> bool:
    return Intent.objects.filter(pk=intent_id, state=IntentState.CANCELED).exists()
