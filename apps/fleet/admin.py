"""Looking at printers."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin, UncountedPaginator

from .models import Calibration, Capability, Feed, MachineSession, Printer


@admin.register(Printer)
class PrinterAdmin(ReadOnlyAdmin[Printer]):
    """Machines and the four facts about each."""

    list_display = ("code", "name", "printer_class", "health", "connection", "bed", "occupancy", "confidence", "last_seen_at", "site")
    list_filter = ("health", "connection", "bed", "occupancy", "site", ("retired_at", admin.EmptyFieldListFilter))
    list_select_related = ("printer_class", "site")
    search_fields = ("code", "name", "address", "=id", "=current_run_id")
    ordering = ("site", "code")
    exclude = ("access_key_sealed",)


@admin.register(Capability)
class CapabilityAdmin(ReadOnlyAdmin[Capability]):
    """What each machine can do."""

    list_display = ("printer", "source", "volume_x_um", "volume_y_um", "volume_z_um", "enclosure", "feeds", "confirmed_at")
    list_filter = ("source", "process", "enclosure")
    list_select_related = ("printer",)
    search_fields = ("printer__code", "printer__name")
    ordering = ("-id",)


@admin.register(Calibration)
class CalibrationAdmin(ReadOnlyAdmin[Calibration]):
    """What was measured or checked on a machine."""

    list_display = ("printer", "kind", "measured_at", "value", "passed", "material", "by")
    list_filter = ("kind", "passed")
    list_select_related = ("printer", "material")
    search_fields = ("printer__code", "printer__name")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Feed)
class FeedAdmin(ReadOnlyAdmin[Feed]):
    """Which spool is in which printer."""

    list_display = ("printer", "position", "content", "spool", "since", "by")
    list_filter = ("content",)
    list_select_related = ("printer", "spool")
    search_fields = ("printer__code", "spool__code")
    ordering = ("printer", "position")


@admin.register(MachineSession)
class MachineSessionAdmin(ReadOnlyAdmin[MachineSession]):
    """Everything the machines were seen to print."""

    list_display = ("printer", "file_name", "started_at", "ended_at", "outcome", "print_s", "filament_mm", "is_foreign", "claimed_at")
    list_filter = ("outcome", "is_foreign")
    list_select_related = ("printer",)
    search_fields = ("file_name", "external_job_id", "=run_id", "=claimed_for_id")
    ordering = ("-id",)
    paginator = UncountedPaginator
