"""Maintenance by hours: after how much printing a machine is to be serviced, and that it was."""

from __future__ import annotations

from uuid import UUID

from apps.fleet import changes, events, queries
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.recording import record
from apps.journal.refusals import Invalid

from .registering import in_service

MOST_HOURS = 20_000
"""Hours between two services at most: more than two years of printing day and night."""


@command("fleet.set_maintenance_interval")
def set_maintenance_interval(ctx: Context, *, printer_id: UUID, expected_version: int, hours: int | None) -> None:
    """Say after how many hours of printing a machine is to be serviced; None: nobody wants to be told. It keeps nothing from printing.

    Raises:
        NotFound, StaleVersion: no such printer, changed meanwhile.
        Invalid: an impossible number of hours.
        Refusal: ``printer-retired``.
    """
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    if hours is not None and not 1 <= hours <= MOST_HOURS:
        raise Invalid({"hours": f"must be from 1 to {MOST_HOURS}"})
    printer.service_every_s = None if hours is None else hours * 3600
    printer.service_due_at = None
    printer.save_changes("service_every_s", "service_due_at")
    chosen = events.MaintenanceIntervalSet(printer_id=printer.pk, hours=hours)
    record(ctx.about(site_id=printer.site_id), event=chosen, subjects=queries.about(printer))
    changes.note_service_due(ctx, printer)


@command("fleet.record_maintenance")
def record_maintenance(ctx: Context, *, printer_id: UUID, expected_version: int, note: str) -> None:
    """Say what was done on a machine. Its hours until the next time are counted from now.

    Whether it is fit to print is another question: ``acknowledge_printer``.

    Raises:
        NotFound, StaleVersion: no such printer, changed meanwhile.
        Invalid: nothing is said.
        Refusal: ``printer-retired``.
    """
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    if not note.strip() or len(note.strip()) > 300:
        raise Invalid({"note": "must say in at most 300 characters what was done"})
    hours = (printer.printed_s - printer.serviced_s) // 3600
    printer.serviced_at, printer.serviced_by, printer.serviced_note = ctx.now, ctx.actor.who, note.strip()
    printer.serviced_s, printer.service_due_at = printer.printed_s, None
    printer.save_changes("serviced_at", "serviced_by", "serviced_note", "serviced_s", "service_due_at")
    done = events.MaintenanceRecorded(printer_id=printer.pk, hours=hours)
    record(ctx.about(site_id=printer.site_id), event=done, subjects=queries.about(printer))
