"""Money beside orders, and numbers without gaps."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Site
from apps.journal.constraints import at_least, between, currency_code, known
from apps.journal.immutable import AppendOnly, Frozen
from apps.journal.versioned import Record, Versioned
from apps.orders.states import CORRECTIONS, INCOMING, NUMBERED, LedgerKind, SeriesKind

from .intents import Intent


class LedgerEntry(Record):
    """Money entry: something paid, given back, billed or taken. Minor units, signed as the shop sees it; never changed, only corrected.

    The payment status of an order is derived from these and stored nowhere.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="ledger_entries", db_index=False)
    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="ledger_entries", db_index=False)
    kind = models.CharField(max_length=18, choices=LedgerKind.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, help_text=_("ISO 4217"))
    occurred_at = models.DateTimeField(help_text=_("When the money moved, by the provider's account"))
    recorded_by = models.CharField(max_length=120)
    provider = models.CharField(max_length=20, blank=True, help_text=_("Who moved the money"))
    external_id = models.CharField(max_length=120, blank=True, help_text=_("The provider's id"))
    number = models.CharField(max_length=40, blank=True, help_text=_("Of an invoice or credit note"))
    against = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    note = models.TextField(blank=True)

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("money entry")
        verbose_name_plural = _("money entries")
        constraints = [
            models.UniqueConstraint(fields=["provider", "kind", "external_id"], condition=~Q(external_id=""), name="money_is_booked_once"),
            models.UniqueConstraint(fields=["site", "kind", "number"], condition=~Q(number=""), name="one_document_per_number"),
            known("ledger_entry", "kind", LedgerKind.values),
            currency_code("ledger_entry", "currency"),
            models.CheckConstraint(
                condition=Q(kind__in=INCOMING, amount_minor__gt=0)
                | (~Q(kind__in=INCOMING) & Q(amount_minor__lt=0))
                | Q(kind=LedgerKind.INVOICE, amount_minor=0),
                name="ledger_amounts_have_the_sign_of_their_kind",
            ),
            models.CheckConstraint(
                condition=(Q(kind__in=NUMBERED) & ~Q(number="")) | (~Q(kind__in=NUMBERED) & Q(number="")),
                name="only_documents_have_a_number_and_all_do",
            ),
            models.CheckConstraint(
                condition=(Q(kind__in=CORRECTIONS) & Q(against__isnull=False)) | (~Q(kind__in=CORRECTIONS) & Q(against__isnull=True)),
                name="corrections_name_what_they_correct",
            ),
            models.CheckConstraint(condition=Q(external_id="") | ~Q(provider=""), name="external_ids_name_their_provider"),
            models.CheckConstraint(condition=~Q(recorded_by=""), name="ledger_entries_say_who"),
        ]
        indexes = [
            models.Index(fields=["intent", "id"], name="ledger_by_intent"),
            models.Index(fields=["site", "occurred_at"], name="ledger_by_month"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_minor} {self.currency}"


class NumberSeries(Versioned):
    """Number series: the next number of one kind at one site. Taken under the site's lock in the transaction that uses it, so there are no gaps."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="number_series", db_index=False)
    kind = models.CharField(max_length=12, choices=SeriesKind.choices)
    prefix = models.CharField(max_length=20, blank=True)
    width = models.SmallIntegerField(default=4, help_text=_("Digits; shorter numbers get leading zeros"))
    next_value = models.BigIntegerField(default=1)

    immutable = Frozen(fields=("site", "kind", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(fields=["site", "kind"], name="one_number_series_per_kind"),
            known("number_series", "kind", SeriesKind.values),
            at_least("number_series", "next_value", 1),
            between("number_series", "width", 1, 12),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}{self.next_value:0{self.width}d}"
