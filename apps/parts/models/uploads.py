"""Files as they came in, and the parts found in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.accounts.models import Account, Site
from apps.artifacts.models import Artifact
from apps.journal.constraints import at_least, known
from apps.journal.immutable import AppendOnly, Frozen
from apps.journal.versioned import Record, Versioned
from apps.parts.states import Unit, UploadKind, UploadState

from .parts import PartRevision


class Upload(Versioned):
    """Upload: a file as somebody sent it. Kept as it came; its check says which parts are in it, or why it cannot be used."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="uploads", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="uploads", db_index=False)
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="uploads")
    original_name = models.CharField(max_length=255, help_text=_("As it was called, made safe to show; never used as a path"))
    kind = models.CharField(max_length=8, choices=UploadKind.choices)
    unit = models.CharField(max_length=12, choices=Unit.choices, default=Unit.MILLIMETER, help_text=_("For files that name no unit"))
    state = FSMField(max_length=12, choices=UploadState.choices, default=UploadState.RECEIVED, protected=True)
    code = models.CharField(max_length=60, blank=True, help_text=_("Why it cannot be used"))
    params = models.JSONField(default=dict, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text=_("When the check was done"))

    immutable = Frozen(
        fields=("state", "code", "params", "ended_at"),
        when=f"OLD.state <> '{UploadState.RECEIVED}'",
        always=("site", "account", "artifact", "original_name", "kind", "unit", "created_at"),
    )

    class Meta(Versioned.Meta):
        verbose_name = _("upload")
        indexes = [
            models.Index(fields=["site", "id"], name="upload_by_site"),
            models.Index(fields=["account", "id"], name="upload_by_account"),
        ]
        constraints = [
            known("upload", "kind", UploadKind.values),
            known("upload", "unit", Unit.values),
            known("upload", "state", UploadState.values),
            models.CheckConstraint(condition=~Q(original_name=""), name="uploads_have_a_name"),
            models.CheckConstraint(
                condition=Q(state=UploadState.REFUSED) & ~Q(code="") | ~Q(state=UploadState.REFUSED) & Q(code=""),
                name="refused_uploads_say_why",
            ),
            models.CheckConstraint(
                condition=Q(state=UploadState.RECEIVED, ended_at=None) | (~Q(state=UploadState.RECEIVED) & Q(ended_at__isnull=False)),
                name="uploads_that_ended_say_when",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @transition(field=state, source=UploadState.RECEIVED, target=UploadState.CHECKED)
    def end_check(self, *, now: datetime) -> None:
        """Its parts are known."""
        self.ended_at = now

    @transition(field=state, source=UploadState.RECEIVED, target=UploadState.REFUSED)
    def refuse(self, *, code: str, params: dict[str, Any], now: datetime) -> None:
        """It cannot be used, for good; the words of ``code`` say why."""
        self.code = code
        self.params = params
        self.ended_at = now


class UploadPart(Record):
    """Part found in an upload: a 3MF may hold several, each any number of times."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="parts", db_index=False)
    position = models.IntegerField()
    part_revision = models.ForeignKey(PartRevision, on_delete=models.PROTECT, related_name="upload_parts")
    count = models.IntegerField(help_text=_("How often the file places it"))
    name = models.CharField(max_length=255, help_text=_("As the file calls it"))

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("part of an upload")
        verbose_name_plural = _("parts of uploads")
        constraints = [
            models.UniqueConstraint(fields=["upload", "position"], name="one_upload_part_per_position"),
            at_least("upload_part", "position", 0),
            at_least("upload_part", "count", 1),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.count} x {self.name}"
