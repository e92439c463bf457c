"""Parts: what is made, by immutable revision."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Account, Site
from apps.artifacts.models import Artifact
from apps.journal.constraints import at_least, known
from apps.journal.immutable import AppendOnly, Frozen
from apps.journal.prefixes import folded
from apps.journal.versioned import Record, Versioned
from apps.parts.states import FileRole, ToleranceClass, Unit


class Part(Versioned):
    """Part: something a customer (or, without an account, the shop itself) has made. Shop SKUs map to parts."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="parts")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="parts", db_index=False)
    name = models.CharField(max_length=200)
    sku = models.CharField(max_length=80, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, help_text=_("Offered no more since"))

    class Meta(Versioned.Meta):
        verbose_name = _("part")
        constraints = [
            models.UniqueConstraint(fields=["site", "sku"], condition=~Q(sku=""), name="one_part_per_sku"),
            models.CheckConstraint(condition=~Q(name=""), name="parts_have_a_name"),
        ]
        indexes = [
            models.Index(fields=["account", "id"], name="part_by_account"),
            models.Index(folded("name"), name="part_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PartRevision(Versioned):
    """Revision: exactly this shape and these demands. Immutable, except for the plan that is known to work for it.

    Measured facts (size, volume, findings) come with the preflight of its files, not from here.
    """

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="revisions", db_index=False)
    number = models.IntegerField()
    units = models.CharField(max_length=12, choices=Unit.choices, default=Unit.MILLIMETER)
    orientation_constraints = models.JSONField(default=list, blank=True, help_text=_('[{"kind": "strength_axis", "axis": [0, 0, 1]}]'))
    tolerance_class = models.CharField(max_length=8, choices=ToleranceClass.choices, default=ToleranceClass.NONE)
    tolerance_notes = models.TextField(blank=True)
    part_class = models.CharField(max_length=60, blank=True, help_text=_("Chooses the checklist after the print"))
    notes = models.TextField(blank=True)
    known_good_plan_id = models.UUIDField(
        null=True, blank=True, help_text=_("The last approved plan that gave good parts; re-orders start from it")
    )
    created_by = models.CharField(max_length=120)

    immutable = Frozen(
        fields=(
            "part",
            "number",
            "units",
            "orientation_constraints",
            "tolerance_class",
            "tolerance_notes",
            "part_class",
            "notes",
            "created_by",
            "created_at",
        ),
    )

    class Meta(Versioned.Meta):
        verbose_name = _("revision")
        constraints = [
            models.UniqueConstraint(fields=["part", "number"], name="one_part_revision_per_number"),
            at_least("part_revision", "number", 1),
            known("part_revision", "units", Unit.values),
            known("part_revision", "tolerance_class", ToleranceClass.values),
            models.CheckConstraint(condition=~Q(created_by=""), name="part_revisions_say_by_whom"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} rev {self.number}"


class RevisionFile(Record):
    """File of a revision: a model, drawing or document, under the name it was uploaded with."""

    revision = models.ForeignKey(PartRevision, on_delete=models.PROTECT, related_name="files", db_index=False)
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="revision_files")
    role = models.CharField(max_length=8, choices=FileRole.choices, default=FileRole.MODEL)
    original_name = models.CharField(max_length=255)
    position = models.SmallIntegerField(default=0)

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("file of a revision")
        verbose_name_plural = _("files of revisions")
        constraints = [
            models.UniqueConstraint(fields=["revision", "position"], name="one_revision_file_per_position"),
            models.UniqueConstraint(fields=["revision", "artifact", "role"], name="a_revision_holds_a_file_once"),
            at_least("revision_file", "position", 0),
            known("revision_file", "role", FileRole.values),
            models.CheckConstraint(condition=~Q(original_name=""), name="revision_files_have_a_name"),
        ]

    def __str__(self) -> str:
        return self.original_name
