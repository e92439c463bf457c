"""Looking at print attempts, outcomes and incidents."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin, UncountedPaginator

from .models import Incident, IncidentRun, ItemOutcome, OutcomePhoto, Run


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin[Run]):
    """What happened on the printers."""

    list_display = (
        "plate",
        "attempt",
        "state",
        "printer",
        "reason",
        "progress",
        "desynced",
        "needs_attention",
        "due_at",
        "started_at",
        "ended_at",
    )
    list_filter = ("state", "reason", "desynced", "needs_attention", "risk_level")
    list_select_related = ("plate", "printer")
    search_fields = ("plate__number", "printer__code", "job_ref", "=id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(ItemOutcome)
class ItemOutcomeAdmin(ReadOnlyAdmin[ItemOutcome]):
    """What became of each part."""

    list_display = ("created_at", "run", "item", "outcome", "reason", "note", "recorded_by", "corrects")
    list_filter = ("outcome", "reason")
    list_select_related = ("run", "item", "corrects")
    search_fields = ("=run__id", "=item__id", "run__plate__number", "recorded_by")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(OutcomePhoto)
class OutcomePhotoAdmin(ReadOnlyAdmin[OutcomePhoto]):
    """Photos of parts."""

    list_display = ("outcome", "position", "artifact", "created_at")
    list_select_related = ("outcome", "artifact")
    search_fields = ("=outcome__id", "=outcome__run__id", "=artifact__sha256")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin[Incident]):
    """Failures with a common cause."""

    list_display = ("began_at", "kind", "cause_ref", "reason", "state", "site", "released_at", "released_by")
    list_filter = ("state", "kind", "reason", "site")
    list_select_related = ("site",)
    search_fields = ("cause_ref", "=id", "released_by")
    ordering = ("-id",)


@admin.register(IncidentRun)
class IncidentRunAdmin(ReadOnlyAdmin[IncidentRun]):
    """Which attempts an incident stopped."""

    list_display = ("incident", "run", "created_at")
    list_select_related = ("incident", "run")
    search_fields = ("=run__id", "=incident__id")
    ordering = ("-id",)
    paginator = UncountedPaginator
