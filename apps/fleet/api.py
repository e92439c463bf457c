"""Printers, what is known of each, and everything that was printed on them, in the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path
from rest_framework.request import Request

from apps.accounts.models import Circuit
from apps.catalog.models import Material, PrinterClass
from apps.inventory.models import Spool
from apps.journal.http.acting import act
from apps.journal.http.api_view import Answer, ApiView, plain
from apps.journal.http.filters import by_code, by_flag, by_id, by_text
from apps.journal.http.parameters import Parameters
from apps.journal.http.reading import read
from apps.journal.http.record_views import ShowingView
from apps.journal.http.scope import Scoped, at_site
from apps.journal.http.shown import Code, Shown, ShownVersioned, shown

from . import commands, models, queries
from .domain import roster
from .drivers import DRIVERS


class Fact(msgspec.Struct):
    """One of the four independent facts about a printer: what is so, since when, and what it is known from."""

    state: Code
    since: datetime
    evidence: dict[str, Any]


class Feed(ShownVersioned):
    """What is loaded where."""

    model = models.Feed

    position: int
    content: Code
    spool_id: UUID | None
    since: datetime
    by: str


class Calibration(Shown):
    """What was measured or checked on a printer."""

    model = models.Calibration

    kind: Code
    measured_at: datetime
    by: str
    value: float | None
    passed: bool
    material_id: UUID | None
    nozzle_diameter_um: int | None
    note: str


class Capability(ShownVersioned):
    """What a printer can do: as its class, but for what ``overrides`` names, with the reasons. Lengths are micrometres, temperatures °C."""

    model = models.Capability

    process: Code
    bed_shape: Code
    volume_x_um: int
    volume_y_um: int
    volume_z_um: int
    keep_outs: list[dict[str, int]]
    nozzle_diameters_um: list[int]
    feeds: int
    enclosure: Code
    max_nozzle_c: int
    max_bed_c: int
    max_chamber_c: int
    material_flags: list[str]
    tags: list[str]
    source: Code
    overrides: dict[str, str]
    confirmed_at: datetime | None


class PrinterInList(ShownVersioned):
    """Printer, in short."""

    model = models.Printer

    site_id: UUID
    code: str
    name: str
    group: str
    printer_class_id: UUID
    health: Code
    connection: Code
    bed: Code
    occupancy: Code
    current_run_id: UUID | None
    last_seen_at: datetime | None
    retired_at: datetime | None


class Printer(ShownVersioned):
    """Printer: a machine, the four facts about it, what is fitted and loaded, and why it does not start something, if so."""

    model = models.Printer

    site_id: UUID
    code: str
    name: str
    group: str
    printer_class_id: UUID
    circuit_id: UUID | None
    connector: Code
    connector_can: list[str]
    address: str
    machine: dict[str, Any]
    machine_noted_at: datetime | None
    notes: str
    retired_at: datetime | None
    health: Fact
    connection: Fact
    bed: Fact
    occupancy: Fact
    current_run_id: UUID | None
    last_seen_at: datetime | None
    nozzle_diameter_um: int | None
    nozzle_material: Code
    build_sheet: str
    confidence: float | None
    confidence_source: Code
    printed_s: int
    nozzle_s: int
    filament_mm: int
    service_every_s: int | None
    service_due_at: datetime | None
    serviced_at: datetime | None
    serviced_s: int
    capability: Capability | None
    feeds: list[Feed]
    calibrations: list[Calibration]
    waits: list[Code]


class MachineSession(ShownVersioned):
    """Print seen: something a machine printed, for us or not."""

    model = models.MachineSession

    printer_id: UUID
    external_job_id: str
    file_name: str
    started_at: datetime
    ended_at: datetime | None
    outcome: Code
    duration_s: int | None
    print_s: int | None
    filament_mm: int | None
    run_id: UUID | None
    is_foreign: bool
    claimed_for_id: UUID | None


class Printers(Scoped, ShowingView):
    """Printers of the asker's sites."""

    model = models.Printer
    FACTS: ClassVar = ("health", "connection", "bed", "occupancy")

    def told(self, row: models.Printer) -> Mapping[str, Any]:
        """Return the four facts, what is loaded and measured, what its connector can do of what not every one can, and what the machine waits for."""
        if self.shows is PrinterInList:
            return {}
        return {
            **{name: _fact(row, name) for name in self.FACTS},
            "capability": shown(Capability, row.capability) if hasattr(row, "capability") else None,
            "feeds": [shown(Feed, feed) for feed in queries.feeds(row)],
            "calibrations": [shown(Calibration, one) for one in queries.latest_calibrations(row)],
            "connector_can": sorted(DRIVERS[row.connector].capabilities),
            "waits": [Code(str(wait), str(wait.label)) for wait in queries.waits(row)],
        }


