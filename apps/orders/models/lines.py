"""Lines of an order and the components each line explodes into."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Color, Material
from apps.catalog.states import QualityTier
from apps.journal.constraints import at_least, known
from apps.journal.immutable import AppendOnly
from apps.journal.versioned import Record
from apps.orders.states import MADE_HERE, Component
from apps.parts.models import PartRevision

from .intents import Intent


class LineItem(Record):
    """Line: so many of one thing, as promised. An amendment that adds something is a further line that names it."""

    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.IntegerField(default=1)
    amendment = models.ForeignKey("orders.Amendment", on_delete=models.PROTECT, null=True, blank=True, related_name="added_lines")
    part_revision = models.ForeignKey(PartRevision, on_delete=models.PROTECT, null=True, blank=True, related_name="order_lines")
    sku = models.CharField(max_length=80, blank=True, help_text=_("The shop's product, where it is not one part"))
    title = models.CharField(max_length=200, blank=True)
    quantity = models.IntegerField(default=1)
    material = models.ForeignKey(Material, on_delete=models.PROTECT, null=True, blank=True, related_name="order_lines")
    color = models.ForeignKey(Color, on_delete=models.PROTECT, null=True, blank=True, related_name="order_lines")
    finish = models.CharField(max_length=80, blank=True)
    quality_tier = models.CharField(max_length=12, choices=QualityTier.choices, default=QualityTier.STANDARD)
    constraints = models.JSONField(default=list, blank=True, help_text=_("[{kind, …}], kinds as in the reference"))
    material_slots = models.JSONField(default=list, blank=True, help_text=_("Empty: one slot of the material and color above"))
    unit_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("line")
        constraints = [
            models.UniqueConstraint(fields=["intent", "position"], name="one_line_per_position"),
            at_least("line_item", "position", 1),
            at_least("line_item", "quantity", 1),
            known("line_item", "quality_tier", QualityTier.values),
            models.CheckConstraint(condition=Q(part_revision__isnull=False) | ~Q(sku=""), name="lines_say_what"),
            models.CheckConstraint(condition=Q(unit_minor__gte=0, total_minor__gte=0), name="line_prices_are_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.quantity} x {self.title or self.sku or self.part_revision_id}"


class Requirement(Record):
    """Component: what one set of a line consists of, pinned. One plain model is one requirement of one.

    A component changed by an amendment is a further requirement that names both the amendment and the one it replaces; the pieces still owed
    are canceled there and added here.
    """

    line = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="requirements", db_index=False)
    position = models.IntegerField(default=1)
    amendment = models.ForeignKey("orders.Amendment", on_delete=models.PROTECT, null=True, blank=True, related_name="added_requirements")
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replacements")
    component = models.CharField(max_length=10, choices=Component.choices, default=Component.PRINTED)
    part_revision = models.ForeignKey(PartRevision, on_delete=models.PROTECT, null=True, blank=True, related_name="requirements")
    sku = models.CharField(max_length=80, blank=True, help_text=_("What is bought or taken from stock"))
    qty_per_set = models.IntegerField(default=1)
    material_slots = models.JSONField(default=list, blank=True, help_text=_("[{slot, material, color}]; empty: as on the line"))

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("component")
        constraints = [
            models.UniqueConstraint(fields=["line", "position"], name="one_component_per_position"),
            at_least("requirement", "position", 1),
            at_least("requirement", "qty_per_set", 1),
            known("requirement", "component", Component.values),
            models.CheckConstraint(
                condition=~Q(component__in=MADE_HERE) | Q(part_revision__isnull=False), name="components_made_here_have_a_part_revision"
            ),
            models.CheckConstraint(condition=Q(part_revision__isnull=False) | ~Q(sku=""), name="components_say_what"),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | Q(amendment__isnull=False), name="replaced_components_name_their_amendment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_component_display()} x {self.qty_per_set}"
