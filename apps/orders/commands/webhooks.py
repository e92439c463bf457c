"""Providers' messages: kept raw first, then applied, in whatever order and however often they come."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from apps.journal import locks, power_cuts
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import NotFound
from apps.orders import changes, events, payments, queries
from apps.orders.changes.messages import ask, finish, leave
from apps.orders.domain import settling
from apps.orders.models import Checkout, Intent, LedgerEntry, WebhookMessage
from apps.orders.payments import Message, MessageKind, Unverified
from apps.orders.states import OPEN_CHECKOUTS, CheckoutState, IntentState, LedgerKind, Provider, RefundReason, WebhookState

from .webhook_refunds import apply_refund

if TYPE_CHECKING:
    from collections.abc import Callable

CURRENCY = re.compile("[A-Z]{3}")
UNAPPLIED = (WebhookState.STORED, WebhookState.PARKED)


@command("orders.store_webhook")
def store_webhook(ctx: Context, *, provider: Provider, event_id: str, kind: str, headers: dict[str, str], body: bytes) -> UUID:
    """Keep a verified message as it came, owe its application, and return its id. The same event is kept once.

    Args:
        ctx: The endpoint's context.
        provider: Whose message.
        event_id: The provider's id of the event.
        kind: The provider's word for what happened.
        headers: Those that prove whom it is from.
        body: Byte for byte.

    Raises:
        Refusal: ``webhook-known``: the same event is being kept in this very moment.
    """
    known = WebhookMessage.objects.filter(provider=provider, event_id=event_id).values_list("pk", flat=True).first()
    if known is not None:
        return UUID(str(known))
    message = WebhookMessage(
        provider=provider, event_id=event_id, kind=kind, headers=headers, body=body, received_at=ctx.now, created_at=ctx.now
    ).add()
    stored = events.WebhookStored(webhook_id=message.pk, provider=str(Provider(provider).value), kind=kind)
    record(ctx, event=stored, subjects=[Subject("webhook", message.pk)])
    return message.pk


@command("orders.apply_webhook")
def apply_webhook(ctx: Context, *, webhook_id: UUID) -> str:
    """Do what a kept message says, once, and return the state it came to. Applied again it changes nothing.

    Raises:
        NotFound: no such message.
    """
    power_cuts.may_happen("orders.webhook.apply")
    kept = WebhookMessage.objects.filter(pk=webhook_id).first()
    if kept is None:
        raise NotFound(str(WebhookMessage._meta.verbose_name), id=str(webhook_id))
    try:
        said = payments.provider_named(kept.provider).read(bytes(kept.body))
    except Unverified as error:
        return leave(ctx, kept, WebhookState.IGNORED, error.code)
    checkout = _checkout_of(kept, said)
    intent: Intent | None = None if checkout is None else locks.intent(checkout.intent_id)
    message = WebhookMessage.objects.get(pk=webhook_id)
    if message.state not in UNAPPLIED:
        return str(message.state)
    message.attempts += 1
    if said.kind in (MessageKind.REFUNDED, MessageKind.REFUND_FAILED):
        return apply_refund(ctx, message, said, intent)
    if checkout is None or intent is None:
        return _about_nothing(ctx, message, said)
    message.intent = intent
    act = _ACTS.get(said.kind, _do_nothing)
    return act(ctx, message, said, Checkout.objects.get(pk=checkout.pk), intent)


def _checkout_of(kept: WebhookMessage, said: Message) -> Checkout | None:
    """Return the checkout a message is about: by our own id, which we gave the provider, or by the provider's."""
    ours = Checkout.objects.filter(provider=kept.provider)
    if said.checkout_id is not None and (found := ours.filter(pk=said.checkout_id).first()) is not None:
        return found
    return ours.filter(session_id=said.session_id).first() if said.session_id else None


