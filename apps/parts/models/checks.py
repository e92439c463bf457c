"""What was found in a part's file, and what was answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.artifacts.models import Artifact
from apps.journal.constraints import known
from apps.journal.immutable import AppendOnly
from apps.journal.versioned import Record
from apps.parts.states import AnswerKind, PreflightKind, PreflightStatus

from .parts import PartRevision
from .uploads import Upload


class Preflight(Record):
    """Preflight: one check of one revision by one version of the analyser. The newest counts."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="preflights")
    revision = models.ForeignKey(PartRevision, on_delete=models.PROTECT, related_name="preflights", db_index=False)
    artifact = models.ForeignKey(
        Artifact, on_delete=models.PROTECT, related_name="preflights", help_text=_("The normalised mesh, or the supplied G-code")
    )
    kind = models.CharField(max_length=8, choices=PreflightKind.choices)
    status = models.CharField(max_length=8, choices=PreflightStatus.choices, help_text=_("Before any answer"))
    findings = models.JSONField(default=list, help_text=_("[{code, severity, measured, limit, place, offers}]"))
    metrics = models.JSONField(default=dict, help_text=_("What was measured: whole numbers, units in the names"))
    analyser = models.CharField(max_length=80, help_text=_("Program and version"))

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("preflight")
        indexes = [models.Index(fields=["revision", "id"], name="preflight_by_revision")]
        constraints = [
            known("preflight", "kind", PreflightKind.values),
            known("preflight", "status", PreflightStatus.values),
            models.CheckConstraint(condition=~Q(analyser=""), name="preflights_name_their_analyser"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.status}"


class FindingAnswer(Record):
    """Answer to a finding: the customer's choice about a warning, or staff's reviewed decision to let a failure through."""

    preflight = models.ForeignKey(Preflight, on_delete=models.PROTECT, related_name="answers", db_index=False)
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=AnswerKind.choices)
    answered_by = models.CharField(max_length=120)
    reason = models.TextField(blank=True)

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("answer to a finding")
        verbose_name_plural = _("answers to findings")
        constraints = [
            known("finding_answer", "kind", AnswerKind.values),
            models.UniqueConstraint(fields=["preflight", "code", "kind"], name="one_answer_per_finding"),
            models.CheckConstraint(condition=~Q(answered_by=""), name="answers_say_by_whom"),
            models.CheckConstraint(condition=~Q(kind=AnswerKind.REVIEWED) | ~Q(reason=""), name="reviews_say_why"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.kind}"
