"""Paying through a provider: the ways to pay that were opened, the messages that came, the money to give back."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.journal.constraints import at_least, currency_code, known
from apps.journal.immutable import Frozen
from apps.journal.versioned import Versioned
from apps.orders.states import OPEN_CHECKOUTS, CheckoutState, Provider, RefundReason, RefundState, WebhookState

from .intents import Intent
from .ledger import LedgerEntry


class Checkout(Versioned):
    """Checkout: one way to pay one amount for an order, opened at a provider. Its id is the key under which the provider opens it once."""

    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="checkouts", db_index=False)
    provider = models.CharField(max_length=20, choices=Provider.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, help_text=_("ISO 4217"))
    session_id = models.CharField(max_length=120, blank=True, help_text=_("The provider's id"))
    url = models.CharField(max_length=2000, blank=True, help_text=_("Where the customer pays"))
    return_to = models.CharField(max_length=300, blank=True, help_text=_("Where the customer comes back to, on this farm"))
    expires_at = models.DateTimeField()
    state = FSMField(max_length=10, choices=CheckoutState.choices, default=CheckoutState.REQUESTED, protected=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=60, blank=True, help_text=_("Why it could not be opened, or the last payment did not work"))

    immutable = Frozen(fields=("intent", "provider", "amount_minor", "currency", "return_to", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("checkout")
        constraints = [
            models.UniqueConstraint(fields=["provider", "session_id"], condition=~Q(session_id=""), name="one_checkout_per_session"),
            models.UniqueConstraint(fields=["intent"], condition=Q(state__in=OPEN_CHECKOUTS), name="one_open_checkout_per_order"),
            known("checkout", "provider", Provider.values),
            known("checkout", "state", CheckoutState.values),
            at_least("checkout", "amount_minor", 1),
            currency_code("checkout", "currency"),
            models.CheckConstraint(
                condition=~Q(state=CheckoutState.OPEN) | (~Q(session_id="") & ~Q(url="")), name="open_checkouts_lead_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_CHECKOUTS, closed_at__isnull=True) | (~Q(state__in=OPEN_CHECKOUTS) & Q(closed_at__isnull=False)),
                name="closed_checkouts_say_when",
            ),
        ]
        indexes = [models.Index(fields=["intent", "id"], name="checkout_by_intent")]

    def __str__(self) -> str:
        return f"{self.get_provider_display()}: {self.amount_minor} {self.currency}"

    @transition(field=state, source=CheckoutState.REQUESTED, target=CheckoutState.OPEN)
    def open(self, *, session_id: str, url: str, expires_at: datetime) -> None:
        """The provider opened it: the customer can pay there."""
        self.session_id = session_id
        self.url = url
        self.expires_at = expires_at

    @transition(field=state, source=CheckoutState.REQUESTED, target=CheckoutState.FAILED)
    def fail(self, *, code: str, now: datetime) -> None:
        """The provider would not open it."""
        self.code = code
        self.closed_at = now

    @transition(field=state, source=[*OPEN_CHECKOUTS, CheckoutState.EXPIRED], target=CheckoutState.COMPLETED)
    def complete(self, *, now: datetime) -> None:
        """The customer paid, perhaps after we stopped waiting."""
        self.closed_at = now

    @transition(field=state, source=list(OPEN_CHECKOUTS), target=CheckoutState.EXPIRED)
    def expire(self, *, now: datetime, code: str = "") -> None:
        """Its time is over, or the order changed."""
        self.code = code
        self.closed_at = now


class WebhookMessage(Versioned):
    """Message from a provider, kept raw before anything is done with it. The same event is kept once, however often it is sent."""

    provider = models.CharField(max_length=20, choices=Provider.choices)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=80)
    headers = models.JSONField(default=dict, blank=True, help_text=_("Those that prove whom it is from"))
    body = models.BinaryField(help_text=_("Byte for byte"))
    received_at = models.DateTimeField()
    state = FSMField(max_length=10, choices=WebhookState.choices, default=WebhookState.STORED, protected=True)
    code = models.CharField(max_length=60, blank=True, help_text=_("Why nothing was done, or what a person must look at"))
    attempts = models.IntegerField(default=0)
    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, null=True, blank=True, related_name="webhook_messages", db_index=False)
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="webhook_messages", db_index=False)
    settled_at = models.DateTimeField(null=True, blank=True)

    immutable = Frozen(fields=("provider", "event_id", "kind", "headers", "body", "received_at", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("provider's message")
        verbose_name_plural = _("providers' messages")
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="a_webhook_is_stored_once"),
            known("webhook_message", "provider", Provider.values),
            known("webhook_message", "state", WebhookState.values),
            at_least("webhook_message", "attempts", 0),
            models.CheckConstraint(condition=~Q(event_id="") & ~Q(kind=""), name="webhooks_have_an_id_and_a_kind"),
            models.CheckConstraint(
                condition=~Q(state__in=[WebhookState.IGNORED, WebhookState.PARKED, WebhookState.REVIEW]) | ~Q(code=""),
                name="webhooks_left_alone_say_why",
            ),
        ]
        indexes = [
            models.Index(fields=["intent", "id"], condition=Q(state=WebhookState.REVIEW), name="webhook_to_review"),
            models.Index(fields=["provider", "id"], condition=Q(state=WebhookState.PARKED), name="webhook_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"

    @transition(field=state, source=[WebhookState.STORED, WebhookState.PARKED, WebhookState.REVIEW], target=WebhookState.APPLIED)
    def apply(self, *, now: datetime) -> None:
        """What it said is in our records, or a person settled it."""
        self.settled_at = now

    @transition(field=state, source=[WebhookState.STORED, WebhookState.PARKED], target=WebhookState.IGNORED)
    def ignore(self, *, code: str, now: datetime) -> None:
        """It changes nothing."""
        self.code = code
        self.settled_at = now

    @transition(field=state, source=[WebhookState.STORED, WebhookState.PARKED], target=WebhookState.PARKED)
    def park(self, *, code: str) -> None:
        """It is about something that did not reach us yet."""
        self.code = code

    @transition(field=state, source=[WebhookState.STORED, WebhookState.PARKED], target=WebhookState.REVIEW)
    def ask(self, *, code: str) -> None:
        """It does not fit; a person decides."""
        self.code = code


class Refund(Versioned):
    """Refund: money to give back of one payment, by the way it came. Its id is the key under which the provider sends it once."""

    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="refunds", db_index=False)
    payment = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="refunds")
    provider = models.CharField(max_length=20, choices=Provider.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, help_text=_("ISO 4217"))
    reason = models.CharField(max_length=10, choices=RefundReason.choices)
    requested_by = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    state = FSMField(max_length=10, choices=RefundState.choices, default=RefundState.REQUESTED, protected=True)
    external_id = models.CharField(max_length=120, blank=True, help_text=_("The provider's id"))
    code = models.CharField(max_length=60, blank=True, help_text=_("Why it did not work"))
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="issued_refunds")
    settled_at = models.DateTimeField(null=True, blank=True)

    immutable = Frozen(fields=("intent", "payment", "provider", "amount_minor", "currency", "reason", "requested_by", "note", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("refund")
        constraints = [
            models.UniqueConstraint(fields=["provider", "external_id"], condition=~Q(external_id=""), name="a_refund_is_sent_once"),
            known("refund", "provider", Provider.values),
            known("refund", "state", RefundState.values),
            known("refund", "reason", RefundReason.values),
            at_least("refund", "amount_minor", 1),
            currency_code("refund", "currency"),
            models.CheckConstraint(condition=~Q(requested_by=""), name="refunds_say_who_asked"),
            models.CheckConstraint(condition=~Q(state=RefundState.ISSUED) | Q(entry__isnull=False), name="issued_refunds_are_booked"),
            models.CheckConstraint(
                condition=Q(state=RefundState.REQUESTED, settled_at__isnull=True)
                | (~Q(state=RefundState.REQUESTED) & Q(settled_at__isnull=False)),
                name="settled_refunds_say_when",
            ),
        ]
        indexes = [models.Index(fields=["intent", "id"], name="refund_by_intent")]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency}"

    @transition(field=state, source=RefundState.REQUESTED, target=RefundState.ISSUED)
    def issue(self, *, external_id: str, entry: LedgerEntry, now: datetime) -> None:
        """The money went back."""
        self.external_id = external_id
        self.entry = entry
        self.settled_at = now

    @transition(field=state, source=[RefundState.REQUESTED, RefundState.ISSUED], target=RefundState.FAILED)
    def fail(self, *, code: str, now: datetime) -> None:
        """The money did not go back after all."""
        self.code = code
        self.settled_at = now
