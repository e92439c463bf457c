"""What is in a machine: spools in its feeds, the nozzle."""

from __future__ import annotations

from uuid import UUID

from apps.fleet import events, queries
from apps.fleet.models import Feed, Printer
from apps.fleet.states import FeedContent, NozzleMaterial
from apps.inventory import changes as stock
from apps.inventory.models import Spool
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal

from .registering import in_service


@command("fleet.load_spool")
def load_spool(ctx: Context, *, printer_id: UUID, spool_id: UUID, position: int = 0) -> None:
    """Say that a spool is in a feed. A sealed one is open from now on; one that was in this feed before is back on the shelf.

    Does nothing when it is there already.

    Raises:
        NotFound: no such printer, feed, or spool of the printer's site.
        Refusal: ``spool-loaded-elsewhere``, ``spool-not-usable`` (empty or thrown away), ``printer-retired``.
    """
    printer: Printer = locks.printer(printer_id)
    if printer.retired_at is not None:
        raise Refusal("printer-retired", printer=printer.code)
    spool: Spool = locks.spool(spool_id)
    if spool.site_id != printer.site_id:
        raise NotFound(str(Spool._meta.verbose_name), id=str(spool_id))
    feed = _feed(printer, position)
    if feed.spool_id == spool.pk:
        return
    stock.take_into_use(ctx, spool)
    _fill(ctx, printer, feed, content=FeedContent.LOADED, spool=spool)


@command("fleet.empty_feed")
def empty_feed(ctx: Context, *, printer_id: UUID, position: int = 0, known_empty: bool = True) -> None:
    """Say that nothing is in a feed, or (``known_empty=False``) that nobody knows what is. Does nothing when that is known already.

    Raises:
        NotFound: no such printer or feed.
    """
    printer: Printer = locks.printer(printer_id)
    feed = _feed(printer, position)
    content = FeedContent.EMPTY if known_empty else FeedContent.UNKNOWN
    if feed.content != content:
        _fill(ctx, printer, feed, content=content, spool=None)


def _feed(printer: Printer, position: int) -> Feed:
    feed = Feed.objects.filter(printer=printer, position=position).first() if 0 <= position < 2**15 else None
    if feed is None:
        raise NotFound(str(Feed._meta.verbose_name), id=str(position))
    return feed


def _fill(ctx: Context, printer: Printer, feed: Feed, *, content: FeedContent, spool: Spool | None) -> None:
    before = feed.spool_id
    feed.content, feed.spool, feed.since, feed.by = content, spool, ctx.now, ctx.actor.who
    feed.save_changes("content", "spool", "since", "by")
    loaded = events.SpoolLoaded(printer_id=printer.pk, position=feed.position, content=content.value, spool_id=spool.pk if spool else None)
    spools = [Subject("spool", one) for one in (before, feed.spool_id) if one is not None]
    record(ctx.about(site_id=printer.site_id), event=loaded, subjects=[*queries.about(printer), *spools])


@command("fleet.fit_nozzle")
def fit_nozzle(
    ctx: Context, *, printer_id: UUID, expected_version: int, diameter_um: int, material: NozzleMaterial, is_new: bool = True
) -> None:
    """Say which nozzle is in a machine. A new one starts with no hours (``is_new=False``: only now somebody looked which one it is).

    Raises:
        NotFound, StaleVersion: no such printer, changed meanwhile.
        Invalid: its class does not take this diameter.
        Refusal: ``printer-busy`` while an attempt is open on it, ``printer-retired``, ``printer-nozzle-invalid``.
    """
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    if printer.current_run_id is not None:
        raise Refusal("printer-busy", printer=printer.code, run=str(printer.current_run_id))
    allowed = printer.printer_class.nozzle_diameters_um
    if allowed and diameter_um not in allowed:
        raise Invalid({"diameter_um": f"must be one of {', '.join(map(str, allowed))}: what the printer's class takes"})
    printer.nozzle_diameter_um, printer.nozzle_material = diameter_um, material
    if is_new:
        printer.nozzle_fitted_at, printer.nozzle_s = ctx.now, 0
    printer.save_changes("nozzle_diameter_um", "nozzle_material", "nozzle_fitted_at", "nozzle_s")
    fitted = events.NozzleFitted(printer_id=printer.pk, diameter_um=diameter_um, material=printer.nozzle_material)
    record(ctx.about(site_id=printer.site_id), event=fitted, subjects=queries.about(printer))
