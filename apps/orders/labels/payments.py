"""Refusals about checkouts, providers' messages and refunds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "checkout-session-known",
    status=409,
    title=_("This way to pay is known"),
    detail=_("The provider's session belongs to another checkout."),
    fix=_("Use that checkout."),
    constraint="one_checkout_per_session",
)
declare(
    "checkout-open",
    status=409,
    title=_("There is a way to pay already"),
    detail=_("The order has an open checkout; a second one could be paid as well."),
    fix=_("Pay by the open one."),
    constraint="one_open_checkout_per_order",
)
declare(
    "checkout-amount-invalid",
    status=422,
    title=_("There is nothing to pay"),
    detail=_("A checkout is about at least the smallest coin of its currency."),
    fix=_("Check what is still to be paid."),
    constraint="checkout_amount_minor_at_least_1",
)
declare(
    "checkout-currency-invalid",
    status=422,
    title=_("That is not a currency"),
    detail=_("A currency is three capital letters."),
    fix=_("Use an ISO 4217 code such as EUR."),
    constraint="checkout_currency_is_a_currency",
)
declare(
    "checkout-without-address",
    status=422,
    title=_("Where does the customer pay?"),
    detail=_("An open checkout has the provider's id and the address where the customer pays."),
    fix=_("Keep what the provider answered."),
    constraint="open_checkouts_lead_somewhere",
)
declare(
    "checkout-closing-undated",
    status=422,
    title=_("When was it closed?"),
    detail=_("A checkout by which nobody can pay any more says since when; an open one does not."),
    fix=_("Close it with its command."),
    constraint="closed_checkouts_say_when",
)
declare(
    "webhook-known",
    status=409,
    title=_("This message is known"),
    detail=_("The provider sent this message before, and it was kept."),
    fix=_("Nothing needs to be done."),
    constraint="a_webhook_is_stored_once",
)
declare(
    "webhook-attempts-invalid",
    status=422,
    title=_("Fewer than none?"),
    detail=_("How often a message was applied cannot be negative."),
    fix=_("Count from 0."),
    constraint="webhook_message_attempts_at_least_0",
)
declare(
    "webhook-unnamed",
    status=422,
    title=_("Which message is it?"),
    detail=_("A provider's message has an id and a kind."),
    fix=_("Refuse messages without them."),
    constraint="webhooks_have_an_id_and_a_kind",
)
declare(
    "webhook-unexplained",
    status=422,
    title=_("Why was nothing done?"),
    detail=_("A message that was not applied says why."),
    fix=_("Give the code."),
    constraint="webhooks_left_alone_say_why",
)
declare(
    "refund-sent",
    status=409,
    title=_("This refund is known"),
    detail=_("The provider's refund belongs to another one of ours."),
    fix=_("Nothing needs to be done."),
    constraint="a_refund_is_sent_once",
)
declare(
    "refund-amount-invalid",
    status=422,
    title=_("Nothing to give back"),
    detail=_("A refund is at least the smallest coin of its currency."),
    fix=_("Give an amount from 1 on."),
    constraint="refund_amount_minor_at_least_1",
)
declare(
    "refund-currency-invalid",
    status=422,
    title=_("That is not a currency"),
    detail=_("A currency is three capital letters."),
    fix=_("Use an ISO 4217 code such as EUR."),
    constraint="refund_currency_is_a_currency",
)
declare(
    "refund-unsigned",
    status=422,
    title=_("Who asked for it?"),
    detail=_("A refund names who or what asked for it."),
    fix=_("Say who."),
    constraint="refunds_say_who_asked",
)
declare(
    "refund-not-booked",
    status=422,
    title=_("It is not in the books"),
    detail=_("Money that went back is an entry of the ledger."),
    fix=_("Book it with its command."),
    constraint="issued_refunds_are_booked",
)
declare(
    "refund-settlement-undated",
    status=422,
    title=_("When was it settled?"),
    detail=_("A refund that was sent or did not work says when; one still to be sent does not."),
    fix=_("Settle it with its command."),
    constraint="settled_refunds_say_when",
)
declare(
    "refund-too-much",
    status=422,
    title=_("More than what came in"),
    detail=_(
        "{asked} were asked for, but only {left} (in the smallest coin of {currency}) of what was paid can still go back. Nothing was sent."
    ),
    fix=_("Ask for that much or less."),
)
declare(
    "provider-unavailable",
    status=422,
    title=_("That way to pay is not offered"),
    detail=_("This shop does not take payments through {provider}."),
    fix=_("Choose another way to pay."),
)
declare(
    "payment-currency-differs",
    status=422,
    title=_("Another currency"),
    detail=_("The order is in {wanted}, the payment in {currency}."),
    fix=_("Record what came in, in the order's currency."),
)
declare(
    "payment-too-much",
    status=422,
    title=_("More than is to be paid"),
    detail=_("{asked} were recorded, but only {left} are outstanding (in the smallest coin of {currency}). Nothing was booked."),
    fix=_("Check the amount and the order."),
)
declare(
    "payment-not-booked",
    status=409,
    title=_("No order is known for this money"),
    detail=_("The provider's message names no checkout of ours, so nothing could be booked."),
    fix=_("Find the payment at the provider and give it back there."),
)
declare(
    "webhook-unverified",
    status=400,
    title=_("This message cannot be trusted"),
    detail=_(
        "It does not carry a valid signature of the provider, is too old or from the future, or cannot be read ({reason}). Nothing was kept."
    ),
    fix=_("Check the signing secret and the clocks of both sides; the provider sends the message again by itself."),
)
declare(
    "webhook-too-large",
    status=413,
    title=_("This message is too large"),
    detail=_("Messages of payment providers are at most {limit} bytes."),
    fix=_("Send one event at a time."),
)

AMOUNT_INVALID = _("An amount is a whole number from 1 on, in the smallest coin.")
NOTE_MISSING = _("Say why.")
