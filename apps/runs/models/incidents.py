"""Failures with one common cause."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.accounts.models import Site
from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.journal.constraints import known, not_after, signed
from apps.journal.immutable import AppendOnly, Frozen
from apps.journal.versioned import Record, Versioned
from apps.runs.states import IncidentKind, IncidentSign, IncidentState

from .runs import Run


class Incident(Versioned):
    """Incident: several attempts stopped by one cause within a window. One card, one notification; it counts for no breaker and no ceiling.

    Nothing it touched starts again until it is released, then staggered.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="incidents", db_index=False)
    kind = models.CharField(max_length=12, choices=IncidentKind.choices)
    cause_ref = models.CharField(max_length=120, blank=True, help_text=_("Which circuit; empty: the whole site"))
    reason = models.CharField(max_length=40, choices=Reason.choices)
    began_at = models.DateTimeField(help_text=_("First sign of it"))
    until = models.DateTimeField(null=True, blank=True, help_text=_("Last sign of it"))
    evidence = models.JSONField(default=dict, blank=True)
    state = FSMField(max_length=10, choices=IncidentState.choices, default=IncidentState.OPEN, protected=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.CharField(max_length=120, blank=True)
    release_note = models.TextField(blank=True)

    immutable = Frozen(fields=("site", "kind", "cause_ref", "reason", "began_at", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("incident")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "kind", "cause_ref"], condition=Q(state=IncidentState.OPEN), name="one_open_incident_per_cause"
            ),
            known("incident", "kind", IncidentKind.values),
            known("incident", "reason", Reason.values),
            known("incident", "state", IncidentState.values),
            not_after("incident", "began_at", "until"),
            models.CheckConstraint(
                condition=Q(state=IncidentState.RELEASED, released_at__isnull=False)
                | (~Q(state=IncidentState.RELEASED) & Q(released_at__isnull=True)),
                name="released_incidents_say_when",
            ),
            signed("released_incidents_say_who", "released_at", "released_by"),
        ]
        indexes = [models.Index(fields=["site", "began_at"], name="incident_by_site")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.began_at:%Y-%m-%d %H:%M}"

    @transition(field=state, source=IncidentState.OPEN, target=IncidentState.RELEASED)
    def release(self, *, by: str, now: datetime, note: str = "") -> None:
        """Work may start again, a few at a time."""
        self.released_by = by
        self.released_at = now
        self.release_note = note


class IncidentPrinter(Record):
    """One printer that an incident took, with or without a print on it, and the first sign of it.

    It may be released before the others are, and be taken again: then there is a second row.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="incident_printers", db_index=False)
    printer = models.ForeignKey(Printer, on_delete=models.PROTECT, related_name="incident_printers")
    sign = models.CharField(max_length=12, choices=IncidentSign.choices)
    seen_at = models.DateTimeField()
    released_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Released before the others were; NULL: not, or with all of them")
    )

    immutable = AppendOnly(may_fill=("released_at",))

    class Meta(Record.Meta):
        verbose_name = _("printer hit by an incident")
        verbose_name_plural = _("printers hit by incidents")
        constraints = [
            models.UniqueConstraint(fields=["incident", "printer"], condition=Q(released_at=None), name="an_incident_names_a_printer_once"),
            known("incident_printer", "sign", IncidentSign.values),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.printer_id}"


class IncidentRun(Record):
    """One attempt that an incident stopped."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="incident_runs", db_index=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="incident_runs")

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("attempt hit by an incident")
        verbose_name_plural = _("attempts hit by incidents")
        constraints = [models.UniqueConstraint(fields=["incident", "run"], name="an_incident_names_a_run_once")]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.run_id}"
