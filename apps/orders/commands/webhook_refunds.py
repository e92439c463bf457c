"""What a provider says about refunds: ours, or those somebody made at the provider's own page."""

from __future__ import annotations

from apps.journal import locks
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.orders import changes, events, queries
from apps.orders.changes.messages import ask, finish, leave
from apps.orders.models import Intent, LedgerEntry, Refund, WebhookMessage
from apps.orders.payments import Message, MessageKind
from apps.orders.states import LedgerKind, Provider, RefundReason, RefundState, WebhookState


def apply_refund(ctx: Context, message: WebhookMessage, said: Message, locked: Intent | None) -> str:
    """Apply a message about a refund; one about a payment that did not reach us yet waits for it. Return the message's state.

    ``locked`` is the order of the checkout the message names: while we hold it, no payment of it can arrive unseen.
    """
    payment = LedgerEntry.objects.filter(provider=message.provider, kind=LedgerKind.PAYMENT, external_id=said.payment_id).first()
    if payment is None or not said.payment_id:
        return leave(ctx, message, WebhookState.PARKED, "payment-unknown")
    message.intent = locked
    if locked is not None and locked.pk != payment.intent_id:
        return ask(ctx, message, said, locked, "other-order")
    intent: Intent = locked or locks.intent(payment.intent_id)
    message.intent = intent
    refund = _ours(message, said, payment)
    if said.kind == MessageKind.REFUND_FAILED:
        return _fail(ctx, message, said, intent, refund)
    if refund is None:
        return _from_outside(ctx, message, said, intent, payment)
    if refund.state != RefundState.REQUESTED:
        return leave(ctx, message, WebhookState.IGNORED, "booked-already")
    if said.amount_minor != refund.amount_minor or said.currency != refund.currency:
        return ask(ctx, message, said, intent, "refund-differs")
    return _issue(ctx, message, said, intent, refund)


def _ours(message: WebhookMessage, said: Message, payment: LedgerEntry) -> Refund | None:
    known = Refund.objects.filter(payment=payment).select_related("payment")
    if said.refund_id is not None and (found := known.filter(pk=said.refund_id).first()) is not None:
        return found
    return known.filter(provider=message.provider, external_id=said.external_refund_id).first() if said.external_refund_id else None


def _issue(ctx: Context, message: WebhookMessage, said: Message, intent: Intent, refund: Refund) -> str:
    entry = changes.book_refund(
        ctx,
        intent,
        payment=refund.payment,
        amount_minor=refund.amount_minor,
        provider=Provider(message.provider),
        external_id=said.external_refund_id,
        occurred_at=said.occurred_at,
    )
    refund.issue(external_id=said.external_refund_id, entry=entry, now=ctx.now)
    refund.save_changes("state", "external_id", "entry", "settled_at")
    message.entry = entry
    return finish(ctx, message)


def _from_outside(ctx: Context, message: WebhookMessage, said: Message, intent: Intent, payment: LedgerEntry) -> str:
    """Book a refund nobody asked us for, so that the ledger is true, and let a person see it."""
    if not said.external_refund_id or said.currency != payment.currency or not 1 <= said.amount_minor <= queries.paid_left(payment):
        return ask(ctx, message, said, intent, "refund-differs")
    refund = Refund(
        created_at=ctx.now,
        intent=intent,
        payment=payment,
        provider=message.provider,
        amount_minor=said.amount_minor,
        currency=said.currency,
        reason=RefundReason.OUTSIDE,
        requested_by=f"provider:{message.provider}",
    ).add()
    _issue(ctx, message, said, intent, refund)
    required = events.PaymentReviewRequired(
        intent_id=intent.pk, code="refund-from-outside", amount_minor=said.amount_minor, currency=said.currency
    )
    record(_about(ctx, intent), event=required, subjects=[Subject("intent", intent.pk), Subject("refund", refund.pk)])
    return str(message.state)


def _fail(ctx: Context, message: WebhookMessage, said: Message, intent: Intent, refund: Refund | None) -> str:
    if refund is None or refund.state == RefundState.FAILED:
        return leave(ctx, message, WebhookState.IGNORED, "no-such-refund" if refund is None else "failed-already")
    if refund.entry is not None:
        message.entry = changes.book_refund_reversal(
            ctx, intent, refund=refund.entry, external_id=said.external_refund_id, occurred_at=said.occurred_at
        )
    refund.fail(code=said.code or "failed", now=ctx.now)
    refund.save_changes("state", "code", "settled_at")
    failed = events.RefundFailed(intent_id=intent.pk, refund_id=refund.pk, code=refund.code)
    record(_about(ctx, intent), event=failed, subjects=[Subject("intent", intent.pk), Subject("refund", refund.pk)])
    return finish(ctx, message)


def _about(ctx: Context, intent: Intent) -> Context:
    return ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