def _about_nothing(ctx: Context, message: WebhookMessage, said: Message) -> str:
    if said.kind == MessageKind.OTHER:
        return leave(ctx, message, WebhookState.IGNORED, "unknown-kind")
    state = WebhookState.REVIEW if said.kind == MessageKind.PAID else WebhookState.IGNORED
    return leave(ctx, message, state, "unknown-checkout")


def _do_nothing(ctx: Context, message: WebhookMessage, said: Message, checkout: Checkout, intent: Intent) -> str:
    return leave(ctx, message, WebhookState.IGNORED, "unknown-kind")


def _take_payment(ctx: Context, message: WebhookMessage, said: Message, checkout: Checkout, intent: Intent) -> str:
    if LedgerEntry.objects.filter(provider=message.provider, kind=LedgerKind.PAYMENT, external_id=said.payment_id).exists():
        return leave(ctx, message, WebhookState.IGNORED, "booked-already")
    if not said.payment_id or said.amount_minor < 1 or not CURRENCY.fullmatch(said.currency):
        return ask(ctx, message, said, intent, "unusable")
    expected = settling.Expected(
        is_canceled=intent.state == IntentState.CANCELED,
        is_waiting=intent.state == IntentState.AWAITING_PAYMENT,
        outstanding=queries.money_of(intent).outstanding,
        asked=checkout.amount_minor,
        currency=intent.currency,
        is_about_it=said.intent_id in (None, intent.pk),
    )
    wrong = settling.misfit(expected, amount_minor=said.amount_minor, currency=said.currency)
    message.entry = changes.book_payment(
        ctx,
        intent,
        amount_minor=said.amount_minor,
        currency=said.currency,
        provider=Provider(message.provider),
        external_id=said.payment_id,
        occurred_at=said.occurred_at,
    )
    if checkout.state in (*OPEN_CHECKOUTS, CheckoutState.EXPIRED):
        checkout.complete(now=ctx.now)
        checkout.save_changes("state", "closed_at")
    if wrong not in (settling.FITS, settling.LATE):
        return ask(ctx, message, said, intent, wrong)
    if wrong == settling.LATE:
        changes.request_refunds(ctx, intent, amount_minor=said.amount_minor, reason=RefundReason.LATE, payment=message.entry)
    changes.settle_if_paid(ctx, intent)
    return finish(ctx, message)


def _note_failure(ctx: Context, message: WebhookMessage, said: Message, checkout: Checkout, intent: Intent) -> str:
    if intent.state != IntentState.AWAITING_PAYMENT:
        return leave(ctx, message, WebhookState.IGNORED, "not-waiting")
    checkout.code = said.code or "declined"
    checkout.save_changes("code")
    rejected = events.PaymentRejected(intent_id=intent.pk, code=checkout.code, provider=message.provider)
    record(_about(ctx, intent), event=rejected, subjects=[Subject("intent", intent.pk), Subject("checkout", checkout.pk)])
    return finish(ctx, message)


def _close(ctx: Context, message: WebhookMessage, said: Message, checkout: Checkout, intent: Intent) -> str:
    if checkout.state not in OPEN_CHECKOUTS:
        return leave(ctx, message, WebhookState.IGNORED, "closed-already")
    checkout.expire(now=ctx.now, code="expired")
    checkout.save_changes("state", "closed_at", "code")
    closed = events.CheckoutClosed(checkout_id=checkout.pk, intent_id=intent.pk, code="expired")
    record(_about(ctx, intent), event=closed, subjects=[Subject("intent", intent.pk), Subject("checkout", checkout.pk)])
    return finish(ctx, message)


_ACTS: dict[MessageKind, Callable[[Context, WebhookMessage, Message, Checkout, Intent], str]] = {
    MessageKind.PAID: _take_payment,
    MessageKind.NOT_PAID: _note_failure,
    MessageKind.CLOSED: _close,
}


def _about(ctx: Context, intent: Intent) -> Context:
    return ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
