"""Filament on the shelf and on the printers: lots, spools and their weighings."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.accounts.models import Site
from apps.catalog.models import Color, Material
from apps.inventory.states import Amount, SpoolState
from apps.journal.constraints import at_least, currency_code, known
from apps.journal.immutable import AppendOnly
from apps.journal.prefixes import folded
from apps.journal.versioned import Record, Versioned

USABLE = [SpoolState.SEALED, SpoolState.OPEN]
ENDED = [SpoolState.EMPTY, SpoolState.DISCARDED]


class Lot(Versioned):
    """Lot: what came from one production run of one supplier. Recalls and holds work on lots."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="lots", db_index=False)
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="lots")
    color = models.ForeignKey(Color, on_delete=models.PROTECT, null=True, blank=True, related_name="lots")
    code = models.CharField(max_length=80, help_text=_("As printed on the label, or a name of our own"))
    supplier = models.CharField(max_length=120, blank=True)
    received_on = models.DateField(null=True, blank=True)
    price_per_kg_minor = models.BigIntegerField(null=True, blank=True, help_text=_("What a kilogram cost, in minor units"))
    currency = models.CharField(max_length=3, help_text=_("ISO 4217"))

    class Meta(Versioned.Meta):
        verbose_name = _("lot")
        constraints = [
            models.UniqueConstraint(fields=["site", "material", "code"], name="one_lot_per_code"),
            models.CheckConstraint(condition=~Q(code=""), name="lots_have_a_code"),
            at_least("lot", "price_per_kg_minor", 0),
            currency_code("lot", "currency"),
        ]
        indexes = [models.Index(fields=["site", "code"], name="lot_by_code")]

    def __str__(self) -> str:
        return self.code


class Spool(Versioned):
    """Spool: filament on one core. How much is left is weighed, estimated or not known, and says which; unknown is never zero.

    All weights are milligrams. ``full_mg`` is the filament alone when new, ``tare_mg`` the empty core.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="spools", db_index=False)
    code = models.CharField(max_length=40, help_text=_("On its label; unique at the site"))
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="spools")
    color = models.ForeignKey(Color, on_delete=models.PROTECT, null=True, blank=True, related_name="spools")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="spools")
    state = FSMField(max_length=12, choices=SpoolState.choices, default=SpoolState.SEALED, protected=True)
    full_mg = models.IntegerField(null=True, blank=True)
    tare_mg = models.IntegerField(null=True, blank=True)
    remaining_mg = models.IntegerField(null=True, blank=True)
    remaining_basis = models.CharField(max_length=12, choices=Amount.choices, default=Amount.UNKNOWN)
    remaining_at = models.DateTimeField(null=True, blank=True, help_text=_("When the amount was last weighed or estimated"))
    opened_at = models.DateTimeField(null=True, blank=True, help_text=_("Empty for an open spool: nobody knows when"))
    dried_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was empty or thrown away"))
    location = models.CharField(max_length=80, blank=True, help_text=_("Shelf, dry box or room"))
    notes = models.TextField(blank=True)

    class Meta(Versioned.Meta):
        verbose_name = _("spool")
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="one_spool_per_code"),
            models.CheckConstraint(condition=~Q(code=""), name="spools_have_a_code"),
            known("spool", "state", SpoolState.values),
            known("spool", "remaining_basis", Amount.values),
            at_least("spool", "full_mg", 1),
            at_least("spool", "tare_mg", 0),
            at_least("spool", "remaining_mg", 0),
            models.CheckConstraint(
                condition=Q(remaining_basis=Amount.UNKNOWN, remaining_mg=None, remaining_at=None)
                | (~Q(remaining_basis=Amount.UNKNOWN) & Q(remaining_mg__isnull=False, remaining_at__isnull=False)),
                name="known_amounts_say_how_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=SpoolState.SEALED) | Q(opened_at=None),
                name="sealed_spools_were_never_opened",
            ),
            models.CheckConstraint(
                condition=(~Q(state__in=USABLE) | Q(ended_at=None)) & (~Q(state__in=ENDED) | Q(ended_at__isnull=False)),
                name="ended_spools_say_when",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "material", "remaining_mg"], condition=Q(state__in=USABLE), name="spool_usable_by_remnant"),
            models.Index(folded("code"), name="spool_by_code"),
        ]

    def __str__(self) -> str:
        return self.code

    @transition(field=state, source=SpoolState.SEALED, target=SpoolState.OPEN)
    def open(self, *, now: datetime) -> None:
        """Break the seal; from now on it takes up moisture."""
        self.opened_at = now

    @transition(field=state, source=SpoolState.OPEN, target=SpoolState.EMPTY)
    def use_up(self, *, now: datetime) -> None:
        """Say that nothing is left."""
        self.ended_at = self.remaining_at = now
        self.remaining_mg = 0
        self.remaining_basis = Amount.MEASURED

    @transition(field=state, source=SpoolState.EMPTY, target=SpoolState.OPEN)
    def find_more(self) -> None:
        """Take back that it is empty: there is something on it, and how much nobody has weighed yet."""
        self.ended_at = self.remaining_mg = self.remaining_at = None
        self.remaining_basis = Amount.UNKNOWN

    @transition(field=state, source=USABLE, target=SpoolState.DISCARDED)
    def discard(self, *, now: datetime) -> None:
        """Throw away what is left."""
        self.ended_at = now


class Weighing(Record):
    """Weighing: what the scale showed, core included. A wrong one is corrected by a new one."""

    spool = models.ForeignKey(Spool, on_delete=models.PROTECT, related_name="weighings", db_index=False)
    weighed_at = models.DateTimeField()
    gross_mg = models.IntegerField()
    tare_mg = models.IntegerField(help_text=_("The tare used, so that a later correction of the spool's tare does not rewrite history"))
    by = models.CharField(max_length=120)
    note = models.CharField(max_length=300, blank=True)

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("weighing")
        constraints = [
            at_least("weighing", "tare_mg", 0),
            models.CheckConstraint(condition=Q(gross_mg__gte=F("tare_mg")), name="weighing_is_not_under_the_tare"),
            models.CheckConstraint(condition=~Q(by=""), name="weighings_say_by_whom"),
        ]
        indexes = [models.Index(fields=["spool", "weighed_at"], name="weighing_by_spool")]

    def __str__(self) -> str:
        return f"{self.gross_mg / 1000:.0f} g"

    @property
    def net_mg(self) -> int:
        """Filament alone, mg."""
        return self.gross_mg - self.tare_mg
