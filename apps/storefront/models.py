"""Who visits the shop without signing in, and what customers have put together but not ordered yet."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Account, Site
from apps.catalog.models import Color, Material
from apps.catalog.states import QualityTier
from apps.journal.constraints import at_least, known
from apps.journal.versioned import Versioned
from apps.orders.models import Quote
from apps.parts.models import PartRevision


class Visitor(Versioned):
    """Visitor: a browser in which somebody buys without signing in. A signed cookie names this row, this row the guest whose things they are."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="visitors", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="visitors", db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True, help_text=_("Since when the browser is a stranger again"))

    class Meta(Versioned.Meta):
        verbose_name = _("visitor")
        constraints = [models.UniqueConstraint(fields=["account"], name="one_visitor_per_guest")]
        indexes = [models.Index(fields=["site", "created_at"], name="visitor_by_day")]

    def __str__(self) -> str:
        return str(self.pk)


class BasketLine(Versioned):
    """Line of a basket: a part as a customer wants it. It is gone from the basket once the offer it is part of was accepted.

    ``quote`` is the newest offer that holds it; asking anew, or wanting it otherwise, ends that offer.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="basket_lines", db_index=False)
    part_revision = models.ForeignKey(PartRevision, on_delete=models.PROTECT, related_name="basket_lines")
    quantity = models.IntegerField(default=1)
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="basket_lines")
    color = models.ForeignKey(Color, on_delete=models.PROTECT, null=True, blank=True, related_name="basket_lines")
    quality_tier = models.CharField(max_length=12, choices=QualityTier.choices, default=QualityTier.STANDARD)
    notes = models.CharField(max_length=500, blank=True, help_text=_("What else the customer wants of it"))
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, null=True, blank=True, related_name="basket_lines")

    class Meta(Versioned.Meta):
        verbose_name = _("basket line")
        constraints = [
            at_least("basket_line", "quantity", 1),
            known("basket_line", "quality_tier", QualityTier.values),
        ]
        indexes = [models.Index(fields=["account", "id"], name="basket_line_by_account")]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.part_revision_id}"