def _fact(row: models.Printer, name: str) -> Fact:
    state = Code(str(getattr(row, name)), str(getattr(row, f"get_{name}_display")()))
    return Fact(state, getattr(row, f"{name}_since"), getattr(row, f"{name}_evidence"))


class MachineSessions(Scoped):
    """What the asker's printers printed."""

    model = models.MachineSession


class PrinterList(ApiView):
    """GET the asker's printers in service as CSV that ``printers/import`` takes. Keys are never in it."""

    permission = "fleet.view_printer"
    answers = Answer({"type": "string"}, media_type="text/csv", example="code,name,address,class,group,circuit,key,connector\r\n")

    def get(self, request: Request) -> HttpResponse:
        """Answer with the list."""
        Parameters(plain(request), known=())
        asker: Any = request.user
        return HttpResponse(roster.write(queries.listed(asker.visible(models.Printer))), content_type="text/csv; charset=utf-8")


_PRINTER = "printers/<uuid:printer_id>"

routes: list[URLPattern | URLResolver] = [
    *read(
        "printers",
        Printers,
        Printer,
        brief=PrinterInList,
        filters=(
            *(by_code(models.Printer, name) for name in Printers.FACTS),
            by_id("site"),
            by_text("code", "The printer with this short name."),
            by_text("group", "Those of this group."),
            by_flag("in_service", "retired_at__isnull", "Whether it has not left the farm."),
        ),
    ),
    *read(
        "machine-sessions",
        MachineSessions,
        MachineSession,
        filters=(
            by_code(models.MachineSession, "outcome"),
            by_id("printer"),
            by_id("run", "run_id"),
            by_flag("foreign", "is_foreign", "Whether it was not ours."),
        ),
    ),
    act(
        "printers/register",
        commands.register_printer,
        refers={"printer_class_id": PrinterClass, "circuit_id": Circuit},
        checks=(at_site,),
        creates=models.Printer,
        location="api:printer",
    ),
    path("printers.csv", PrinterList.as_view(), name="printers-csv"),
    act("printers/import", commands.import_printers, checks=(at_site,)),
    act(f"{_PRINTER}/correct-access", commands.correct_access, Printers),
    act(f"{_PRINTER}/accept-machine", commands.accept_machine, Printers),
    act(f"{_PRINTER}/swap-addresses", commands.swap_addresses, Printers, refers={"other_id": models.Printer}),
    act(f"{_PRINTER}/move-to-circuit", commands.move_to_circuit, Printers, refers={"circuit_id": Circuit}),
    act(f"{_PRINTER}/retire", commands.retire_printer, Printers),
    act(f"{_PRINTER}/degrade", commands.degrade_printer, Printers, fixed={"evidence": None}),
    act(f"{_PRINTER}/begin-maintenance", commands.begin_maintenance, Printers),
    act(f"{_PRINTER}/acknowledge", commands.acknowledge_printer, Printers),
    act(f"{_PRINTER}/bed-not-clear", commands.report_bed_not_clear, Printers),
    act(
        f"{_PRINTER}/record-calibration", commands.record_calibration, Printers, refers={"material_id": Material}, fixed={"evidence": None}
    ),
    act(f"{_PRINTER}/set-maintenance-interval", commands.set_maintenance_interval, Printers),
    act(f"{_PRINTER}/record-maintenance", commands.record_maintenance, Printers),
    act(f"{_PRINTER}/load-spool", commands.load_spool, Printers, refers={"spool_id": Spool}),
    act(f"{_PRINTER}/empty-feed", commands.empty_feed, Printers),
    act(f"{_PRINTER}/fit-nozzle", commands.fit_nozzle, Printers),
    act(f"{_PRINTER}/fit-sheet", commands.fit_sheet, Printers),
    act(f"{_PRINTER}/describe", commands.describe_printer, Printers),
    act(f"{_PRINTER}/move-to-class", commands.move_to_class, Printers, refers={"printer_class_id": PrinterClass}),
    act(f"{_PRINTER}/correct-capability", commands.correct_capability, Printers),
    act(f"{_PRINTER}/rate", commands.rate_printer, Printers),
]
