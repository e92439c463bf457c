"""Content-addressed files, where they came from, and the stages of governed operations.

An artifact's bytes, hash and parents never change. When nobody may keep the bytes any longer they are destroyed and the row says so: hash,
lineage and events stay. See ``docs/decisions/artifact-store.md``.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.journal.constraints import at_least, known, sha256_hex, together
from apps.journal.immutable import AppendOnly, Frozen
from apps.journal.versioned import Record, Versioned

from .states import OPEN_STAGES, UNHAPPY_STAGES, Damage, PurgeReason, Stage, StageReason, StageStatus, StoreKind


class Artifact(Record):
    """Immutable bytes, known by their SHA-256.

    There is at most one living row per content. A purged row stays as a tombstone; the same content sent again later is a new row under a
    new key, so that destroying the old bytes can never hit the new ones.
    """

    store = models.CharField(max_length=10, choices=StoreKind.choices, editable=False)
    key = models.CharField(max_length=100, editable=False, help_text=_("Where the store keeps the bytes."))
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    size = models.BigIntegerField(editable=False, help_text=_("Bytes."))
    mime = models.CharField(_("type"), max_length=100, editable=False, help_text=_("As declared or recognised; never trusted."))
    purged_at = models.DateTimeField(null=True, editable=False)
    purge_reason = models.CharField(max_length=20, choices=PurgeReason.choices, null=True, editable=False)

    immutable = AppendOnly(may_fill=("purged_at", "purge_reason"))

    class Meta(Record.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [models.Index(fields=["sha256"], name="artifact_by_content")]
        constraints = [
            known("artifact", "store", StoreKind.values),
            known("artifact", "purge_reason", PurgeReason.values),
            at_least("artifact", "size", 0),
            sha256_hex("artifact", "sha256"),
            together("purged_artifacts_say_why", "purged_at", "purge_reason"),
            models.UniqueConstraint(fields=["sha256"], condition=Q(purged_at=None), name="one_living_artifact_per_content"),
            models.UniqueConstraint(fields=["store", "key"], name="one_artifact_per_place"),
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.mime})"


class InlineContent(Record):
    """The bytes of a small artifact kept in the database, so that they are stored in the same transaction as what refers to them."""

    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="inline_contents", db_index=False, editable=False)
    content = models.BinaryField()
    erased_at = models.DateTimeField(null=True, editable=False)

    immutable = Frozen(fields=("id", "created_at", "artifact", "content"), when="OLD.erased_at IS NULL")

    class Meta(Record.Meta):
        verbose_name = _("content in the database")
        verbose_name_plural = _("contents in the database")
        constraints = [models.UniqueConstraint(fields=["artifact"], name="one_content_per_artifact")]

    def __str__(self) -> str:
        return str(self.artifact_id)


class ArtifactParent(Record):
    """One artifact was made from another by a tool.

    Links are written only together with a new child, which nothing can have been made from yet: the graph has no cycles.
    """

    child = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="parent_links", db_index=False, editable=False)
    parent = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="child_links", editable=False)
    role = models.CharField(max_length=40, editable=False, help_text=_("What the parent was to the child, such as original or mesh."))
    tool = models.CharField(max_length=80, editable=False)
    tool_version = models.CharField(max_length=80, editable=False)

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("origin of a file")
        verbose_name_plural = _("origins of files")
        constraints = [
            models.UniqueConstraint(fields=["child", "parent", "role"], name="one_artifact_link_per_role"),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="no_artifact_is_its_own_parent"),
            models.CheckConstraint(condition=~Q(tool="") & ~Q(tool_version=""), name="artifact_links_name_their_tool"),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} ← {self.parent_id} ({self.role})"


class ArtifactDamage(Record):
    """Stored bytes were found missing or changed. Closed when they are found whole again."""

    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="damages", editable=False)
    damage = models.CharField(max_length=10, choices=Damage.choices, editable=False)
    repaired_at = models.DateTimeField(null=True, editable=False)

    immutable = AppendOnly(may_fill=("repaired_at",))

    class Meta(Record.Meta):
        verbose_name = _("damaged file")
        verbose_name_plural = _("damaged files")
        constraints = [
            known("artifactdamage", "damage", Damage.values),
            models.UniqueConstraint(fields=["artifact"], condition=Q(repaired_at=None), name="one_open_damage_per_artifact"),
        ]

    def __str__(self) -> str:
        return f"{self.artifact_id}: {self.get_damage_display()}"


class StageArtifact(Versioned):
    """What one stage of a governed operation (prints included) produced.

    The payload is an artifact, so it is content-addressed like every file; only the status moves, by a recorded transition.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="stage_artifacts", db_index=False, editable=False)
    kind = models.CharField(max_length=80, editable=False, help_text=_("{tool}_{stage}[_{sub}]"))
    tool_kind = models.CharField(max_length=40, editable=False)
    stage = models.CharField(max_length=20, choices=Stage.choices, editable=False)
    status = FSMField(max_length=10, choices=StageStatus.choices, default=StageStatus.PLANNED, protected=True, editable=False)
    reason = models.CharField(max_length=40, choices=StageReason.choices, blank=True, editable=False)
    session_id = models.CharField(max_length=120, blank=True, editable=False)
    request_id = models.CharField(max_length=200, editable=False)
    created_by = models.CharField(max_length=120, editable=False)
    index_meta = models.JSONField(default=dict, editable=False)
    payload = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="stage_payloads", editable=False)
    attachment = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="stage_attachments", null=True, editable=False)

    immutable = Frozen(
        fields=(
            "id",
            "created_at",
            "site",
            "kind",
            "tool_kind",
            "stage",
            "session_id",
            "request_id",
            "created_by",
            "index_meta",
            "payload",
            "attachment",
        )
    )

    class Meta(Versioned.Meta):
        verbose_name = _("stage of an operation")
        verbose_name_plural = _("stages of operations")
        indexes = [
            models.Index(fields=["site", "id"], name="stage_by_site"),
            models.Index(fields=["kind", "id"], name="stage_by_kind"),
            models.Index(fields=["session_id", "id"], name="stage_by_session"),
            models.Index(fields=["status", "id"], name="stage_by_status"),
        ]
        constraints = [
            known("stageartifact", "stage", Stage.values),
            known("stageartifact", "status", StageStatus.values),
            known("stageartifact", "reason", StageReason.values, blank=True),
            models.CheckConstraint(condition=~Q(status__in=UNHAPPY_STAGES) | ~Q(reason=""), name="unhappy_stages_carry_a_reason"),
            models.CheckConstraint(condition=~Q(request_id=""), name="stages_name_their_request"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @transition(field=status, source=StageStatus.PLANNED, target=StageStatus.APPROVED)
    def approve(self) -> None:
        """A person (or a policy) decided that this may be carried out."""

    @transition(field=status, source=StageStatus.APPROVED, target=StageStatus.EXECUTED)
    def execute(self) -> None:
        """It was carried out."""

    @transition(field=status, source=OPEN_STAGES, target=StageStatus.BLOCKED)
    def block(self, *, reason: StageReason) -> None:
        """It may not be carried out, and ``reason`` says why. Nothing was generated."""
        self.reason = reason

    @transition(field=status, source=OPEN_STAGES, target=StageStatus.FAILED)
    def fail(self, *, reason: StageReason) -> None:
        """It was tried and did not work."""
        self.reason = reason


class StageParent(Record):
    """One stage rests on another: an execution on its decision, plan and specification. Written together with the child."""

    child = models.ForeignKey(StageArtifact, on_delete=models.PROTECT, related_name="parent_links", db_index=False, editable=False)
    parent = models.ForeignKey(StageArtifact, on_delete=models.PROTECT, related_name="child_links", db_index=False, editable=False)
    role = models.CharField(max_length=20, choices=Stage.choices, editable=False)

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("basis of a stage")
        verbose_name_plural = _("bases of stages")
        indexes = [models.Index(fields=["parent", "child"], name="stage_by_parent")]
        constraints = [
            known("stageparent", "role", Stage.values),
            models.UniqueConstraint(fields=["child", "parent"], name="one_link_per_stage_parent"),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="no_stage_is_its_own_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} ← {self.parent_id} ({self.role})"
