"""The bed: clear is what somebody said, never what was guessed."""

from __future__ import annotations

from uuid import UUID

from apps.fleet import changes
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, Occupancy
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.refusals import Refusal

from .registering import in_service


@command("fleet.confirm_bed_clear")
def confirm_bed_clear(ctx: Context, *, printer_id: UUID, expected_version: int) -> bool:
    """Say that nothing is on the bed, and return whether the gate is open now.

    While an attempt is open on a printer that is not heard from, the word is kept and counts when the attempt has ended (False). To clear the
    bed after an attempt, and say so on the attempt, there is ``runs.clear_bed``.

    Raises:
        NotFound, StaleVersion: no such printer; its state changed since the asker looked, so look again at the machine.
        Refusal: ``printer-retired``; ``print-on-bed`` while it prints, for us or not.
    """
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    if printer.current_run_id is not None and printer.connection != Connection.ONLINE:
        changes.note_bed_clear(ctx, printer)
        return False
    if printer.occupancy != Occupancy.FREE:
        raise Refusal("print-on-bed", printer=printer.code)
    changes.clear_bed(ctx, printer, evidence={"said_by": ctx.actor.who})
    return True


@command("fleet.report_bed_not_clear")
def report_bed_not_clear(ctx: Context, *, printer_id: UUID, expected_version: int) -> bool:
    """Take back that the bed is clear, or say for the first time that it is not; return whether that is news.

    The gate is closed until somebody says otherwise. Also while an attempt is being sent: what was not started yet is not started then.

    Raises:
        NotFound, StaleVersion: no such printer; its state changed since the asker looked.
        Refusal: ``printer-retired``.
    """
    printer: Printer = locks.printer(printer_id)
    in_service(printer_id, expected_version)
    if printer.bed == Bed.NOT_CLEAR and printer.bed_note_at is None:
        return False
    changes.dirty_bed(ctx, printer, evidence={"said_by": ctx.actor.who})
    return True
