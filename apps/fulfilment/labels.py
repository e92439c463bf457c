"""What the fulfilment app says when it or the database refuses something."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "shipment-unsigned",
    status=422,
    title=_("Who packed it?"),
    detail=_("A shipment names who packed it."),
    fix=_("Say who."),
    constraint="shipments_say_who_packed_them",
)
declare(
    "shipment-carrier-missing",
    status=422,
    title=_("How was it sent?"),
    detail=_("A shipment that was sent says when, by whom and with which carrier; one that was not says none of it."),
    fix=_('Name the carrier, or "pickup" where it was handed over.'),
    constraint="sent_shipments_say_when_who_and_how",
)
declare(
    "shipment-undated",
    status=422,
    title=_("When was it sent?"),
    detail=_("A shipment that was sent says when; one that was not does not."),
    fix=_("Send it with its command."),
    constraint="sent_shipments_say_when",
)
declare(
    "piece-in-shipment",
    status=409,
    title=_("It is in this shipment already"),
    detail=_("The shipment already holds this piece."),
    fix=_("Nothing needs to be done."),
    constraint="a_shipment_holds_a_piece_once",
)
declare(
    "piece-not-there-yet",
    status=409,
    title=_("The piece is not there yet"),
    detail=_("{pieces} of the pieces cannot do this now; the first of them is: {state}."),
    fix=_("Take the steps in order: cool down, check, pack, ship. Leave out the pieces that are not so far."),
)
declare(
    "shipment-mixes-sites",
    status=409,
    title=_("These pieces are in different shops"),
    detail=_("A shipment leaves one site, and one of the pieces belongs to another."),
    fix=_("Pack them separately."),
)
declare(
    "shipment-mixes-customers",
    status=409,
    title=_("These pieces go to different places"),
    detail=_("The pieces belong to different customers or go to different addresses."),
    fix=_("Make one shipment for each."),
)
declare(
    "shipment-empty",
    status=409,
    title=_("There is nothing in it"),
    detail=_("Every piece was taken out of this shipment again, or canceled."),
    fix=_("Pack the pieces that are to go."),
)
declare(
    "intent-not-fulfilled",
    status=409,
    title=_("The order is not fulfilled"),
    detail=_("An order is closed when all its pieces were sent or canceled; this one is: {state}."),
    fix=_("Ship what is open first."),
)
declare(
    "order-not-in-production",
    status=409,
    title=_("This order is not in production"),
    detail=_("Order {order} is: {state}. Only an order in production owes pieces that a print can have made."),
    fix=_("Choose another order, or release this one first."),
)
declare(
    "claim-exceeds-owed",
    status=409,
    title=_("It does not owe that many"),
    detail=_("Order {order} owes {owed} pieces of this component that are on no plate; you said {asked}."),
    fix=_("Claim fewer, or take pieces off their plate first."),
)
