"""What money looks like: the ledger, checkouts, refunds, providers' messages that a person must look at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from apps.journal.http.scope import HidesFromCustomers, Scoped
from apps.journal.http.shown import Code, Shown, ShownVersioned
from apps.orders import models
from apps.orders.states import WebhookState


class LedgerEntry(Shown):
    """One movement of money. Never changed: a correction is another entry."""

    model = models.LedgerEntry

    site_id: UUID
    intent_id: UUID
    kind: Code
    amount_minor: int
    currency: str
    occurred_at: datetime
    recorded_by: str | None
    provider: str
    external_id: str | None
    number: str
    against_id: UUID | None
    note: str | None


class Checkout(ShownVersioned):
    """Checkout: where a customer pays what is outstanding."""

    model = models.Checkout

    intent_id: UUID
    provider: Code
    amount_minor: int
    currency: str
    url: str
    expires_at: datetime
    state: Code
    closed_at: datetime | None
    code: str


class Refund(ShownVersioned):
    """Refund: money on its way back by the way it came."""

    model = models.Refund

    intent_id: UUID
    payment_id: UUID
    provider: Code
    amount_minor: int
    currency: str
    reason: Code
    requested_by: str | None
    note: str | None
    state: Code
    code: str
    settled_at: datetime | None


class PaymentReview(ShownVersioned):
    """A provider's message that a person must look at before its money counts."""

    model = models.WebhookMessage

    provider: Code
    event_id: str
    kind: str
    received_at: datetime
    state: Code
    code: str
    intent_id: UUID | None
    settled_at: datetime | None


class Ledger(HidesFromCustomers):
    """Entries for the asker's sites, and for customers' own orders."""

    model = models.LedgerEntry
    for_staff = ("recorded_by", "external_id", "note")


class Checkouts(Scoped):
    """Checkouts of those orders."""

    model = models.Checkout


class Refunds(HidesFromCustomers):
    """Refunds of those orders."""

    model = models.Refund
    for_staff = ("requested_by", "note")


class PaymentReviews(Scoped):
    """Messages of providers that wait, or waited, for a person."""

    model = models.WebhookMessage

    def visible(self, request: Request) -> QuerySet[models.WebhookMessage]:
        """Return those that a person must look at, or looked at."""
        return super().visible(request).filter(Q(state=WebhookState.REVIEW) | Q(settled_at__isnull=False))
