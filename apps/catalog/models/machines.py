"""Printer classes: what a kind of printer can do, by version."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.catalog.states import ClassState
from apps.journal.constraints import at_least, known
from apps.journal.immutable import Frozen
from apps.journal.versioned import Versioned

from .capability import CAPABILITY_FIELDS, CapabilityFields, capability_checks


class PrinterClass(CapabilityFields, Versioned):
    """Printer class: printers that may run the same output. Written ``Voron_350_Enclosed v3``.

    A released version never changes: outputs and profiles are pinned to it. A change is the next version of the same key.
    """

    key = models.CharField(max_length=80, help_text=_("Letters, digits and underscores, such as Voron_350_Enclosed"))
    class_version = models.IntegerField(default=1)
    name = models.CharField(max_length=120, blank=True)
    notes = models.TextField(blank=True, help_text=_("What is different from the version before"))
    state = FSMField(max_length=12, choices=ClassState.choices, default=ClassState.DRAFT, protected=True)
    released_at = models.DateTimeField(null=True, blank=True)

    immutable = Frozen(
        fields=("key", "class_version", "released_at", "created_at", *CAPABILITY_FIELDS),
        when=f"OLD.state <> '{ClassState.DRAFT}'",
    )

    class Meta(Versioned.Meta):
        verbose_name = _("printer class")
        verbose_name_plural = _("printer classes")
        constraints = [
            models.UniqueConstraint(fields=["key", "class_version"], name="one_printer_class_per_version"),
            models.CheckConstraint(condition=~Q(key=""), name="printer_classes_have_a_key"),
            at_least("printer_class", "class_version", 1),
            known("printer_class", "state", ClassState.values),
            models.CheckConstraint(
                condition=Q(state=ClassState.DRAFT, released_at=None) | (~Q(state=ClassState.DRAFT) & Q(released_at__isnull=False)),
                name="released_classes_say_when",
            ),
            *capability_checks("printer_class"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.class_version}"

    @transition(field=state, source=ClassState.DRAFT, target=ClassState.RELEASED)
    def release(self, *, now: datetime) -> None:
        """Let printers and profiles use this version; it never changes again."""
        self.released_at = now

    @transition(field=state, source=ClassState.RELEASED, target=ClassState.RETIRED)
    def retire(self) -> None:
        """Offer this version no longer; what is pinned to it stays."""
