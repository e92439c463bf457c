"""Looking at files, where they came from, and the stages of operations."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin

from .models import Artifact, ArtifactDamage, ArtifactParent, InlineContent, StageArtifact, StageParent


@admin.register(Artifact)
class ArtifactAdmin(ReadOnlyAdmin[Artifact]):
    """Files by hash; purged ones stay listed."""

    list_display = ("sha256", "mime", "size", "store", "created_at", "purged_at", "purge_reason")
    list_filter = ("store", "purge_reason", ("purged_at", admin.EmptyFieldListFilter))
    search_fields = ("=id", "sha256__startswith")
    ordering = ("-id",)


@admin.register(InlineContent)
class InlineContentAdmin(ReadOnlyAdmin[InlineContent]):
    """Which small files live in the database; their contents are not shown here."""

    list_display = ("artifact", "created_at")
    search_fields = ("=artifact__id",)
    list_filter = ("created_at",)
    list_select_related = ("artifact",)
    exclude = ("content",)
    ordering = ("-id",)


@admin.register(ArtifactParent)
class ArtifactParentAdmin(ReadOnlyAdmin[ArtifactParent]):
    """What was made from what, by which tool."""

    list_display = ("child", "role", "parent", "tool", "tool_version", "created_at")
    list_filter = ("role", "tool")
    search_fields = ("=child__id", "=parent__id")
    list_select_related = ("child", "parent")
    ordering = ("-id",)


@admin.register(ArtifactDamage)
class ArtifactDamageAdmin(ReadOnlyAdmin[ArtifactDamage]):
    """Files found missing or changed, and when they were whole again."""

    list_display = ("artifact", "damage", "created_at", "repaired_at")
    list_filter = ("damage", ("repaired_at", admin.EmptyFieldListFilter))
    search_fields = ("=artifact__id",)
    list_select_related = ("artifact",)
    ordering = ("-id",)


@admin.register(StageArtifact)
class StageArtifactAdmin(ReadOnlyAdmin[StageArtifact]):
    """Stages of governed operations."""

    list_display = ("kind", "status", "reason", "site", "session_id", "request_id", "created_by", "created_at")
    list_filter = ("status", "stage", "tool_kind", "reason")
    search_fields = ("=id", "=session_id", "=request_id")
    list_select_related = ("site",)
    ordering = ("-id",)


@admin.register(StageParent)
class StageParentAdmin(ReadOnlyAdmin[StageParent]):
    """Which stage rests on which."""

    list_display = ("child", "role", "parent", "created_at")
    list_filter = ("role",)
    search_fields = ("=child__id", "=parent__id")
    list_select_related = ("child", "parent")
    ordering = ("-id",)
