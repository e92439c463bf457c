"""Stopping a machine at once, and bringing it back afterwards. Both are owed to the machine, whatever prints there, ours or not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.fleet.models import Printer
from apps.fleet.states import Occupancy
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Refusal
from apps.runs import events


@command("runs.emergency_stop")
def emergency_stop(ctx: Context, *, printer_id: UUID) -> UUID:
    """Ask a machine to stop at once: motors and heaters off, whatever it does. What it printed is lost, and its firmware must be restarted.

    Never refused for what farmos believes of the machine: who presses this stands before it. What became of the attempt is judged by what the machine
    says then.

    Raises:
        NotFound: no such printer.
        Refusal: ``printer-has-no-address``.
    """
    printer: Printer = locks.printer(printer_id)
    _require_address(printer)
    _record(ctx, printer, events.EmergencyStopRequested(printer_id=printer.pk, asked_at=ctx.now))
    return printer.pk


@command("runs.restart_firmware")
def restart_firmware(ctx: Context, *, printer_id: UUID) -> UUID:
    """Ask a machine to restart its firmware: the way back after an emergency stop or a fault. It forgets every print.

    Raises:
        NotFound: no such printer.
        Refusal: ``printer-has-no-address``; ``bed-in-use`` while something prints there.
    """
    printer: Printer = locks.printer(printer_id)
    _require_address(printer)
    if printer.occupancy != Occupancy.FREE:
        raise Refusal("bed-in-use", printer=printer.code, why=str(printer.get_occupancy_display()))
    _record(ctx, printer, events.FirmwareRestartRequested(printer_id=printer.pk))
    return printer.pk


def _require_address(printer: Printer) -> None:
    if not printer.address or printer.retired_at is not None:
        raise Refusal("printer-has-no-address", printer=printer.code)


def _record(ctx: Context, printer: Printer, event: Any) -> None:
    run = [Subject("run", printer.current_run_id)] if printer.current_run_id is not None else []
    record(ctx.about(site_id=printer.site_id), event=event, subjects=[Subject("printer", printer.pk), *run])
