"""Price lists and quotes: what something would cost, for how long."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.accounts.models import Account, Site
from apps.artifacts.models import Artifact
from apps.catalog.models import Color, Material
from apps.catalog.states import QualityTier
from apps.journal.constraints import at_least, currency_code, known, sha256_hex, signed
from apps.journal.immutable import Frozen
from apps.journal.versioned import Versioned
from apps.orders.states import SETTLED_QUOTES, Acceptance, PriceListState, QuoteState, Source
from apps.parts.models import PartRevision


class PriceList(Versioned):
    """Price list: one version of the rates quotes are calculated from. Released once, then unchangeable; a change is the next version.

    ``version`` counts writes to this row; ``list_version`` is the number quotes are pinned to.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="price_lists", db_index=False)
    key = models.SlugField(max_length=60, default="standard", db_index=False)
    list_version = models.IntegerField(default=1)
    currency = models.CharField(max_length=3, help_text=_("ISO 4217"))
    body = models.JSONField(help_text=_("Rates and rules; money in minor units"))
    sha256 = models.CharField(max_length=64, help_text=_("Of the body's canonical JSON"))
    note = models.TextField(blank=True)
    state = FSMField(max_length=10, choices=PriceListState.choices, default=PriceListState.DRAFT, protected=True)
    released_by = models.CharField(max_length=120, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    immutable = Frozen(
        fields=("site", "key", "list_version", "currency", "body", "sha256", "released_by", "released_at", "created_at"),
        when=f"OLD.state <> '{PriceListState.DRAFT}'",
    )

    class Meta(Versioned.Meta):
        verbose_name = _("price list")
        constraints = [
            models.UniqueConstraint(fields=["site", "key", "list_version"], name="one_price_list_per_version"),
            models.UniqueConstraint(
                fields=["site", "key"], condition=Q(state=PriceListState.RELEASED), name="one_price_list_in_force_per_key"
            ),
            known("price_list", "state", PriceListState.values),
            at_least("price_list", "list_version", 1),
            currency_code("price_list", "currency"),
            sha256_hex("price_list", "sha256"),
            models.CheckConstraint(
                condition=Q(state=PriceListState.DRAFT, released_at__isnull=True)
                | (~Q(state=PriceListState.DRAFT) & Q(released_at__isnull=False)),
                name="only_released_price_lists_leave_draft",
            ),
            signed("price_list_releases_say_who_and_when", "released_at", "released_by"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.list_version}"

    @transition(field=state, source=PriceListState.DRAFT, target=PriceListState.RELEASED)
    def release(self, *, by: str, now: datetime) -> None:
        """Let new quotes use it. The one in force before must have been retired first."""
        self.released_by = by
        self.released_at = now

    @transition(field=state, source=PriceListState.RELEASED, target=PriceListState.RETIRED)
    def retire(self) -> None:
        """Use it for no new quote; quotes already made keep it."""


class Quote(Versioned):
    """Quote: an offer with an end. A storefront price is one too. Accepting it makes an order.

    Totals are those of the chosen quantities, in minor units; shipping and tax are contained in the total. A visitor of the storefront sees a
    price before saying who they are: the customer may be named as late as at acceptance.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="quotes", db_index=False)
    number = models.CharField(max_length=40)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="quotes", db_index=False)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.STOREFRONT)
    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, null=True, blank=True, related_name="quotes")
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by")
    currency = models.CharField(max_length=3, help_text=_("ISO 4217"))
    total_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    pinned_inputs = models.JSONField(default=dict, blank=True, help_text=_("Everything the price was calculated from"))
    quote_hash = models.CharField(max_length=64, blank=True, help_text=_("Over the pinned inputs"))
    terms = models.TextField(blank=True)
    lead_time_minutes = models.IntegerField(null=True, blank=True, help_text=_("From acceptance until it ships; unknown: empty"))
    valid_until = models.DateTimeField(null=True, blank=True)
    state = FSMField(max_length=12, choices=QuoteState.choices, default=QuoteState.DRAFT, protected=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=120, blank=True)
    acceptance = models.CharField(max_length=8, choices=Acceptance.choices, blank=True)
    po_number = models.CharField(max_length=80, blank=True)
    po_file = models.ForeignKey(Artifact, on_delete=models.PROTECT, null=True, blank=True, related_name="quotes_ordered")

    immutable = Frozen(
        fields=(
            "site",
            "number",
            "source",
            "price_list",
            "supersedes",
            "currency",
            "pinned_inputs",
            "quote_hash",
            "terms",
            "lead_time_minutes",
            "valid_until",
            "sent_at",
            "created_at",
        ),
        when=f"OLD.state <> '{QuoteState.DRAFT}'",
    )

    class Meta(Versioned.Meta):
        verbose_name = _("quote")
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="one_quote_per_number"),
            models.UniqueConstraint(fields=["supersedes"], condition=~Q(state=QuoteState.DRAFT), name="a_quote_is_superseded_once"),
            known("quote", "state", QuoteState.values),
            known("quote", "source", Source.values),
            known("quote", "acceptance", Acceptance.values, blank=True),
            currency_code("quote", "currency"),
            sha256_hex("quote", "quote_hash", blank=True),
            at_least("quote", "lead_time_minutes", 0),
            models.CheckConstraint(condition=~Q(number=""), name="quotes_have_a_number"),
            models.CheckConstraint(
                condition=Q(shipping_minor__gte=0, tax_minor__gte=0, total_minor__gte=F("shipping_minor") + F("tax_minor")),
                name="quote_totals_contain_shipping_and_tax",
            ),
            models.CheckConstraint(
                condition=Q(state=QuoteState.DRAFT, sent_at__isnull=True)
                | (~Q(state=QuoteState.DRAFT) & Q(sent_at__isnull=False, valid_until__isnull=False) & ~Q(quote_hash="")),
                name="sent_quotes_are_pinned_and_end",
            ),
            models.CheckConstraint(condition=Q(valid_until__gt=F("sent_at")), name="quotes_are_valid_after_sending"),
            models.CheckConstraint(
                condition=Q(state__in=SETTLED_QUOTES, settled_at__isnull=False)
                | (~Q(state__in=SETTLED_QUOTES) & Q(settled_at__isnull=True)),
                name="settled_quotes_say_when",
            ),
            signed("settled_quotes_say_who", "settled_at", "settled_by"),
            models.CheckConstraint(
                condition=(Q(state=QuoteState.ACCEPTED, account__isnull=False) & ~Q(acceptance=""))
                | (~Q(state=QuoteState.ACCEPTED) & Q(acceptance="")),
                name="accepted_quotes_say_who_and_how",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "valid_until"], condition=Q(state=QuoteState.SENT), name="quote_waiting"),
            models.Index(fields=["account", "id"], name="quote_by_account"),
        ]

    def __str__(self) -> str:
        return self.number

    @transition(field=state, source=QuoteState.DRAFT, target=QuoteState.SENT)
    def send(self, *, now: datetime) -> None:
        """Offer it. What it was calculated from and its end are fixed from now on."""
        self.sent_at = now

    @transition(field=state, source=QuoteState.SENT, target=QuoteState.ACCEPTED)
    def accept(self, *, how: Acceptance, by: str, now: datetime) -> None:
        """The customer takes the offer; the order is made from it."""
        self.acceptance = how
        self._settle(by=by, now=now)

    @transition(field=state, source=QuoteState.SENT, target=QuoteState.DECLINED)
    def decline(self, *, by: str, now: datetime) -> None:
        """The customer does not want it."""
        self._settle(by=by, now=now)

    @transition(field=state, source=QuoteState.SENT, target=QuoteState.EXPIRED)
    def expire(self, *, by: str, now: datetime) -> None:
        """Its time is over."""
        self._settle(by=by, now=now)

    @transition(field=state, source=QuoteState.SENT, target=QuoteState.SUPERSEDED)
    def supersede(self, *, by: str, now: datetime) -> None:
        """A newer quote takes its place."""
        self._settle(by=by, now=now)

    def _settle(self, *, by: str, now: datetime) -> None:
        self.settled_by = by
        self.settled_at = now


class QuoteLine(Versioned):
    """Line of a quote at one quantity. Several quantities of one position are its price breaks; at most one of them is chosen.

    Amounts are minor units. Once its quote was sent a line is sealed: then only the choice may change.
    """

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.IntegerField(default=1)
    quantity = models.IntegerField(default=1)
    part_revision = models.ForeignKey(PartRevision, on_delete=models.PROTECT, null=True, blank=True, related_name="quote_lines")
    sku = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200, blank=True)
    material = models.ForeignKey(Material, on_delete=models.PROTECT, null=True, blank=True, related_name="quote_lines")
    color = models.ForeignKey(Color, on_delete=models.PROTECT, null=True, blank=True, related_name="quote_lines")
    finish = models.CharField(max_length=80, blank=True)
    quality_tier = models.CharField(max_length=12, choices=QualityTier.choices, default=QualityTier.STANDARD)
    constraints = models.JSONField(default=list, blank=True, help_text=_("[{kind, …}] as on the order's line"))
    material_slots = models.JSONField(default=list, blank=True)
    unit_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    breakdown = models.JSONField(default=list, blank=True, help_text=_("How the price came about, for staff"))
    ready_at = models.DateTimeField(null=True, blank=True, help_text=_("When this quantity would be ready"))
    is_chosen = models.BooleanField(default=True)
    is_sealed = models.BooleanField(default=False)

    immutable = Frozen(
        fields=(
            "quote",
            "position",
            "quantity",
            "part_revision",
            "sku",
            "title",
            "material",
            "color",
            "finish",
            "quality_tier",
            "constraints",
            "material_slots",
            "unit_minor",
            "total_minor",
            "breakdown",
            "ready_at",
            "is_sealed",
            "created_at",
        ),
        when="OLD.is_sealed",
    )

    class Meta(Versioned.Meta):
        verbose_name = _("quote line")
        constraints = [
            models.UniqueConstraint(fields=["quote", "position", "quantity"], name="one_price_per_quantity"),
            models.UniqueConstraint(fields=["quote", "position"], condition=Q(is_chosen=True), name="one_chosen_quantity_per_position"),
            at_least("quote_line", "position", 1),
            at_least("quote_line", "quantity", 1),
            known("quote_line", "quality_tier", QualityTier.values),
            models.CheckConstraint(condition=Q(part_revision__isnull=False) | ~Q(sku=""), name="quote_lines_say_what"),
            models.CheckConstraint(condition=Q(unit_minor__gte=0, total_minor__gte=0), name="quote_prices_are_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.quantity}"
