"""Looking at build plans, layouts, outputs and plates."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin, UncountedPaginator

from .models import BuildPlate, Layout, LayoutSlot, Output, Plan, PlanReview, PlateItem, SliceFailure


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin[Plan]):
    """Recipes of components, by revision."""

    list_display = ("requirement", "revision", "state", "source", "profile_version", "risk_level", "estimated_minutes", "dispatch_blocked")
    list_filter = ("state", "dispatch_blocked", "risk_level", "source", "process")
    list_select_related = ("requirement", "profile_version")
    search_fields = ("=id", "=requirement__id", "requirement__line__intent__number", "approved_by")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(PlanReview)
class PlanReviewAdmin(ReadOnlyAdmin[PlanReview]):
    """What people had, or have, to look at."""

    list_display = ("plan", "code", "raised_by", "created_at", "resolved_at", "resolved_by", "note")
    list_filter = (("resolved_at", admin.EmptyFieldListFilter), "code")
    list_select_related = ("plan",)
    search_fields = ("=plan__id", "note", "raised_by", "resolved_by")
    ordering = ("-id",)


@admin.register(Layout)
class LayoutAdmin(ReadOnlyAdmin[Layout]):
    """Where parts stand, whoever they are for."""

    list_display = ("sha256", "process", "artifact", "created_at")
    list_filter = ("process",)
    list_select_related = ("artifact",)
    search_fields = ("=sha256", "=id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(LayoutSlot)
class LayoutSlotAdmin(ReadOnlyAdmin[LayoutSlot]):
    """Places of layouts."""

    list_display = ("layout", "slot", "mesh")
    list_select_related = ("layout", "mesh")
    search_fields = ("=layout__sha256", "=mesh__sha256")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Output)
class OutputAdmin(ReadOnlyAdmin[Output]):
    """G-code by layout and printer class."""

    list_display = (
        "slice_key",
        "layout",
        "printer_class",
        "profile_version",
        "slicer_digest",
        "estimated_minutes",
        "filament_mg",
        "created_at",
        "retired_at",
    )
    list_filter = ("printer_class", ("retired_at", admin.EmptyFieldListFilter))
    list_select_related = ("layout", "printer_class", "profile_version")
    search_fields = ("=slice_key", "=layout__sha256", "=id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(BuildPlate)
class BuildPlateAdmin(ReadOnlyAdmin[BuildPlate]):
    """What is made together."""

    list_display = ("number", "state", "site", "printer_class", "printer", "layout", "approved_at", "approved_by", "void_reason")
    list_filter = ("state", "process", "void_reason", "site")
    list_select_related = ("site", "printer_class", "printer", "layout")
    search_fields = ("number", "=id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(PlateItem)
class PlateItemAdmin(ReadOnlyAdmin[PlateItem]):
    """Pieces on plates."""

    list_display = ("plate", "slot", "piece", "plan", "plan_revision", "live")
    list_filter = ("live",)
    list_select_related = ("plate", "piece", "plan")
    search_fields = ("plate__number", "=piece__id", "=id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(SliceFailure)
class SliceFailureAdmin(ReadOnlyAdmin[SliceFailure]):
    """Slices that gave nothing usable, and why."""

    list_display = ("plate", "code", "created_at", "slice_key")
    list_filter = ("code",)
    list_select_related = ("plate",)
    search_fields = ("plate__number", "=slice_key", "code")
    ordering = ("-id",)
