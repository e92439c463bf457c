"""Amendments: how a promise changes without being rewritten."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.journal.constraints import at_least, known
from apps.journal.immutable import AppendOnly
from apps.journal.versioned import Record
from apps.orders.states import AmendmentKind, Source

from .intents import CustomerSnapshot, Intent
from .lines import LineItem, Requirement


class Amendment(Record):
    """Change to an order: one kind of change, who made it, where it came from, what it does to the money."""

    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="amendments", db_index=False)
    number = models.IntegerField(default=1)
    kind = models.CharField(max_length=14, choices=AmendmentKind.choices)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.MANUAL)
    made_by = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    price_delta_minor = models.BigIntegerField(default=0, help_text=_("Effect on the price, in the order's currency"))
    sla_due_at = models.DateTimeField(null=True, blank=True, help_text=_("The new date"))
    snapshot = models.ForeignKey(
        CustomerSnapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="amendments", db_index=False
    )

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("change to an order")
        verbose_name_plural = _("changes to orders")
        constraints = [
            models.UniqueConstraint(fields=["intent", "number"], name="one_amendment_per_number"),
            models.UniqueConstraint(fields=["snapshot"], name="one_amendment_per_customer_snapshot"),
            at_least("amendment", "number", 1),
            known("amendment", "kind", AmendmentKind.values),
            known("amendment", "source", Source.values),
            models.CheckConstraint(condition=~Q(made_by=""), name="amendments_say_who"),
            models.CheckConstraint(
                condition=(Q(kind=AmendmentKind.ADDRESS) & Q(snapshot__isnull=False))
                | (~Q(kind=AmendmentKind.ADDRESS) & Q(snapshot__isnull=True)),
                name="changes_of_address_carry_it",
            ),
            models.CheckConstraint(
                condition=(Q(kind=AmendmentKind.DUE) & Q(sla_due_at__isnull=False))
                | (~Q(kind=AmendmentKind.DUE) & Q(sla_due_at__isnull=True)),
                name="changes_of_date_carry_it",
            ),
            models.CheckConstraint(condition=~Q(kind=AmendmentKind.PRICE) | ~Q(price_delta_minor=0), name="changes_of_price_change_it"),
        ]

    def __str__(self) -> str:
        return f"{self.intent_id} no. {self.number}: {self.get_kind_display()}"


class AmendmentLine(Record):
    """What one amendment does to one component: so many pieces fewer or more, or a value before and after."""

    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="lines", db_index=False)
    line = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="amendment_lines")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="amendment_lines")
    pieces = models.IntegerField(default=0, help_text=_("Pieces added; negative: canceled"))
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("line of a change")
        verbose_name_plural = _("lines of changes")
        constraints = [
            models.UniqueConstraint(fields=["amendment", "requirement"], name="an_amendment_names_a_component_once"),
            models.CheckConstraint(condition=~Q(pieces=0) | Q(after__isnull=False), name="amendment_lines_change_something"),
        ]

    def __str__(self) -> str:
        return f"{self.pieces:+d}"
