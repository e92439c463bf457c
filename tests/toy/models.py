"""The toy app's tables."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from apps.journal.constraints import at_least, known
from apps.journal.immutable import AppendOnly
from apps.journal.versioned import Record, Versioned

from .states import JarState


class Jar(Versioned):
    """A jar of bolts. Methods here say which moves are legal; ``commands.py`` saves."""

    label = models.CharField(max_length=40)
    bolts = models.IntegerField(default=0)
    capacity = models.IntegerField(default=1_000_000)
    state = FSMField(choices=JarState.choices, default=JarState.OPEN, protected=True)
    sealed_by = models.CharField(max_length=120, blank=True)

    class Meta(Versioned.Meta):
        constraints = [
            known("jar", "state", JarState.values),
            at_least("jar", "bolts", 0),
            models.UniqueConstraint(fields=["label"], condition=Q(state="open"), name="one_open_jar_per_label"),
            models.CheckConstraint(condition=~Q(state="sealed") | ~Q(sealed_by=""), name="sealed_jars_name_who"),
        ]

    def __str__(self) -> str:
        return self.label

    @transition(field=state, source=JarState.OPEN, target=JarState.SEALED)
    def seal(self, *, by: str) -> None:
        """Close the jar for good."""
        self.sealed_by = by


class Addition(Record):
    """One addition of bolts: a fact."""

    jar = models.ForeignKey(Jar, on_delete=models.PROTECT, related_name="additions")
    bolts = models.IntegerField()

    immutable = AppendOnly()

    class Meta(Record.Meta):
        constraints = [at_least("addition", "bolts", 1)]

    def __str__(self) -> str:
        return f"{self.bolts} bolts"
