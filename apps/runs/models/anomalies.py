"""What may be wrong with a print that goes on, what people did about it, and the pictures that show it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.artifacts.models import Artifact
from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.journal.constraints import known, signed
from apps.journal.immutable import AppendOnly, Frozen
from apps.journal.versioned import Record, Versioned
from apps.runs.states import AnomalyKind, AnomalyResolution, AnomalySeverity, AnomalyState, SnapshotMoment

from .runs import Run

OPEN = Q(resolved_at__isnull=True)
"""Anomalies that are not done. Ask for them with exactly this: their index is of these only."""


class Anomaly(Versioned):
    """Anomaly: something about an attempt that a person should look at while it still goes on. At most one of a kind is open for an attempt."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="anomalies", db_index=False)
    printer = models.ForeignKey(Printer, on_delete=models.PROTECT, related_name="anomalies", db_index=False)
    kind = models.CharField(max_length=24, choices=AnomalyKind.choices)
    severity = models.CharField(max_length=12, choices=AnomalySeverity.choices)
    reason = models.CharField(max_length=40, choices=Reason.choices, help_text=_("Why the print stands still or ends because of it"))
    evidence = models.JSONField(default=dict, blank=True, help_text=_("What was measured and the threshold it passed"))
    since = models.DateTimeField(help_text=_("Since when it is so, as far as it was seen"))
    raised_by = models.CharField(max_length=120)
    note = models.TextField(blank=True, help_text=_("What who raised it said"))
    state = FSMField(max_length=14, choices=AnomalyState.choices, default=AnomalyState.OPEN, protected=True)
    assigned_to = models.CharField(max_length=120, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=120, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=120, blank=True)
    resolution = models.CharField(max_length=12, choices=AnomalyResolution.choices, blank=True)
    answers = models.JSONField(default=list, blank=True, help_text=_("What was done about it"))
    answer_note = models.TextField(blank=True)

    immutable = Frozen(fields=("run", "printer", "kind", "severity", "reason", "evidence", "since", "raised_by", "note", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("anomaly")
        verbose_name_plural = _("anomalies")
        constraints = [
            models.UniqueConstraint(fields=["run", "kind"], condition=OPEN, name="one_open_anomaly_of_a_kind"),
            known("anomaly", "kind", AnomalyKind.values),
            known("anomaly", "severity", AnomalySeverity.values),
            known("anomaly", "reason", Reason.values),
            known("anomaly", "state", AnomalyState.values),
            known("anomaly", "resolution", AnomalyResolution.values, blank=True),
            signed("anomaly_assignments_say_when", "assigned_at", "assigned_to"),
            signed("acknowledged_anomalies_say_who", "acknowledged_at", "acknowledged_by"),
            signed("resolved_anomalies_say_who_and_how", "resolved_at", "resolved_by", "resolution"),
            models.CheckConstraint(
                condition=Q(state=AnomalyState.RESOLVED, resolved_at__isnull=False)
                | (~Q(state=AnomalyState.RESOLVED) & Q(resolved_at__isnull=True)),
                name="resolved_anomalies_say_when",
            ),
            models.CheckConstraint(condition=~Q(raised_by=""), name="anomalies_say_who_raised_them"),
        ]
        indexes = [
            models.Index(fields=["run", "id"], name="anomaly_by_run"),
            models.Index(fields=["printer", "id"], name="anomaly_by_printer"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def assign(self, *, to: str, now: datetime) -> None:
        """It is for one person to see to."""
        self.assigned_to = to
        self.assigned_at = now

    @transition(field=state, source=AnomalyState.OPEN, target=AnomalyState.ACKNOWLEDGED)
    def acknowledge(self, *, by: str, now: datetime) -> None:
        """Somebody saw it and sees to it."""
        self.acknowledged_by = by
        self.acknowledged_at = now

    @transition(field=state, source=[AnomalyState.OPEN, AnomalyState.ACKNOWLEDGED], target=AnomalyState.RESOLVED)
    def resolve(self, *, by: str, now: datetime, how: AnomalyResolution, answers: tuple[str, ...] = (), note: str = "") -> None:
        """Nothing is left to do about it."""
        self.resolved_by = by
        self.resolved_at = now
        self.resolution = how
        self.answers = list(answers)
        self.answer_note = note


class RunSnapshot(Record):
    """Picture of a print by its printer's camera, drawn anew when it came in. A row of its own, so that the file is not collected."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="snapshots", db_index=False)
    anomaly = models.ForeignKey(Anomaly, on_delete=models.PROTECT, null=True, blank=True, related_name="snapshots")
    moment = models.CharField(max_length=12, choices=SnapshotMoment.choices)
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="run_snapshots")

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("picture of a print")
        verbose_name_plural = _("pictures of prints")
        constraints = [
            models.UniqueConstraint(fields=["run", "moment"], condition=Q(anomaly__isnull=True), name="one_snapshot_of_a_moment"),
            models.UniqueConstraint(fields=["anomaly"], name="one_snapshot_of_an_anomaly"),
            known("run_snapshot", "moment", SnapshotMoment.values),
            models.CheckConstraint(
                condition=Q(moment=SnapshotMoment.ANOMALY, anomaly__isnull=False)
                | (~Q(moment=SnapshotMoment.ANOMALY) & Q(anomaly__isnull=True)),
                name="snapshots_of_anomalies_name_them",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.get_moment_display()}"
