"""How money is booked and given back. The caller has locked the order: what may still go back is counted, not guessed."""

from __future__ import annotations

from datetime import datetime

from apps.journal import recording
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.refusals import Refusal
from apps.orders import events, queries
from apps.orders.models import Intent, LedgerEntry, Refund
from apps.orders.states import LedgerKind, Provider, RefundReason


def book_payment(
    ctx: Context,
    intent: Intent,
    *,
    amount_minor: int,
    currency: str,
    provider: Provider,
    external_id: str,
    occurred_at: datetime,
    note: str = "",
) -> LedgerEntry:
    """Book money that came in, and say so."""
    entry = _entry(ctx, intent, LedgerKind.PAYMENT, amount_minor, currency, provider, external_id, occurred_at, note=note)
    received = events.PaymentReceived(
        intent_id=intent.pk, entry_id=entry.pk, amount_minor=amount_minor, currency=currency, provider=provider.value
    )
    recording.record(_here(ctx, intent), event=received, subjects=[Subject("intent", intent.pk)])
    return entry


def book_refund(
    ctx: Context, intent: Intent, *, payment: LedgerEntry, amount_minor: int, provider: Provider, external_id: str, occurred_at: datetime
) -> LedgerEntry:
    """Book money that went back, and say so."""
    entry = _entry(ctx, intent, LedgerKind.REFUND, -amount_minor, payment.currency, provider, external_id, occurred_at, against=payment)
    issued = events.RefundIssued(
        intent_id=intent.pk, entry_id=entry.pk, amount_minor=amount_minor, currency=payment.currency, provider=provider.value
    )
    recording.record(_here(ctx, intent), event=issued, subjects=[Subject("intent", intent.pk)])
    return entry


def book_refund_reversal(ctx: Context, intent: Intent, *, refund: LedgerEntry, external_id: str, occurred_at: datetime) -> LedgerEntry:
    """Book that money which was to go back came back to us: the refund failed after all."""
    provider = Provider(refund.provider)
    return _entry(
        ctx, intent, LedgerKind.REFUND_REVERSAL, -refund.amount_minor, refund.currency, provider, external_id, occurred_at, against=refund
    )


def request_refunds(
    ctx: Context, intent: Intent, *, amount_minor: int, reason: RefundReason, note: str = "", payment: LedgerEntry | None = None
) -> list[Refund]:
    """Owe the return of an amount, from the newest payment back, or of one ``payment`` only. Never more than what came in.

    Raises:
        Refusal: ``refund-too-much``.
    """
    payments = [payment] if payment is not None else _payments(intent)
    left = {one.pk: queries.paid_left(one) for one in payments}
    if amount_minor > sum(left.values()):
        raise Refusal("refund-too-much", asked=amount_minor, left=sum(left.values()), currency=intent.currency)
    refunds = []
    for one in payments:
        part = min(amount_minor, left[one.pk])
        if part > 0:
            refunds.append(_request(ctx, intent, one, part, reason, note))
            amount_minor -= part
    return refunds


def _payments(intent: Intent) -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(intent=intent, kind=LedgerKind.PAYMENT, currency=intent.currency).order_by("-id"))


def _request(ctx: Context, intent: Intent, payment: LedgerEntry, amount_minor: int, reason: RefundReason, note: str) -> Refund:
    refund = Refund(
        created_at=ctx.now,
        intent=intent,
        payment=payment,
        provider=payment.provider,
        amount_minor=amount_minor,
        currency=payment.currency,
        reason=reason,
        requested_by=ctx.actor.who,
        note=note,
    ).add()
    requested = events.RefundRequested(intent_id=intent.pk, refund_id=refund.pk, amount_minor=amount_minor, currency=payment.currency)
    recording.record(_here(ctx, intent), event=requested, subjects=[Subject("intent", intent.pk), Subject("refund", refund.pk)])
    return refund


def _entry(
    ctx: Context,
    intent: Intent,
    kind: LedgerKind,
    amount_minor: int,
    currency: str,
    provider: Provider,
    external_id: str,
    occurred_at: datetime,
    *,
    against: LedgerEntry | None = None,
    note: str = "",
) -> LedgerEntry:
    return LedgerEntry(
        created_at=ctx.now,
        site_id=intent.site_id,
        intent=intent,
        kind=kind,
        amount_minor=amount_minor,
        currency=currency,
        occurred_at=occurred_at,
        recorded_by=ctx.actor.who,
        provider=provider.value,
        external_id=external_id,
        against=against,
        note=note,
    ).add()


def _here(ctx: Context, intent: Intent) -> Context:
    return ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
