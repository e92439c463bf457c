"""Everything a machine was seen to print, ours or not."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.fleet.states import SessionOutcome
from apps.journal.constraints import at_least, known, not_after
from apps.journal.immutable import Frozen
from apps.journal.versioned import Versioned

from .printer import Printer


class MachineSession(Versioned):
    """Print seen: one print on one machine. Hours, filament and wear come from here.

    Ours names its run. A foreign one may be claimed for an order once it ended, and stays marked as not governed. What an ended session
    measured never changes. ``external_job_id`` is the machine's own; it may come again after the machine's history was wiped, so a session is
    known by it together with the machine's start time.
    """

    printer = models.ForeignKey(Printer, on_delete=models.PROTECT, related_name="sessions", db_index=False)
    external_job_id = models.CharField(max_length=80, blank=True, help_text=_("Empty while (or if) the machine's history does not show it"))
    file_name = models.CharField(max_length=400, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=SessionOutcome.choices, default=SessionOutcome.RUNNING)
    duration_s = models.IntegerField(null=True, blank=True, help_text=_("Seconds from start to end as the machine counts, pauses included"))
    print_s = models.IntegerField(null=True, blank=True, help_text=_("Seconds actually printing"))
    filament_mm = models.IntegerField(null=True, blank=True)
    run_id = models.UUIDField(null=True, blank=True)
    is_foreign = models.BooleanField(default=False)
    claimed_for_id = models.UUIDField(null=True, blank=True, help_text=_("The order it was claimed for"))
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=120, blank=True)
    evidence = models.JSONField(default=dict, blank=True)

    immutable = Frozen(
        fields=("printer", "external_job_id", "file_name", "started_at", "ended_at", "outcome", "duration_s", "print_s", "filament_mm"),
        when="OLD.ended_at IS NOT NULL",
    )

    class Meta(Versioned.Meta):
        verbose_name = _("print seen")
        verbose_name_plural = _("prints seen")
        constraints = [
            models.UniqueConstraint(
                fields=["printer", "external_job_id", "started_at"], condition=~Q(external_job_id=""), name="one_session_per_machine_job"
            ),
            models.UniqueConstraint(fields=["printer"], condition=Q(ended_at=None), name="one_open_session_per_printer"),
            known("machine_session", "outcome", SessionOutcome.values),
            not_after("machine_session", "started_at", "ended_at"),
            models.CheckConstraint(
                condition=Q(outcome=SessionOutcome.RUNNING, ended_at=None)
                | (~Q(outcome=SessionOutcome.RUNNING) & Q(ended_at__isnull=False)),
                name="ended_sessions_have_an_outcome",
            ),
            at_least("machine_session", "duration_s", 0),
            at_least("machine_session", "print_s", 0),
            not_after("machine_session", "print_s", "duration_s"),
            at_least("machine_session", "filament_mm", 0),
            models.CheckConstraint(
                condition=Q(is_foreign=True, run_id=None) | Q(is_foreign=False, run_id__isnull=False),
                name="sessions_are_ours_or_foreign",
            ),
            models.CheckConstraint(
                condition=Q(claimed_for_id=None, claimed_at=None, claimed_by="")
                | (Q(claimed_for_id__isnull=False, claimed_at__isnull=False, is_foreign=True, ended_at__isnull=False) & ~Q(claimed_by="")),
                name="only_ended_foreign_sessions_are_claimed",
            ),
            not_after("machine_session", "ended_at", "claimed_at"),
        ]
        indexes = [
            models.Index(fields=["printer", "started_at"], name="session_by_printer"),
            models.Index(fields=["run_id"], condition=Q(run_id__isnull=False), name="session_by_run"),
            models.Index(fields=["id"], condition=Q(is_foreign=True, claimed_for_id=None), name="session_unclaimed"),
        ]

    def __str__(self) -> str:
        return self.file_name or str(self.pk)
