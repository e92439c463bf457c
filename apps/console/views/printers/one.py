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
from apps.catalog.states import Enclosure, MaterialFlag, Reason
from apps.console.views.page import Page
from apps.console.views.seen import printer_for, rights
from apps.fleet import queries as fleet
from apps.fleet.domain.aging import GOOD_FOR_DAYS, is_old
from apps.fleet.drivers import Capability, can
from apps.fleet.models import Calibration, MachineSession, Printer
from apps.fleet.states import CalibrationKind, NozzleMaterial, checks_for
from apps.journal import clock
from apps.policy.states import HoldReason
from apps.runs.models import OPEN, Anomaly, Run
from apps.runs.states import RunState

from .connecting import kinds_for
from .differing import differences

PER_PAGE = 10
"""Attempts of the history shown at once."""

COMMANDS = (
    *("runs.clear_bed", "runs.refresh_run", "runs.pause_run", "runs.resume_run", "runs.abort_run", "runs.record_outcomes"),
    *("runs.emergency_stop", "runs.restart_firmware"),
    *("fleet.report_bed_not_clear", "fleet.acknowledge_printer", "fleet.begin_maintenance", "fleet.load_spool", "fleet.empty_feed"),
    *("fleet.fit_sheet", "fleet.describe_printer", "fleet.move_to_class", "fleet.rate_printer", "fleet.correct_capability"),
    *("fleet.fit_nozzle", "fleet.record_calibration", "fleet.correct_access", "fleet.retire_printer"),
    *("fleet.accept_machine", "fleet.swap_addresses"),
    *("fleet.set_maintenance_interval", "fleet.record_maintenance"),
    *("policy.place_hold", "policy.release_hold"),
)


@dataclass(frozen=True, slots=True)
class Past:
    """One page of a printer's history, and where to go on."""

    runs: list[Run]
    before: UUID | None


@dataclass(frozen=True, slots=True)
class Measured:
    """The newest calibration of a kind, and whether somebody should measure again."""

    calibration: Calibration
    is_old: bool

    @property
    def good_for(self) -> int:
        """Days that such a calibration is good for."""
        return GOOD_FOR_DAYS[self.calibration.kind]


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
            "anomalies": (anomalies := list(Anomaly.objects.filter(OPEN, printer=printer).order_by("id"))),
            "is_flagged": bool(anomalies),
            "ran_out": _ran_out(tile),
            "checks": checks_for(printer.health_reason),
            "capability": getattr(printer, "capability", None),
            "calibrations": [Measured(one, is_old(one.kind, one.measured_at, now=now)) for one in calibrations],
            "good": sum(bool(one.get("succeeded")) for one in printer.confidence_receipts),
            "names": names_of([*(one.by for one in calibrations), printer.serviced_by, str(printer.health_evidence.get("by") or "")]),
            "past": _past(printer, self.request.GET.get("before", "")),
            "seen": MachineSession.objects.filter(printer=printer, is_foreign=True).order_by("-id")[:5],
            "loading": self._loading(tile),
            "nozzles": printer.printer_class.nozzle_diameters_um or [200, 400, 600, 800],
            "nozzle_materials": NozzleMaterial.choices,
            "calibration_kinds": CalibrationKind.choices,
            "hold_reasons": HoldReason.choices,
            "has_camera": bool(printer.address) and can(printer.connector, Capability.WEBCAMS),
            "kinds": kinds_for(printer.connector),
            **_machine(printer),
            "differs": list(differences(getattr(printer, "capability", None))),
            "enclosures": Enclosure.choices,
            "material_flags": MaterialFlag.choices,
            **_choices(printer, may := rights(self.request, printer.site_id, COMMANDS)),
            "can": may,
        }

    def _loading(self, tile: Tile) -> list[Choice]:
        return spools_for(self.printer) if not tile.is_printing or self.request.GET.get("load") or _ran_out(tile) else []


def _choices(printer: Printer, may: dict[str, bool]) -> dict[str, Any]:
    """Return which sheets and classes are offered to who may choose."""
    sheets = {"sheets": fleet.sheets_at(printer.site_id)} if may["fit_sheet"] else {}
    return {**sheets, "classes": fleet.other_classes(printer) if may["move_to_class"] else []}


def _ran_out(tile: Tile) -> bool:
    """Does a print stand still on it because its spool is empty?"""
    return tile.run is not None and tile.run.state == RunState.PAUSED and tile.run.reason == Reason.FILAMENT_RUNOUT


def _machine(printer: Printer) -> dict[str, Any]:
    """Return which other machine answers at its address and whose that is, else which printers cannot be told from it."""
    if printer.retired_at is not None:
        return {}
    if (other := printer.other_machine) is not None:
        return {"other": other, "thought": printer.identity.name, "owner": next(iter(fleet.printers_like(printer, other)), None)}
    twins = [] if printer.machine_note else fleet.printers_like(printer, printer.identity)
    return {"twins": [one.code for one in twins if not one.machine_note]}


def _past(printer: Printer, before: str) -> Past:
    rows = Run.objects.filter(printer=printer, ended_at__isnull=False).select_related("plate").defer("printer_snapshot", "choice")
    with suppress(ValueError):
        rows = rows.filter(pk__lt=UUID(before)) if before else rows
    found = list(rows.order_by("-id")[: PER_PAGE + 1])
    return Past(found[:PER_PAGE], found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None)
