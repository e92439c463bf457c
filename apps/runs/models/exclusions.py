"""Parts that are left out of a running print."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.catalog.states import Reason
from apps.journal.constraints import known, signed
from apps.journal.immutable import Frozen
from apps.journal.versioned import Versioned
from apps.planning.models import PlateItem
from apps.runs.states import ExclusionDrop, ExclusionState

from .runs import Run

STANDS = ~Q(state=ExclusionState.DROPPED)
"""Exclusions that were asked for or done."""


class Exclusion(Versioned):
    """Part left out of a running print: somebody asked for it and the machine was seen to do it, or it was done at the machine itself.

    At most one stands for a part of an attempt.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="exclusions", db_index=False)
    item = models.ForeignKey(PlateItem, on_delete=models.PROTECT, related_name="exclusions")
    object_name = models.CharField(max_length=120, help_text=_("What the part is called in the G-code"))
    reason = models.CharField(max_length=40, choices=Reason.choices, blank=True)
    note = models.TextField(blank=True)
    asked_by = models.CharField(max_length=120, blank=True, help_text=_("Empty: it was done at the machine"))
    asked_at = models.DateTimeField(null=True, blank=True)
    state = FSMField(max_length=10, choices=ExclusionState.choices, default=ExclusionState.ASKED, protected=True)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When it was seen to be left out, or it turned out that it is not")
    )
    dropped_because = models.CharField(max_length=10, choices=ExclusionDrop.choices, blank=True)
    evidence = models.JSONField(default=dict, blank=True, help_text=_("What the machine said then"))

    immutable = Frozen(fields=("run", "item", "object_name", "reason", "note", "asked_by", "asked_at", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("part left out")
        verbose_name_plural = _("parts left out")
        constraints = [
            models.UniqueConstraint(fields=["run", "item"], condition=STANDS, name="a_part_is_left_out_once"),
            known("exclusion", "reason", Reason.values, blank=True),
            known("exclusion", "state", ExclusionState.values),
            known("exclusion", "dropped_because", ExclusionDrop.values, blank=True),
            signed("wanted_exclusions_say_who_when_and_why", "asked_at", "asked_by", "reason"),
            models.CheckConstraint(condition=Q(state=ExclusionState.EXCLUDED) | ~Q(asked_by=""), name="only_the_machine_excludes_unasked"),
            models.CheckConstraint(condition=~Q(reason=Reason.UNKNOWN) | ~Q(note=""), name="unknown_exclusion_reasons_carry_a_note"),
            models.CheckConstraint(
                condition=Q(state=ExclusionState.ASKED, settled_at__isnull=True)
                | (~Q(state=ExclusionState.ASKED) & Q(settled_at__isnull=False)),
                name="settled_exclusions_say_when",
            ),
            models.CheckConstraint(
                condition=(Q(state=ExclusionState.DROPPED) & ~Q(dropped_because=""))
                | (~Q(state=ExclusionState.DROPPED) & Q(dropped_because="")),
                name="dropped_exclusions_say_why",
            ),
        ]
        indexes = [models.Index(fields=["run", "id"], name="exclusion_by_run")]

    def __str__(self) -> str:
        return f"{self.object_name}: {self.get_state_display()}"

    @transition(field=state, source=ExclusionState.ASKED, target=ExclusionState.EXCLUDED)
    def confirm(self, *, now: datetime, evidence: dict[str, Any]) -> None:
        """The machine was seen to leave it out."""
        self.settled_at = now
        self.evidence = evidence

    @transition(field=state, source=ExclusionState.ASKED, target=ExclusionState.DROPPED)
    def drop(self, *, now: datetime, because: ExclusionDrop, evidence: dict[str, Any]) -> None:
        """It is not left out, and nobody tries any more."""
        self.settled_at = now
        self.dropped_because = because
        self.evidence = evidence
