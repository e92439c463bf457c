"""Looking at parts."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin

from .models import FindingAnswer, Part, PartRevision, Preflight, RevisionFile, Upload, UploadPart


@admin.register(Part)
class PartAdmin(ReadOnlyAdmin[Part]):
    """What is made."""

    list_display = ("name", "sku", "account", "site", "archived_at")
    list_filter = ("site", ("archived_at", admin.EmptyFieldListFilter))
    list_select_related = ("account", "site")
    search_fields = ("name", "sku", "=id")
    ordering = ("-id",)


@admin.register(PartRevision)
class PartRevisionAdmin(ReadOnlyAdmin[PartRevision]):
    """Exactly which shape and demands."""

    list_display = ("part", "number", "units", "tolerance_class", "part_class", "created_at", "created_by", "known_good_plan_id")
    list_filter = ("tolerance_class", "units")
    list_select_related = ("part",)
    search_fields = ("part__name", "part__sku", "=id")
    ordering = ("-id",)


@admin.register(RevisionFile)
class RevisionFileAdmin(ReadOnlyAdmin[RevisionFile]):
    """The files of revisions."""

    list_display = ("original_name", "role", "revision", "position", "artifact")
    list_filter = ("role",)
    list_select_related = ("revision", "artifact")
    search_fields = ("original_name", "artifact__sha256")
    ordering = ("-id",)


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin[Upload]):
    """Files as they came in."""

    list_display = ("original_name", "kind", "state", "code", "account", "site", "created_at", "ended_at")
    list_filter = ("state", "kind", "site")
    list_select_related = ("account", "site")
    search_fields = ("original_name", "artifact__sha256", "=id")
    ordering = ("-id",)


@admin.register(UploadPart)
class UploadPartAdmin(ReadOnlyAdmin[UploadPart]):
    """What was found in uploads."""

    list_display = ("name", "count", "upload", "position", "part_revision")
    list_select_related = ("upload", "part_revision")
    search_fields = ("name", "=upload__id", "=id")
    ordering = ("-id",)


@admin.register(Preflight)
class PreflightAdmin(ReadOnlyAdmin[Preflight]):
    """What the checks found."""

    list_display = ("revision", "kind", "status", "analyser", "created_at")
    list_filter = ("status", "kind", "analyser")
    list_select_related = ("revision",)
    search_fields = ("=revision__id", "=upload__id", "=id")
    ordering = ("-id",)


@admin.register(FindingAnswer)
class FindingAnswerAdmin(ReadOnlyAdmin[FindingAnswer]):
    """What was answered to findings."""

    list_display = ("preflight", "code", "kind", "answered_by", "created_at")
    list_filter = ("kind", "code")
    list_select_related = ("preflight",)
    search_fields = ("code", "answered_by", "=preflight__id", "=id")
    ordering = ("-id",)
