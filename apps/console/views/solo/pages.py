"""The first run in three steps, and Today for one person: no codes, plans, plates or policy."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.board.badges import run_badge
from apps.board.queries.faces import Face, face_of
from apps.board.queries.printers import Need, Tile, tiles
from apps.board.queries.solo import files, wanted, week
from apps.catalog.models import Material
from apps.console.views.page import Page
from apps.console.views.seen import rights
from apps.fleet.models import Printer
from apps.fleet.states import Bed
from apps.journal import clock
from apps.orders.states import PieceState
from apps.runs.states import RunState

COMMANDS = (
    *("runs.clear_bed", "fleet.report_bed_not_clear", "runs.resume_run", "runs.abort_run", "runs.refresh_run", "runs.record_outcomes"),
    *("parts.ingest_upload", "orders.order_internally", "fleet.register_printer", "fulfilment.pass_qa", "fleet.load_spool"),
)


class _Alone(Page):
    """What both pages show: files, printers, what can be chosen."""

    permission = "runs.view_run"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the site's files and printers."""
        now = clock.now()
        printers = tiles(Printer.objects.filter(site=self.site, retired_at=None), now=now)
        return {
            **super().get_context_data(**kwargs),
            "face": face_of(self.site.pk),
            "files": files(self.site.pk, now=now),
            "tiles": printers,
            "materials": materials(self.site.pk, printers),
            "owed": wanted(self.site.pk, states=(PieceState.OWED,), with_names=self.sees_customers()),
            "can": rights(self.request, self.site.pk, COMMANDS),
            "here": reverse(f"console:{self.name}"),
        }

    name = ""


class FirstRun(_Alone):
    """The first run: printer, file and count, print."""

    title = gettext_lazy("First run")
    template_name = "console/solo/first_run.html"
    name = "first-run"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how far it has come."""
        shown = super().get_context_data(**kwargs)
        has_file = any(not one.why_not for one in shown["files"])
        step = 1 if not shown["tiles"] else 2 if not (has_file and shown["owed"]) else 3
        name = str(getattr(self.request.user, "name", "")).rstrip(".")
        return {**shown, "step": step, "person_name": name, "is_over": shown["face"] != Face.FIRST_RUN}


class Solo(_Alone):
    """Today for one person."""

    title = gettext_lazy("Today")
    template_name = "console/solo/today.html"
    name = "solo"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the one thing that needs doing, and the rest below it."""
        shown = super().get_context_data(**kwargs)
        lead = next((tile for tile in shown["tiles"] if is_asking(tile)), None)
        return {
            **shown,
            "lead": lead,
            "lead_badge": run_badge(lead.run.state, desynced=lead.run.desynced) if lead is not None and lead.run is not None else None,
            "headline": headline(lead, shown["tiles"], shown["owed"]),
            "finished": wanted(self.site.pk, states=(PieceState.COOLING, PieceState.QA), with_names=self.sees_customers()),
            "week": week(self.site.pk, now=clock.now()),
        }


def is_asking(tile: Tile) -> bool:
    """Does a printer ask something of its person: an answer, a look, a free bed?"""
    return tile.need < Need.FOREIGN or (tile.run is not None and tile.run.ended_at is not None)


def headline(lead: Tile | None, printers: list[Tile], owed: list[Any]) -> str:
    """Return the one thing."""
    if lead is not None:
        return _asks(lead)
    running = next((tile for tile in printers if tile.run is not None and tile.run.state == RunState.PRINTING), None)
    if running is not None and running.part is not None:
        done = running.done_about
        when = _(" Done about %(at)s.") % {"at": timezone.localtime(done).strftime("%H:%M")} if done is not None else ""
        return _("%(part)s is printing.%(when)s Nothing needs you.") % {"part": running.part.name, "when": when}
    if owed:
        return _("%(part)s prints next. Nothing needs you.") % {"part": owed[0].name}
    return _("Nothing to do. Drop a file and say how many.")


def _asks(tile: Tile) -> str:
    part = tile.part.name if tile.part is not None else tile.printer.name
    run = tile.run
    if run is not None and run.desynced:
        return _("Nobody can tell whether %(part)s is still printing.") % {"part": part}
    if run is not None and run.state == RunState.PAUSED:
        why = str(run.get_reason_display())
        return _("%(part)s stands still: %(why)s. The printer waits for you.") % {"part": part, "why": why.lower()}
    if run is not None and run.ended_at is not None:
        return (
            _("%(part)s is done. Did it work?") % {"part": part}
            if run.state == RunState.COMPLETED
            else _("%(part)s ended early.") % {"part": part}
        )
    if tile.need == Need.BED:
        known = tile.printer.bed == Bed.NOT_CLEAR
        return _("Clear the bed, then the next print starts.") if known else _("Look at the bed once, then the next print starts.")
    return _("%(printer)s needs a look.") % {"printer": tile.printer.name}


def materials(site_id: Any, printers: list[Tile]) -> list[Material]:
    """Return what can be printed with: what is loaded first."""
    loaded = [feed.spool.material_id for tile in printers for feed in tile.feeds if feed.spool is not None]
    offered = Material.objects.filter(is_offered=True, site__in=[site_id]) | Material.objects.filter(is_offered=True, site=None)
    return sorted(offered, key=lambda one: (one.pk not in loaded, str(one)))
