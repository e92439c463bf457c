"""When an order is paid, fulfilled, or open again."""

from __future__ import annotations

from uuid import UUID

from apps.journal import recording
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.orders import events, queries
from apps.orders.models import Checkout, Intent, Piece
from apps.orders.states import DELIVERED, OPEN_CHECKOUTS, IntentState, PieceState

_OVER = [PieceState.CANCELED, *DELIVERED]


def fulfil_if_complete(ctx: Context, intent_id: UUID) -> bool:
    """Mark the order as fulfilled when each of its pieces was shipped or canceled, and return whether it just became so.

    The caller has locked the order, so that of two last shipments one sees the other's pieces.
    """
    intent = Intent.objects.get(pk=intent_id)
    if intent.state != IntentState.PAID:
        return False
    pieces = Piece.objects.filter(requirement__line__intent=intent)
    if pieces.exclude(state__in=_OVER).exists() or not pieces.filter(state__in=DELIVERED).exists():
        return False
    intent.fulfil(now=ctx.now)
    intent.save_changes("state", "fulfilled_at")
    _record(ctx, intent, events.IntentFulfilled(intent_id=intent.pk))
    return True


def reopen(ctx: Context, intent: Intent) -> None:
    """Put a fulfilled order back into production: a piece of it is owed again."""
    intent.reopen()
    intent.save_changes("state", "fulfilled_at")
    _record(ctx, intent, events.IntentReopened(intent_id=intent.pk))


def settle_if_paid(ctx: Context, intent: Intent) -> bool:
    """Mark a waiting order as paid when what came in covers what it costs, and return whether it just became so."""
    if intent.state != IntentState.AWAITING_PAYMENT or not queries.money_of(intent).is_settled:
        return False
    secure(ctx, intent)
    return True


def secure(ctx: Context, intent: Intent) -> None:
    """Mark a waiting order as settled or secured: it may be released to production. No further checkout of it can be paid."""
    intent.mark_paid(now=ctx.now)
    intent.save_changes("state", "paid_at")
    close_checkouts(ctx, intent, code="order-paid")
    _record(ctx, intent, events.IntentPaid(intent_id=intent.pk))


def close_checkouts(ctx: Context, intent: Intent, *, code: str) -> None:
    """Close what is still open for paying the order, and say why."""
    for checkout in Checkout.objects.filter(intent=intent, state__in=OPEN_CHECKOUTS):
        checkout.expire(now=ctx.now, code=code)
        checkout.save_changes("state", "closed_at", "code")
        closed = events.CheckoutClosed(checkout_id=checkout.pk, intent_id=intent.pk, code=code)
        about = ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
        recording.record(about, event=closed, subjects=[Subject("intent", intent.pk), Subject("checkout", checkout.pk)])


def _record(ctx: Context, intent: Intent, happened: object) -> None:
    about = ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
    recording.record(about, event=happened, subjects=[Subject("intent", intent.pk)])
