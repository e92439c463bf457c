"""Orders: the promise, for whom it is, and what released it to production."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.accounts.models import Account, Site
from apps.journal.constraints import at_least, currency_code, known, sha256_hex, signed
from apps.journal.immutable import AppendOnly, Frozen
from apps.journal.prefixes import folded
from apps.journal.versioned import Record, Versioned
from apps.orders.states import CHANNELS, OPEN_INTENTS, CancelReason, IntentKind, IntentState, Priority, ReleaseBasis, Source
from apps.policy.models import Decision

from .quotes import Quote


class Intent(Versioned):
    """Order: what was promised. The promise never changes; amendments do, and the effective order is the promise plus them.

    Only its state and the times and names that belong to it move. Money is in minor units; shipping and tax are contained in the price. Ask for
    open orders with ``fulfilled_at`` and ``canceled_at`` empty, not by a list of states: SQLite finds the index only then.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="intents", db_index=False)
    number = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=IntentKind.choices, default=IntentKind.CUSTOMER)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.STOREFRONT)
    shop = models.CharField(max_length=120, blank=True, help_text=_("Which shop of the channel it came from"))
    external_ref = models.CharField(max_length=120, blank=True, help_text=_("The channel's own order number"))
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="intents", db_index=False)
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, null=True, blank=True, related_name="intents", db_index=False)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replacements")
    sla_due_at = models.DateTimeField(null=True, blank=True, help_text=_("Promised for; empty: no promise"))
    due_at = models.DateTimeField(null=True, blank=True, help_text=_("Due now: as promised, or as the last change of date says"))
    priority = models.CharField(max_length=8, choices=Priority.choices, default=Priority.NORMAL)
    currency = models.CharField(max_length=3, help_text=_("ISO 4217"))
    price_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    thread = models.CharField(
        max_length=200, blank=True, help_text=_("Where the conversation about it is: a mail thread or a channel's id")
    )
    created_by = models.CharField(max_length=120)
    state = FSMField(max_length=20, choices=IntentState.choices, default=IntentState.CREATED, protected=True)
    paid_at = models.DateTimeField(null=True, blank=True, help_text=_("Settled or secured"))
    fulfilled_at = models.DateTimeField(null=True, blank=True)
    canceled_at = models.DateTimeField(null=True, blank=True)
    canceled_by = models.CharField(max_length=120, blank=True)
    cancel_reason = models.CharField(max_length=20, choices=CancelReason.choices, blank=True)

    immutable = Frozen(
        fields=(
            "site",
            "number",
            "kind",
            "source",
            "shop",
            "external_ref",
            "account",
            "quote",
            "replaces",
            "sla_due_at",
            "priority",
            "currency",
            "price_minor",
            "shipping_minor",
            "tax_minor",
            "created_by",
            "created_at",
        )
    )

    class Meta(Versioned.Meta):
        verbose_name = _("order")
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="one_order_per_number"),
            models.UniqueConstraint(
                fields=["site", "source", "shop", "external_ref"], condition=~Q(external_ref=""), name="one_order_per_external_reference"
            ),
            models.UniqueConstraint(fields=["quote"], name="one_order_per_quote"),
            known("intent", "kind", IntentKind.values),
            known("intent", "source", Source.values),
            known("intent", "priority", Priority.values),
            known("intent", "state", IntentState.values),
            known("intent", "cancel_reason", CancelReason.values, blank=True),
            currency_code("intent", "currency"),
            models.CheckConstraint(condition=~Q(number="") & ~Q(created_by=""), name="orders_have_a_number_and_a_maker"),
            models.CheckConstraint(
                condition=~Q(kind=IntentKind.CUSTOMER) | Q(account__isnull=False), name="customer_orders_have_a_customer"
            ),
            models.CheckConstraint(
                condition=(Q(kind=IntentKind.REPLACEMENT) & Q(replaces__isnull=False))
                | (~Q(kind=IntentKind.REPLACEMENT) & Q(replaces__isnull=True)),
                name="replacements_name_what_they_replace",
            ),
            models.CheckConstraint(condition=~Q(source__in=CHANNELS) | ~Q(external_ref=""), name="channel_orders_keep_their_reference"),
            models.CheckConstraint(
                condition=Q(shipping_minor__gte=0, tax_minor__gte=0, price_minor__gte=F("shipping_minor") + F("tax_minor")),
                name="order_prices_contain_shipping_and_tax",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[IntentState.PAID, IntentState.FULFILLED]) | Q(paid_at__isnull=False), name="paid_orders_say_when"
            ),
            models.CheckConstraint(
                condition=Q(state=IntentState.FULFILLED, fulfilled_at__isnull=False)
                | (~Q(state=IntentState.FULFILLED) & Q(fulfilled_at__isnull=True)),
                name="fulfilled_orders_say_when",
            ),
            models.CheckConstraint(
                condition=Q(state=IntentState.CANCELED, canceled_at__isnull=False)
                | (~Q(state=IntentState.CANCELED) & Q(canceled_at__isnull=True)),
                name="canceled_orders_say_when",
            ),
            signed("canceled_orders_carry_a_reason", "canceled_at", "canceled_by", "cancel_reason"),
        ]
        indexes = [
            models.Index(
                fields=["site", "due_at"], condition=Q(fulfilled_at__isnull=True, canceled_at__isnull=True), name="intent_open_by_due"
            ),
            models.Index(fields=["account", "id"], name="intent_by_account"),
            models.Index(folded("number"), name="intent_by_number"),
        ]

    def __str__(self) -> str:
        return self.number

    @transition(field=state, source=IntentState.CREATED, target=IntentState.AWAITING_PAYMENT)
    def await_payment(self) -> None:
        """Everything else is settled; it waits for money or for a security."""

    @transition(field=state, source=IntentState.AWAITING_PAYMENT, target=IntentState.PAID)
    def mark_paid(self, *, now: datetime) -> None:
        """The price is settled or secured: production may begin on the basis its release record names."""
        self.paid_at = now

    @transition(field=state, source=IntentState.PAID, target=IntentState.FULFILLED)
    def fulfil(self, *, now: datetime) -> None:
        """Every piece was shipped, handed over or canceled."""
        self.fulfilled_at = now

    @transition(field=state, source=IntentState.FULFILLED, target=IntentState.PAID)
    def reopen(self) -> None:
        """A piece is owed again after all: lost on the way, or found to be bad."""
        self.fulfilled_at = None

    @transition(field=state, source=list(OPEN_INTENTS), target=IntentState.CANCELED)
    def cancel(self, *, reason: CancelReason, by: str, now: datetime) -> None:
        """Keep the promise no longer."""
        self.cancel_reason = reason
        self.canceled_by = by
        self.canceled_at = now


