"""What a machine is called, which class it belongs to, which sheet lies on it, how much a person trusts it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from apps.catalog.models import CAPABILITY_FIELDS, PrinterClass
from apps.fleet import changes, events, queries
from apps.fleet.domain.confidence import Receipt
from apps.fleet.models import Capability, Feed, Printer
from apps.fleet.states import CapabilitySource, ConfidenceSource, FeedContent
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, Refusal

from .registering import in_service, released_class

MOST_NOTES = 2000
"""Characters of what people should know of a machine: its page shows all of them, always."""


@command("fleet.describe_printer")
def describe_printer(ctx: Context, *, printer_id: UUID, expected_version: int, name: str, group: str = "", notes: str = "") -> None:
    """Correct what people call a machine, where it stands, and what they should know of it. Its code stays: it is written on the machine.

    Holds of a group hold for who is in it now.

    Raises:
        NotFound, StaleVersion: no such printer, changed meanwhile.
        Invalid: no name, or notes that are too long.
        Refusal: ``printer-retired``.
    """
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    if not name.strip():
        raise Invalid({"name": _("is needed")})
    if len(notes) > MOST_NOTES:
        raise Invalid({"notes": _("is at most %(n)d characters") % {"n": MOST_NOTES}})
    said = (name.strip(), group.strip(), notes.strip())
    if said == (printer.name, printer.group, printer.notes):
        return
    printer.name, printer.group, printer.notes = said
    printer.save_changes("name", "group", "notes")
    _record(ctx, printer, events.PrinterDescribed(printer_id=printer.pk))


@command("fleet.fit_sheet")
def fit_sheet(ctx: Context, *, printer_id: UUID, expected_version: int, sheet: str) -> None:
    """Say which build sheet is on a machine; empty: nobody knows. Plates that ask for one are matched to it.

    Raises:
        NotFound, StaleVersion: no such printer, changed meanwhile.
        Refusal: ``printer-busy`` while an attempt is open on it, ``printer-retired``.
    """
    printer = _idle(printer_id, expected_version)
    if printer.build_sheet == sheet.strip():
        return
    printer.build_sheet = sheet.strip()
    printer.save_changes("build_sheet")
    _record(ctx, printer, events.SheetFitted(printer_id=printer.pk, is_known=bool(printer.build_sheet)))


@command("fleet.move_to_class")
def move_to_class(ctx: Context, *, printer_id: UUID, expected_version: int, printer_class_id: UUID) -> None:
    """Let a machine belong to another class, or another version of its class: from now on it prints what is made for that one, and can what that can.

    What waits for the class it had goes on other printers of that class. What lies in its feeds stays there; feeds the new class has no more must not
    be loaded.

    Raises:
        NotFound, StaleVersion: no such printer or class, changed meanwhile.
        Invalid: a spool is loaded where the class has no feed.
        Refusal: ``printer-busy`` while an attempt is open on it, ``printer-class-not-released``, ``printer-retired``.
    """
    printer = _idle(printer_id, expected_version)
    if printer.printer_class_id == printer_class_id:
        return
    printer_class = released_class(printer_class_id)
    _have_feeds(ctx, printer, printer_class.feeds)
    _can_what(ctx, printer, printer_class)
    printer.printer_class = printer_class
    printer.save_changes("printer_class")
    moved = events.PrinterMovedToClass(printer_id=printer.pk, printer_class_id=printer_class.pk)
    _record(ctx, printer, moved, Subject("printer_class", printer_class.pk))


def _have_feeds(ctx: Context, printer: Printer, count: int) -> None:
    surplus = Feed.objects.filter(printer=printer, position__gte=count)
    loaded = surplus.filter(content=FeedContent.LOADED).order_by("position").first()
    if loaded is not None:
        words = _("takes %(n)d spools: first say that feed %(feed)d is empty")
        raise Invalid({"printer_class_id": words % {"n": count, "feed": loaded.position + 1}})
    surplus.delete()
    there = set(Feed.objects.filter(printer=printer).values_list("position", flat=True))
    for position in range(count):
        if position not in there:
            Feed(printer=printer, position=position, content=FeedContent.UNKNOWN, since=ctx.now, created_at=ctx.now).add()


def _can_what(ctx: Context, printer: Printer, printer_class: PrinterClass) -> None:
    """Give it the class's capability, except for what is known to differ on this machine."""
    can = {name: getattr(printer_class, name) for name in CAPABILITY_FIELDS}
    known = Capability.objects.filter(printer=printer).first()
    if known is None:
        Capability(printer=printer, created_at=ctx.now, **can).add()
        return
    known.overrides = {name: why for name, why in known.overrides.items() if getattr(known, name) != can[name]}
    changed = [name for name in CAPABILITY_FIELDS if name not in known.overrides and getattr(known, name) != can[name]]
    for name in changed:
        setattr(known, name, can[name])
    if not known.overrides:
        known.source, known.confirmed_at = CapabilitySource.PRINTER_CLASS, None
    known.save_changes(*changed, "overrides", "source", "confirmed_at")


@command("fleet.rate_printer")
def rate_printer(ctx: Context, *, printer_id: UUID, expected_version: int, percent: int | None, reason: str = "") -> None:
    """Say how much a machine is to be trusted with the next print, whatever its last prints say; ``percent`` None: let those say it again.

    Raises:
        NotFound, StaleVersion: no such printer, changed meanwhile.
        Invalid: not between 0 and 100, or no reason.
        Refusal: ``printer-retired``.
    """
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    if percent is None:
        _rate_by_outcomes(ctx, printer)
        return
    if not 0 <= percent <= 100:
        raise Invalid({"percent": _("is between 0 and 100")})
    if not reason.strip():
        raise Invalid({"reason": _("is needed: whoever reads the number must see why")})
    printer.confidence, printer.confidence_source, printer.confidence_reason = percent / 100, ConfidenceSource.MANUAL, reason.strip()
    printer.save_changes("confidence", "confidence_source", "confidence_reason")
    _record(ctx, printer, events.PrinterRated(printer_id=printer.pk, percent=percent, source=ConfidenceSource.MANUAL.value))


def _rate_by_outcomes(ctx: Context, printer: Printer) -> None:
    if printer.confidence_source != ConfidenceSource.MANUAL:
        return
    printer.confidence, printer.confidence_source, printer.confidence_reason = None, ConfidenceSource.NONE, ""
    printer.save_changes("confidence", "confidence_source", "confidence_reason")
    _record(ctx, printer, events.RatingWithdrawn(printer_id=printer.pk))
    changes.rate(ctx, printer, receipts=[Receipt(str(one["run"]), bool(one["succeeded"])) for one in printer.confidence_receipts])


def _idle(printer_id: UUID, expected_version: int) -> Printer:
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    if printer.current_run_id is not None:
        raise Refusal("printer-busy", printer=printer.code, run=str(printer.current_run_id))
    return printer


def _record(ctx: Context, printer: Printer, happened: object, *subjects: Subject) -> None:
    record(ctx.about(site_id=printer.site_id), event=happened, subjects=[*queries.about(printer), *subjects])
