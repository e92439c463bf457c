"""Looking at print attempts, outcomes and incidents."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin, UncountedPaginator

from .models import Anomaly, Exclusion, Incident, IncidentPrinter, IncidentRun, ItemOutcome, OutcomePhoto, Run, RunSnapshot


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


@admin.register(IncidentPrinter)
class IncidentPrinterAdmin(ReadOnlyAdmin[IncidentPrinter]):
    """Which printers an incident took."""

    list_display = ("incident", "printer", "sign", "seen_at", "released_at")
    list_select_related = ("incident", "printer")
    search_fields = ("printer__code", "=incident__id")


@admin.register(IncidentRun)
class IncidentRunAdmin(ReadOnlyAdmin[IncidentRun]):
    """Which attempts an incident stopped."""

    list_display = ("incident", "run", "created_at")
    list_select_related = ("incident", "run")
    search_fields = ("=run__id", "=incident__id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Anomaly)
class AnomalyAdmin(ReadOnlyAdmin[Anomaly]):
    """What looked wrong in prints, and what was done about it."""

    list_display = ("created_at", "kind", "severity", "state", "run", "printer", "raised_by", "assigned_to", "resolved_by", "resolution")
    list_filter = ("state", "kind", "severity", "resolution")
    list_select_related = ("run", "printer")
    search_fields = ("=id", "=run__id", "printer__code", "raised_by")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(RunSnapshot)
class RunSnapshotAdmin(ReadOnlyAdmin[RunSnapshot]):
    """Pictures of prints by their printers' cameras."""

    list_display = ("created_at", "moment", "run", "anomaly", "artifact")
    list_filter = ("moment",)
    list_select_related = ("run", "anomaly", "artifact")
    search_fields = ("=run__id", "=anomaly__id", "=artifact__sha256")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Exclusion)
class ExclusionAdmin(ReadOnlyAdmin[Exclusion]):
    """Which parts were left out of prints that went on."""

    list_display = ("created_at", "run", "item", "object_name", "state", "reason", "asked_by", "asked_at", "settled_at", "dropped_because")
    list_filter = ("state", "reason", "dropped_because")
    list_select_related = ("run", "item")
    search_fields = ("=run__id", "=item__id", "run__plate__number", "asked_by")
    ordering = ("-id",)
    paginator = UncountedPaginator
