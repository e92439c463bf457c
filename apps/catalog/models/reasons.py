"""Reason codes a farm adds to the canonical ones."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Site
from apps.catalog.states import FAMILY_OF, Reason, ReasonFamily
from apps.journal.constraints import at_least, known
from apps.journal.immutable import Frozen
from apps.journal.versioned import Versioned


class ReasonCode(Versioned):
    """Reason of our own: a site's more precise word for one canonical reason, under which it is counted.

    Code and meaning never change, because old records carry them; a reason that is no longer wanted is offered no more.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="reason_codes", db_index=False)
    code = models.CharField(max_length=40, help_text=_("CAPITALS, such as BED_SCRATCHED"))
    canonical = models.CharField(max_length=40, choices=Reason.choices)
    label = models.CharField(max_length=80)
    position = models.SmallIntegerField(default=0, help_text=_("Order in pickers, lowest first"))
    is_offered = models.BooleanField(default=True)

    immutable = Frozen(fields=("site", "code", "canonical"))

    class Meta(Versioned.Meta):
        verbose_name = _("reason")
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="one_reason_per_code"),
            known("reason_code", "canonical", Reason.values),
            models.CheckConstraint(condition=~Q(code__in=Reason.values), name="reason_codes_do_not_hide_canonical_ones"),
            models.CheckConstraint(condition=~Q(code="") & Q(Exact(F("code"), Upper("code"))), name="reason_codes_are_capitals"),
            models.CheckConstraint(condition=~Q(label=""), name="reason_codes_have_a_label"),
            at_least("reason_code", "position", 0),
        ]
        indexes = [models.Index(fields=["site", "position"], condition=Q(is_offered=True), name="reason_code_offered")]

    def __str__(self) -> str:
        return self.label

    @property
    def family(self) -> ReasonFamily:
        """The family in which it is counted."""
        return FAMILY_OF[Reason(self.canonical)]
