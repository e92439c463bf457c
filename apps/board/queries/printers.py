"""Printers as tiles: each with its one badge, what is on it, what is loaded, and how soon a person must see to it.

The number of statements does not depend on how many printers there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from apps.board.badges import Badge, printer_badge
from apps.board.domain.promises import left_of
from apps.fleet.domain.codes import in_order
from apps.fleet.models import Feed, MachineSession, Printer
from apps.fleet.states import Bed, Connection, Health, Occupancy
from apps.planning.models import PlateItem
from apps.policy.models import Hold
from apps.policy.states import HoldScope
from apps.runs.models import Run
from apps.runs.states import RunState

from .outlines import Outline, outlines
from .people import names_of


class Need(IntEnum):
    """How soon a person must see to a printer, the most urgent first: one tap on a bed frees a printer at once, so beds lead."""

    BED = 0
    DOUBT = 1
    PAUSED = 2
    DEGRADED = 3
    LOGIN = 4
    SILENT = 5
    FOREIGN = 6
    OFFLINE = 7
    NOBODY = 8


@dataclass(frozen=True, slots=True)
class Made:
    """So many equal parts on a plate, and what they look like from above."""

    name: str
    count: int
    order: str = ""
    outline: Outline = ()


@dataclass(frozen=True, slots=True)
class Tile:
    """One printer as it is shown.

    Args:
        printer: With its class and site.
        badge: The one badge: what is most wrong with it, else what it does.
        need: How soon a person must see to it.
        feeds: What is loaded, by position.
        run: The attempt on it: the open one, else the last that is over and not judged.
        made: What that attempt makes, the most first.
        foreign: The file of a print that is not ours; empty: none.
        hold: The oldest hold on the printer itself.
        bed_by: Who said what is so about the bed.
        done_about: When the attempt is expected to end; None: not known.
    """

    printer: Printer
    badge: Badge
    need: Need
    feeds: tuple[Feed, ...] = ()
    run: Run | None = None
    made: tuple[Made, ...] = ()
    foreign: str = ""
    hold: Hold | None = None
    bed_by: str = ""
    done_about: datetime | None = None

    @property
    def feed(self) -> Feed | None:
        """The first feed, often the only one."""
        return self.feeds[0] if self.feeds else None

    @property
    def part(self) -> Made | None:
        """What most of the attempt's parts are."""
        return self.made[0] if self.made else None

    @property
    def is_printing(self) -> bool:
        """Is something on it that must not be interrupted by a hand: ours or not?"""
        return bool(self.printer.occupancy != Occupancy.FREE)

    @property
    def is_bed_asked(self) -> bool:
        """Is there a button that says that the bed is clear? Everywhere but where something surely prints or stands paused."""
        if self.printer.bed == Bed.CLEAR:
            return False
        in_doubt = (
            self.run is not None and self.run.ended_at is None and (self.run.desynced or self.printer.connection != Connection.ONLINE)
        )
        return not self.is_printing or (in_doubt and self.printer.bed_note_at is None)

    @property
    def more(self) -> int:
        """How many parts there are beside those of the first kind."""
        return sum(one.count for one in self.made[1:])


def glances(printers: QuerySet[Printer]) -> list[Tile]:
    """Return these printers by what they need, those that need a person first, then by code; nothing else is known of them. Two statements."""
    machines = list(printers.only(*_SEEN_AT_A_GLANCE))
    runs = _runs(machines)
    found = [_glance(printer, runs.get(printer.pk)) for printer in machines]
    return sorted(found, key=lambda tile: (tile.need, in_order(tile.printer.code)))


def completed(glanced: Sequence[Tile], *, now: datetime) -> list[Tile]:
    """Return these tiles with everything that is said about them."""
    machines = _whole(glanced)
    runs = _told(tile.run for tile in glanced)
    glanced = [
        replace(tile, printer=printer, run=runs[tile.run.pk] if tile.run else None) for tile, printer in zip(glanced, machines, strict=True)
    ]
    made = parts_on(tile.run.plate_id for tile in glanced if tile.run)
    loaded = _feeds(machines)
    foreign = _foreign(machines)
    holds = _holds(machines, now)
    names = names_of(_bed_by(printer) for printer in machines)
    return [
        replace(
            tile,
            feeds=tuple(loaded[tile.printer.pk]),
            made=made.get(tile.run.plate_id, ()) if tile.run else (),
            foreign=foreign.get(tile.printer.pk, ""),
            hold=holds.get(tile.printer.pk),
            bed_by=names.get(_bed_by(tile.printer), ""),
            done_about=_done_about(tile, now),
        )
        for tile in glanced
    ]


def _done_about(tile: Tile, now: datetime) -> datetime | None:
    """Return when the attempt is expected to end, by what is left of the time its file was estimated to take.

    None: not known; of a printer that is not heard nobody knows how far it is.
    """
    run = tile.run
    if run is None or run.output is None or run.state != RunState.PRINTING or tile.printer.connection != Connection.ONLINE:
        return None
    return now + left_of(run.output.estimated_minutes, run.progress)


def tiles(printers: QuerySet[Printer], *, now: datetime) -> list[Tile]:
    """Return these printers as tiles, those that need a person first, then by code."""
    return completed(glances(printers), now=now)


def _glance(printer: Printer, run: Run | None) -> Tile:
    live = run if run is not None and run.ended_at is None else None
    badge = printer_badge(
        health=printer.health,
        connection=printer.connection,
        bed=printer.bed,
        occupancy=printer.occupancy,
        run_state=live.state if live else "",
        desynced=bool(run and run.desynced),
        is_another=printer.other_machine is not None,
    )
    return Tile(printer=printer, badge=badge, need=need_of(printer, run), run=run)


