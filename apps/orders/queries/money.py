"""What an order costs now, what came in, what went back. Derived from the ledger and stored nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, Sum

from apps.orders.models import Amendment, Intent, LedgerEntry, Refund
from apps.orders.states import OPEN_CHECKOUTS, LedgerKind, PaymentStatus, RefundState, WebhookState


@dataclass(frozen=True, slots=True)
class Money:
    """The money of one order, in its currency, in minor units.

    Args:
        currency: ISO 4217.
        due: What the order costs now: the promise and its amendments.
        received: What came in.
        refunded: What went back and stayed there.
        refunding: What is to go back and did not yet.
        disputed: What a dispute took.
    """

    currency: str
    due: int
    received: int
    refunded: int
    refunding: int
    disputed: int

    @property
    def kept(self) -> int:
        """What we have once everything asked for went back."""
        return self.received - self.refunded - self.refunding - self.disputed

    @property
    def outstanding(self) -> int:
        """What is still to be paid; never negative."""
        return max(0, self.due - self.kept)

    @property
    def surplus(self) -> int:
        """What we have and the order does not cost; never negative."""
        return max(0, self.kept - self.due)

    @property
    def is_settled(self) -> bool:
        """Does what we have cover what it costs?"""
        return self.kept >= self.due


def effective_price(intent: Intent) -> int:
    """Return what the order costs now, in minor units: the promise and what its amendments changed."""
    changed = Amendment.objects.filter(intent=intent).aggregate(total=Sum("price_delta_minor"))["total"] or 0
    return int(intent.price_minor + changed)


def money_of(intent: Intent) -> Money:
    """Return where the order's money stands. What came in another currency is not counted: a person decides about it."""
    entries = LedgerEntry.objects.filter(intent=intent, currency=intent.currency)
    totals = dict(entries.order_by().values_list("kind").annotate(total=Sum("amount_minor")))
    asked = Refund.objects.filter(intent=intent, currency=intent.currency, state=RefundState.REQUESTED)
    return Money(
        currency=intent.currency,
        due=effective_price(intent),
        received=totals.get(LedgerKind.PAYMENT, 0),
        refunded=-totals.get(LedgerKind.REFUND, 0) - totals.get(LedgerKind.REFUND_REVERSAL, 0),
        refunding=asked.aggregate(total=Sum("amount_minor"))["total"] or 0,
        disputed=-totals.get(LedgerKind.DISPUTE, 0) - totals.get(LedgerKind.DISPUTE_REVERSAL, 0),
    )


def paid_left(payment: LedgerEntry) -> int:
    """Return how much of one payment neither went back nor is asked to."""
    taken = LedgerEntry.objects.filter(Q(against=payment) | Q(against__against=payment)).aggregate(total=Sum("amount_minor"))["total"] or 0
    asked = Refund.objects.filter(payment=payment, state=RefundState.REQUESTED).aggregate(total=Sum("amount_minor"))["total"] or 0
    return int(payment.amount_minor + taken - asked)


def payment_status(intent: Intent) -> PaymentStatus:
    """Return in one word what the ledger says about an order's money."""
    money = money_of(intent)
    if intent.webhook_messages.filter(state=WebhookState.REVIEW).exists():
        return PaymentStatus.REVIEW
    if money.disputed > 0:
        return PaymentStatus.DISPUTED
    if money.received > 0 and money.refunded >= money.received:
        return PaymentStatus.REFUNDED
    if money.refunded > 0:
        return PaymentStatus.PARTIALLY_REFUNDED
    if money.received >= money.due and money.received > 0:
        return PaymentStatus.PAID
    underway = money.received > 0 or intent.checkouts.filter(state__in=OPEN_CHECKOUTS).exists()
    return PaymentStatus.PENDING if underway else PaymentStatus.UNPAID