class CustomerSnapshot(Versioned):
    """Customer details of an order as they were: who ordered, where it goes, what they wrote. Number 1 is the promise; a changed address is the next.

    The one place where an order holds what a customer wrote about themselves. ``sha256`` proves what was agreed after the details were erased.
    To erase, set ``erased_at`` first: until then the database keeps every word.
    """

    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="snapshots", db_index=False)
    number = models.IntegerField(default=1)
    account = models.JSONField(default=dict, blank=True, help_text=_("The customer: name, e-mail, terms, tax ids, language"))
    shipping_address = models.JSONField(default=dict, blank=True)
    billing_address = models.JSONField(default=dict, blank=True)
    notes = models.TextField(blank=True)
    channel_options = models.JSONField(
        default=dict, blank=True, help_text=_("The channel's raw options, verbatim: the order's and its lines'")
    )
    sha256 = models.CharField(max_length=64, help_text=_("Of all the above as canonical JSON"))
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_by = models.CharField(max_length=120, blank=True)

    immutable = Frozen(
        fields=("account", "shipping_address", "billing_address", "notes", "channel_options"),
        when="OLD.erased_at IS NULL",
        always=("intent", "number", "sha256", "created_at"),
    )

    class Meta(Versioned.Meta):
        verbose_name = _("customer details")
        verbose_name_plural = _("customer details")
        constraints = [
            models.UniqueConstraint(fields=["intent", "number"], name="one_customer_snapshot_per_number"),
            at_least("customer_snapshot", "number", 1),
            sha256_hex("customer_snapshot", "sha256"),
            signed("erased_snapshots_say_who_and_when", "erased_at", "erased_by"),
        ]

    def __str__(self) -> str:
        return f"{self.intent_id} no. {self.number}"


class Release(Record):
    """Release: on what basis an order may be produced, who said so, by which decision. At most one per order."""

    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="releases", db_index=False)
    basis = models.CharField(max_length=14, choices=ReleaseBasis.choices)
    released_by = models.CharField(max_length=120)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="releases")
    note = models.TextField(blank=True)

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("release to production")
        verbose_name_plural = _("releases to production")
        constraints = [
            models.UniqueConstraint(fields=["intent"], name="one_release_per_order"),
            known("release", "basis", ReleaseBasis.values),
            models.CheckConstraint(condition=~Q(released_by=""), name="releases_say_who"),
        ]

    def __str__(self) -> str:
        return f"{self.intent_id}: {self.get_basis_display()}"
