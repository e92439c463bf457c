"""Money that people record, and money they decide about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import IllegalTransition, Invalid, Refusal
from apps.orders import changes, events, queries
from apps.orders.labels.payments import AMOUNT_INVALID, NOTE_MISSING
from apps.orders.models import Intent, WebhookMessage
from apps.orders.states import IntentState, LedgerKind, Provider, RefundReason, WebhookState

PAYABLE = (IntentState.AWAITING_PAYMENT, IntentState.PAID, IntentState.FULFILLED)
"""Orders for which money may be taken: those on credit are paid after the parts went out."""


@command("orders.record_manual_payment")
def record_manual_payment(
    ctx: Context,
    *,
    intent_id: UUID,
    expected_version: int,
    amount_minor: int,
    currency: str,
    reference: str = "",
    occurred_at: datetime | None = None,
    note: str = "",
) -> UUID:
    """Book money that came by transfer, in cash or over the counter, and return its entry. When that settles the order, it is paid.

    Args:
        ctx: Who asks, when.
        intent_id: The order.
        expected_version: The version that was read.
        amount_minor: How much, in minor units; a part is fine, more than what is outstanding is not.
        currency: The order's.
        reference: The bank's or till's own number: the same one is never booked twice.
        occurred_at: When it came; None: now.
        note: For the record.

    Raises:
        NotFound, StaleVersion: as ever.
        Invalid: less than the smallest coin.
        Refusal: ``order-not-awaiting-payment``, ``payment-currency-differs``, ``payment-too-much``, ``money-booked``.
    """
    locks.intent(intent_id)
    intent = Intent.at_version(intent_id, expected_version)
    _check(intent, amount_minor, currency)
    entry = changes.book_payment(
        ctx,
        intent,
        amount_minor=amount_minor,
        currency=currency,
        provider=Provider.MANUAL,
        external_id=reference,
        occurred_at=occurred_at or ctx.now,
        note=note,
    )
    intent.save_changes()  # its version: of two who book the same money one must look again
    changes.close_checkouts(ctx, intent, code="order-changed")  # what is outstanding is another amount now
    changes.settle_if_paid(ctx, intent)
    return entry.pk


def _check(intent: Intent, amount_minor: int, currency: str) -> None:
    if isinstance(amount_minor, bool) or not isinstance(amount_minor, int) or amount_minor < 1:
        raise Invalid({"amount_minor": str(AMOUNT_INVALID)})
    due = queries.money_of(intent).outstanding
    if intent.state not in PAYABLE or due == 0:
        raise Refusal("order-not-awaiting-payment", state=str(intent.get_state_display()))
    if currency != intent.currency:
        raise Refusal("payment-currency-differs", currency=currency, wanted=intent.currency)
    if amount_minor > due:
        raise Refusal("payment-too-much", asked=amount_minor, left=due, currency=currency)


@command("orders.settle_payment_review")
def settle_payment_review(ctx: Context, *, webhook_id: UUID, expected_version: int, take: bool, note: str) -> None:
    """Decide about money that did not fit: take it, which secures a waiting order, or give it back.

    Raises:
        NotFound, StaleVersion: as ever.
        IllegalTransition: nobody needs to decide about this message (any more).
        Invalid: no reason given.
        Refusal: ``payment-not-booked``: the message is about money that no order is known for; look for it at the provider.
    """
    message = WebhookMessage.at_version(webhook_id, expected_version)
    if message.state != WebhookState.REVIEW:
        kind = str(WebhookMessage._meta.verbose_name)
        raise IllegalTransition(kind, str(webhook_id), move="settle", state=message.state, allowed=[])
    if not note.strip():
        raise Invalid({"note": str(NOTE_MISSING)})
    if message.intent_id is None:
        raise Refusal("payment-not-booked")
    intent: Intent = locks.intent(message.intent_id)
    message.apply(now=ctx.now)
    message.save_changes("state", "settled_at")
    if take:
        if intent.state == IntentState.AWAITING_PAYMENT:
            changes.secure(ctx, intent)
    elif message.entry is not None and message.entry.kind == LedgerKind.PAYMENT and (left := queries.paid_left(message.entry)) > 0:
        changes.request_refunds(ctx, intent, amount_minor=left, reason=RefundReason.REVIEW, note=note, payment=message.entry)
    settled = events.PaymentReviewSettled(intent_id=intent.pk, webhook_id=message.pk, taken=take)
    about = ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
    record(about, event=settled, subjects=[Subject("intent", intent.pk), Subject("webhook", message.pk)])
