"""Circuit breakers: what was counted and what has tripped."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.journal.constraints import known, signed
from apps.journal.immutable import AppendOnly, Frozen
from apps.journal.versioned import Record, Versioned
from apps.policy.states import BreakerKind


class BreakerCount(Record):
    """One failure (or automatic start) that a breaker counted against one plan revision, printer or site.

    However often its event arrives, a failure counts once. Failures that belong to an incident are not counted, and taken back when
    that is recognised later.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="breaker_counts", db_index=False)
    breaker = models.CharField(max_length=10, choices=BreakerKind.choices)
    subject_id = models.UUIDField(help_text=_("The plan revision, printer or site"))
    family = models.CharField(max_length=20, blank=True, help_text=_("Reason family; empty where the breaker counts every family"))
    failure_id = models.UUIDField(help_text=_("The attempt or piece fact that failed"))
    failed_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True, help_text=_("It turned out to belong to an incident: it counts no more"))

    immutable = AppendOnly(may_fill=("taken_back_at",))

    class Meta(Record.Meta):
        verbose_name = _("counted failure")
        constraints = [
            known("breaker_count", "breaker", BreakerKind.values),
            models.UniqueConstraint(fields=["failure_id", "breaker", "subject_id"], name="a_failure_counts_once"),
            models.CheckConstraint(condition=~Q(breaker=BreakerKind.PLAN_LOOP) | ~Q(family=""), name="plan_failures_are_counted_by_family"),
        ]
        indexes = [models.Index(fields=["breaker", "subject_id", "failed_at"], name="breaker_count_window")]

    def __str__(self) -> str:
        return f"{self.breaker} {self.subject_id}"


class Breaker(Versioned):
    """A breaker that tripped: automation stays off for its subject until somebody acknowledges it with a note."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="breakers", db_index=False)
    kind = models.CharField(max_length=10, choices=BreakerKind.choices)
    subject_id = models.UUIDField(help_text=_("The plan revision, printer or site"))
    family = models.CharField(max_length=20, blank=True)
    tripped_at = models.DateTimeField()
    evidence = models.JSONField(default=dict, blank=True)
    acknowledged_by = models.CharField(max_length=120, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    immutable = Frozen(fields=("site", "kind", "subject_id", "family", "tripped_at", "evidence", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("tripped breaker")
        constraints = [
            known("breaker", "kind", BreakerKind.values),
            models.UniqueConstraint(
                fields=["kind", "subject_id", "family"], condition=Q(acknowledged_at__isnull=True), name="one_tripped_breaker_per_subject"
            ),
            signed("acknowledged_breakers_say_who_when_and_why", "acknowledged_at", "acknowledged_by", "note"),
        ]
        indexes = [
            models.Index(fields=["site", "tripped_at"], condition=Q(acknowledged_at__isnull=True), name="breaker_open"),
            models.Index(fields=["subject_id", "id"], name="breaker_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject_id}"
