"""One printer: its four facts, what keeps it from work, what is on it, what it can do, what it did."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from apps.accounts.models import Site
from apps.board.queries.people import names_of
from apps.board.queries.printers import Tile, tiles
from apps.board.queries.spools import Choice, spools_for
from apps.console.views.page import Page
from apps.console.views.seen import printer_for, rights
from apps.fleet import queries as fleet
from apps.fleet.models import MachineSession, Printer
from apps.fleet.states import CalibrationKind, NozzleMaterial, checks_for
from apps.journal import clock
from apps.policy.states import HoldReason
from apps.runs.models import Run

from .connecting import kinds_for

PER_PAGE = 10
"""Attempts of the history shown at once."""

COMMANDS = (
    *("runs.clear_bed", "runs.refresh_run", "runs.pause_run", "runs.resume_run", "runs.abort_run", "runs.record_outcomes"),
    *("runs.emergency_stop", "runs.restart_firmware"),
    *("fleet.report_bed_not_clear", "fleet.acknowledge_printer", "fleet.begin_maintenance", "fleet.load_spool", "fleet.empty_feed"),
    *("fleet.fit_nozzle", "fleet.record_calibration", "fleet.correct_access", "fleet.retire_printer"),
    *("policy.place_hold", "policy.release_hold"),
)


@dataclass(frozen=True, slots=True)
class Past:
    """One page of a printer's history, and where to go on."""

    runs: list[Run]
    before: UUID | None


class OnePrinter(Page):
    """A printer."""

    permission = "fleet.view_printer"
    template_name = "console/printers/one.html"

    @cached_property
    def printer(self) -> Printer:
        """The printer of the address, at the site asked for or any other of theirs."""
        asked = self.request.GET.get("site")
        wanted: dict[str, Any] = {"code": self.kwargs["code"], **({"site__code": asked} if asked else {})}
        return printer_for(self.request, **wanted)

    @cached_property
    def site(self) -> Site:
        """The printer's site."""
        site: Site = self.printer.site
        return site

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that is known of it."""
        printer, now = self.printer, clock.now()
        tile = tiles(Printer.objects.filter(pk=printer.pk), now=now)[0]
        calibrations = fleet.latest_calibrations(printer)
        return {
            **super().get_context_data(**kwargs),
            "title": printer.code,
            "tile": tile,
            "printer": printer,
            "run": tile.run,
            "checks": checks_for(printer.health_reason),
            "capability": getattr(printer, "capability", None),
            "calibrations": calibrations,
            "names": names_of([*(one.by for one in calibrations), str(printer.health_evidence.get("by") or "")]),
            "past": _past(printer, self.request.GET.get("before", "")),
            "seen": MachineSession.objects.filter(printer=printer, is_foreign=True).order_by("-id")[:5],
            "loading": self._loading(tile),
            "nozzles": printer.printer_class.nozzle_diameters_um or [200, 400, 600, 800],
            "nozzle_materials": NozzleMaterial.choices,
            "calibration_kinds": CalibrationKind.choices,
            "hold_reasons": HoldReason.choices,
            "kinds": kinds_for(printer.connector),
            "can": rights(self.request, printer.site_id, COMMANDS),
        }

    def _loading(self, tile: Tile) -> list[Choice]:
        return spools_for(self.printer) if not tile.is_printing or self.request.GET.get("load") else []


def _past(printer: Printer, before: str) -> Past:
    rows = Run.objects.filter(printer=printer, ended_at__isnull=False).select_related("plate").defer("printer_snapshot", "choice")
    with suppress(ValueError):
        rows = rows.filter(pk__lt=UUID(before)) if before else rows
    found = list(rows.order_by("-id")[: PER_PAGE + 1])
    return Past(found[:PER_PAGE], found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None)
