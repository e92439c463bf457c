"""Holds: the only way to keep work from starting."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.journal.constraints import known, signed
from apps.journal.immutable import Frozen
from apps.journal.versioned import Versioned
from apps.policy.states import HoldReason, HoldScope


class Hold(Versioned):
    """On hold: a tag on something that keeps it from starting, by hand and by itself, until it is released or its time is over.

    As with lock-out tags, everyone hangs a tag of their own: one person has at most one for the same thing and reason, and work goes on when
    the last tag is off.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="holds", db_index=False)
    scope = models.CharField(max_length=10, choices=HoldScope.choices)
    scope_id = models.UUIDField(help_text=_("The site's id for a printer group"))
    group = models.CharField(max_length=60, blank=True, help_text=_("Name of the printer group; otherwise empty"))
    reason = models.CharField(max_length=40, choices=HoldReason.choices)
    note = models.TextField(blank=True)
    placed_by = models.CharField(max_length=120)
    placed_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True, help_text=_("Ends by itself then; empty: until somebody releases it"))
    released_by = models.CharField(max_length=120, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    release_note = models.TextField(blank=True)

    immutable = Frozen(fields=("site", "scope", "scope_id", "group", "reason", "note", "placed_by", "placed_at", "until", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("hold")
        constraints = [
            known("hold", "scope", HoldScope.values),
            known("hold", "reason", HoldReason.values),
            models.UniqueConstraint(
                fields=["scope", "scope_id", "group", "reason", "placed_by"],
                condition=Q(released_at__isnull=True),
                name="one_open_hold_per_person_and_reason",
            ),
            signed("released_holds_say_who_and_when", "released_at", "released_by"),
            models.CheckConstraint(condition=~Q(placed_by=""), name="holds_say_who_placed_them"),
            models.CheckConstraint(condition=~Q(reason=HoldReason.OTHER) | ~Q(note=""), name="other_holds_carry_a_note"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("placed_at")), name="holds_end_after_they_begin"),
            models.CheckConstraint(
                condition=~Q(scope__in=[HoldScope.SITE, HoldScope.GROUP]) | Q(scope_id=F("site")), name="wide_holds_name_their_site"
            ),
            models.CheckConstraint(
                condition=(Q(scope=HoldScope.GROUP) & ~Q(group="")) | (~Q(scope=HoldScope.GROUP) & Q(group="")),
                name="only_holds_on_groups_name_a_group",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "placed_at"], condition=Q(released_at__isnull=True), name="hold_open"),
            models.Index(fields=["scope", "scope_id", "id"], name="hold_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} {self.group or self.scope_id}: {self.get_reason_display()}"