def need_of(printer: Printer, run: Run | None) -> Need:
    """Return how soon a person must see to a printer with this attempt on it."""
    is_here = printer.connection == Connection.ONLINE
    asked = {
        Need.BED: is_here and printer.health == Health.OK and printer.occupancy == Occupancy.FREE and printer.bed != Bed.CLEAR,
        Need.DOUBT: run is not None and run.desynced,
        Need.PAUSED: run is not None and run.state == RunState.PAUSED,
        Need.DEGRADED: printer.health == Health.DEGRADED,
        Need.LOGIN: printer.connection == Connection.MISCONFIGURED,
        Need.SILENT: not is_here and printer.current_run_id is not None,
        Need.FOREIGN: printer.occupancy == Occupancy.FOREIGN,
        Need.OFFLINE: not is_here,
    }
    return next((need for need, applies in asked.items() if applies), Need.NOBODY)


def parts_on(plate_ids: Iterable[UUID]) -> dict[UUID, tuple[Made, ...]]:
    """Return what is on these plates: per component and order how many, the most first. Two statements."""
    component = "piece__requirement"
    name = Coalesce(
        F(f"{component}__part_revision__part__name"), NullIf(F(f"{component}__line__title"), Value("")), F(f"{component}__line__sku")
    )
    rows = list(
        PlateItem.objects.filter(plate_id__in=set(plate_ids))
        .order_by()
        .values("plate_id", f"{component}_id")
        .annotate(name=name, order=F(f"{component}__line__intent__number"), revision=F(f"{component}__part_revision_id"), count=Count("id"))
        .values_list("plate_id", "name", "count", "order", "revision")
    )
    shapes = outlines(revision for *_rest, revision in rows)
    found: dict[UUID, list[Made]] = defaultdict(list)
    for plate_id, part, count, order, revision in rows:
        found[plate_id].append(Made(part or "", count, order, shapes.get(revision, ())))
    return {plate: tuple(sorted(parts, key=lambda one: (-one.count, one.name, one.order))) for plate, parts in found.items()}


_SEEN_AT_A_GLANCE = (
    *("site_id", "version", "code", "group", "health", "connection", "connection_evidence"),
    *("bed", "bed_note_at", "occupancy", "current_run_id"),
)
"""What a glance at a printer needs of itself: of two hundred, most are not shown."""
_GLANCED = ("printer_id", "plate_id", "state", "desynced", "ended_at")
"""What a glance at a printer needs of the attempt on it."""
_UNSAID = (
    *("printer_snapshot", "choice", "plate__auto_choices"),
    *(f"output__{name}" for name in ("facts", "warnings", "slicer_digest", "slice_key", "layers", "filament_mg", "filament_mm")),
)
"""What no tile says of an attempt, its plate and its file: two hundred of each would be read for nothing."""


def _whole(glanced: Sequence[Tile]) -> list[Printer]:
    """Return the printers of these tiles with everything about them, in the same order; one that is gone meanwhile stays as it was seen."""
    wanted = Printer.objects.filter(pk__in=[tile.printer.pk for tile in glanced])
    found = {printer.pk: printer for printer in wanted.prefetch_related("printer_class", "site")}  # few classes, shared by many printers
    return [found.get(tile.printer.pk, tile.printer) for tile in glanced]


def _runs(machines: Sequence[Printer]) -> dict[UUID, Run]:
    """Return the attempt on each printer: the open one, else the last that is over and that nobody has judged yet."""
    current = [printer.current_run_id for printer in machines if printer.current_run_id is not None]
    over = Q(printer__in=[printer.pk for printer in machines], ended_at__isnull=False, judged_at__isnull=True)
    rows = Run.objects.filter(Q(pk__in=current) | over).only(*_GLANCED).order_by("id")
    found: dict[UUID, Run] = {}
    for run in rows:
        if run.printer_id is not None and (run.printer_id not in found or found[run.printer_id].ended_at is not None):
            found[run.printer_id] = run
    return found


def _told(glanced: Iterable[Run | None]) -> dict[UUID, Run]:
    """Return these attempts with what tiles say of them."""
    rows = Run.objects.filter(pk__in=[run.pk for run in glanced if run])
    return {run.pk: run for run in rows.select_related("plate", "output").defer(*_UNSAID)}


def _feeds(machines: Sequence[Printer]) -> dict[UUID, list[Feed]]:
    found: dict[UUID, list[Feed]] = defaultdict(list)
    rows = Feed.objects.filter(printer__in=[printer.pk for printer in machines])
    for feed in rows.select_related("spool__material", "spool__color").order_by("position"):
        found[feed.printer_id].append(feed)
    return found


def _foreign(machines: Sequence[Printer]) -> dict[UUID, str]:
    busy = [printer.pk for printer in machines if printer.occupancy == Occupancy.FOREIGN]
    rows = MachineSession.objects.filter(printer__in=busy, ended_at=None, is_foreign=True) if busy else ()
    return {session.printer_id: session.file_name for session in rows}


def _holds(machines: Sequence[Printer], now: datetime) -> dict[UUID, Hold]:
    lasting = Q(until__isnull=True) | Q(until__gt=now)
    rows = Hold.objects.filter(lasting, scope=HoldScope.PRINTER, scope_id__in=[printer.pk for printer in machines], released_at=None)
    return {hold.scope_id: hold for hold in rows.order_by("-id")}


def _bed_by(printer: Printer) -> str:
    evidence = printer.bed_evidence
    return str(evidence.get("said_by") or evidence.get("by") or evidence.get("noted_by") or "")
