"""What orders owe because of what happened: pages to pay on, messages to apply, money to send back, orders to release."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal import power_cuts
from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.policy.events import ApprovalGranted, HoldReleased, PolicyActivated
from apps.policy.states import GatedTransition

from . import commands, events, payments, queries
from .models import Checkout, Refund, WebhookMessage
from .payments import ProviderRefused, RefundOrder, SessionOrder
from .states import CheckoutState, Provider, RefundState, WebhookState


@subscribe(events.CheckoutOpened, label=_("Open a checkout at the payment provider"), lane=Lane.DEFAULT)
def open_at_provider(owed: Owed) -> None:
    """Open the checkout at the provider. Repeated, the provider knows it by its key and answers the same."""
    checkout = Checkout.objects.select_related("intent").get(pk=owed.event.checkout_id)
    if checkout.state != CheckoutState.REQUESTED:
        return
    order = SessionOrder(
        checkout_id=checkout.pk,
        intent_id=checkout.intent_id,
        number=checkout.intent.number,
        amount_minor=checkout.amount_minor,
        currency=checkout.currency,
        expires_at=checkout.expires_at,
        return_to=checkout.return_to,
    )
    try:
        session = payments.provider_named(checkout.provider).open_checkout(order)
    except ProviderRefused as error:
        commands.fail_checkout(owed.context(), checkout_id=checkout.pk, code=error.code)
        return
    power_cuts.may_happen("orders.checkout.opened")
    commands.record_session(
        owed.context(), checkout_id=checkout.pk, session_id=session.session_id, url=session.url, expires_at=session.expires_at
    )


@subscribe(events.WebhookStored, label=_("Apply a payment provider's message"), lane=Lane.DEFAULT)
def apply_message(owed: Owed) -> None:
    """Do what the message says; safe to repeat, since a message is applied once."""
    commands.apply_webhook(owed.context(), webhook_id=owed.event.webhook_id)


@subscribe(events.PaymentReceived, label=_("Apply messages that waited for a payment"), lane=Lane.DEFAULT)
def apply_parked(owed: Owed) -> None:
    """Try the provider's parked messages again: the payment they are about may be this one."""
    parked = WebhookMessage.objects.filter(provider=owed.event.provider, state=WebhookState.PARKED).order_by("id")
    for webhook_id in parked.values_list("pk", flat=True):
        commands.apply_webhook(owed.context(str(webhook_id)), webhook_id=webhook_id)


@subscribe(events.RefundRequested, label=_("Give money back through the payment provider"), lane=Lane.DEFAULT)
def send_refund(owed: Owed) -> None:
    """Send a refund. Repeated, the provider knows it by its key and sends it once. What was paid by hand a person gives back."""
    refund = Refund.objects.select_related("payment").get(pk=owed.event.refund_id)
    if refund.state != RefundState.REQUESTED or refund.provider == Provider.MANUAL:
        return
    order = RefundOrder(
        refund_id=refund.pk,
        intent_id=refund.intent_id,
        payment_id=refund.payment.external_id,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
    )
    try:
        answer = payments.provider_named(refund.provider).refund(order)
    except ProviderRefused as error:
        commands.fail_refund(owed.context(), refund_id=refund.pk, code=error.code)
        return
    power_cuts.may_happen("orders.refund.sent")
    if answer.is_done:
        commands.issue_refund(owed.context(), refund_id=refund.pk, external_id=answer.external_id)


@subscribe(events.IntentPaid, label=_("Release a paid order to production"), lane=Lane.DEFAULT)
def release_paid(owed: Owed) -> None:
    """Ask the gate to let the order be produced. Blocked or parked it waits, visibly."""
    commands.release_intent(owed.context(), intent_id=owed.event.intent_id)


@subscribe(ApprovalGranted, label=_("Release an approved order to production"), lane=Lane.DEFAULT)
def release_approved(owed: Owed) -> None:
    """Ask the gate again: somebody said yes."""
    if owed.event.transition == GatedTransition.INTENT_RELEASE:
        commands.release_intent(owed.context(), intent_id=owed.event.subject_id)


@subscribe(HoldReleased, PolicyActivated, label=_("Release orders that were kept waiting"), lane=Lane.DEFAULT)
def release_waiting(owed: Owed) -> None:
    """Ask the gate again for every paid order of the site that is not released: what stopped it may be gone."""
    if owed.site_id is None:
        return
    for intent_id in queries.paid_unreleased(owed.site_id):
        commands.release_intent(owed.context(str(intent_id)), intent_id=intent_id)
