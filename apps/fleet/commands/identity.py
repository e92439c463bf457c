"""Which machine a printer is: saying that the one which answers is it, and giving two printers that changed places their addresses."""

from __future__ import annotations

from uuid import UUID

from apps.fleet import changes, events, queries
from apps.fleet.domain.identity import is_the_same
from apps.fleet.labels.machines import REASON_NEEDED
from apps.fleet.models import Printer
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.recording import record
from apps.journal.refusals import Invalid, Refusal

from .registering import in_service


@command("fleet.accept_machine")
def accept_machine(ctx: Context, *, printer_id: UUID, expected_version: int, reason: str) -> None:
    """Say that what answers at a printer's address is that printer: it has a new board, was installed anew, or its card is a copy.

    Where another machine answers, that one is the printer from now on, and it is asked again at once. Where none does, what is known of it is
    confirmed: it may say the same of itself as another printer does.

    Raises:
        NotFound, StaleVersion: no such printer; changed since the asker looked, so it may be yet another machine.
        Refusal: ``printer-retired``; ``machine-unknown``: it never said which machine it is.
        Invalid: no reason.
    """
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    if not (why := reason.strip()[:300]):
        raise Invalid({"reason": str(REASON_NEEDED)})
    answers = printer.other_machine
    if answers is None and not printer.machine:
        raise Refusal("machine-unknown", printer=printer.code)
    if answers is not None:
        printer.machine = answers.as_kept()
    printer.machine_noted_at, printer.machine_noted_by, printer.machine_note = ctx.now, ctx.actor.who, why
    printer.save_changes(*changes.MACHINE)
    accepted = events.MachineAccepted(printer_id=printer.pk)
    record(ctx.about(site_id=printer.site_id), event=accepted, subjects=queries.about(printer, printer.current_run_id))
    if answers is not None:
        changes.lose_sight(ctx, printer, code="machine-accepted")


@command("fleet.swap_addresses")
def swap_addresses(ctx: Context, *, printer_id: UUID, expected_version: int, other_id: UUID) -> None:
    """Give two printers each other's address, because the machine of one answers at that of the other.

    Attempts stay with their printers, and so do keys: both belong to the machine. Nothing is started, stopped or sent by this; each machine is
    asked at its new address, and must be the one that is meant.

    Raises:
        NotFound, StaleVersion: no such printer at this site; changed since the asker looked.
        Refusal: ``printer-retired``; ``not-swapped``: neither answers at the other's address.
    """
    locks.printers([printer_id, other_id])
    printer = in_service(printer_id, expected_version)
    other = Printer.objects.filter(pk=other_id, site_id=printer.site_id, retired_at=None).exclude(pk=printer_id).first()
    if other is None or not (_answers_at(other, printer) or _answers_at(printer, other)):
        raise Refusal("not-swapped", printer=printer.code)
    now_at, now_other = other.address, printer.address
    other.address = ""
    other.save_changes("address")
    for one, address in ((printer, now_at), (other, now_other)):
        one.address = address
        one.save_changes("address")
        changes.lose_sight(ctx, one, code="address-changed")
    swapped = events.AddressesSwapped(printer_id=printer.pk, other_id=other.pk)
    about = [*queries.about(printer, printer.current_run_id), *queries.about(other, other.current_run_id)]
    record(ctx.about(site_id=printer.site_id), event=swapped, subjects=about)


def _answers_at(owner: Printer, place: Printer) -> bool:
    """Does the machine of ``owner`` answer at the address of ``place``?"""
    seen = place.other_machine
    return seen is not None and is_the_same(owner.identity, seen)
