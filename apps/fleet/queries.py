"""Reads of printers: what they are, what they can do, what keeps them from starting."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from apps.catalog.models import CAPABILITY_FIELDS
from apps.inventory.models import Spool
from apps.journal.event import Subject
from apps.journal.refusals import NotFound, Refusal

from .domain import sealing
from .domain.matching import Loaded, Machine
from .models import Calibration, Capability, Feed, MachineSession, Printer
from .states import Bed, Health, Occupancy, PrinterState, PrinterWait

WAIT_OF_STATE = {
    PrinterState.DEGRADED: PrinterWait.DEGRADED,
    PrinterState.MAINTENANCE: PrinterWait.MAINTENANCE,
    PrinterState.UNKNOWN: PrinterWait.CONNECTION_UNKNOWN,
    PrinterState.OFFLINE: PrinterWait.OFFLINE,
    PrinterState.MISCONFIGURED: PrinterWait.MISCONFIGURED,
}


def get(printer_id: UUID) -> Printer:
    """Return the printer, retired or not.

    Raises:
        NotFound: there is none.
    """
    found = Printer.objects.filter(pk=printer_id).select_related("printer_class", "site").first()
    if found is None:
        raise NotFound(str(Printer._meta.verbose_name), id=str(printer_id))
    return found


def about(printer: Printer, run_id: UUID | None = None) -> list[Subject]:
    """Return the subjects of an event about this printer, and about the attempt on it where there is one."""
    return [Subject("printer", printer.pk), *([Subject("run", run_id)] if run_id else [])]


def printers_in_service(site_id: UUID | None = None) -> QuerySet[Printer]:
    """Return the printers of a site (of all sites) that have not left the farm, in the order they joined, with their classes."""
    printers = Printer.objects.filter(retired_at=None).select_related("printer_class", "site").order_by("id")
    return printers if site_id is None else printers.filter(site_id=site_id)


def access_key(printer: Printer) -> str:
    """Return the key the machine asks for, empty where it asks for none.

    Raises:
        Refusal: ``access-key-unreadable``: the farm's secret key changed since it was entered.
    """
    try:
        return sealing.unseal(printer.access_key_sealed, secret=settings.SECRET_KEY)
    except sealing.Unreadable:
        raise Refusal("access-key-unreadable", printer=printer.code) from None


def waits(printer: Printer) -> list[PrinterWait]:
    """Return everything about the machine itself that keeps it from starting the next print, most serious first; nothing: it may."""
    found = [PrinterWait.RETIRED] if printer.retired_at else []
    if printer.state in WAIT_OF_STATE:
        found.append(WAIT_OF_STATE[printer.state])
    if printer.health != Health.OK and printer.state not in (PrinterState.DEGRADED, PrinterState.MAINTENANCE):
        found.append(WAIT_OF_STATE[PrinterState(printer.health)])
    if printer.occupancy != Occupancy.FREE:
        found.append(PrinterWait.PRINTING if printer.occupancy == Occupancy.OURS else PrinterWait.FOREIGN)
    elif printer.bed != Bed.CLEAR:
        found.append(PrinterWait.BED_NOT_CLEAR if printer.bed == Bed.NOT_CLEAR else PrinterWait.BED_UNKNOWN)
    return found


def machine(printer: Printer) -> Machine:
    """Return what matching may know about the printer: what nobody recorded is unknown."""
    capability = Capability.objects.filter(printer=printer).first()
    fitted: dict[str, Any] = {
        "printer_class": _class_of(printer),
        "nozzle_um": printer.nozzle_diameter_um,
        "nozzle_material": printer.nozzle_material,
        "sheet": printer.build_sheet,
        "feeds": tuple(_loaded(feed) for feed in feeds(printer)),
    }
    if capability is None:
        return Machine(**fitted)
    return Machine(
        process=capability.process,
        volume_um=(capability.volume_x_um, capability.volume_y_um, capability.volume_z_um),
        max_nozzle_c=capability.max_nozzle_c,
        max_bed_c=capability.max_bed_c,
        max_chamber_c=capability.max_chamber_c,
        enclosure=capability.enclosure,
        flags=frozenset(capability.material_flags),
        tags=frozenset(capability.tags),
        **fitted,
    )


def snapshot(printer: Printer) -> dict[str, Any]:
    """Return what an attempt pins about its printer, as JSON values: who it is, what it can do, what is calibrated, fitted and loaded."""
    capability = Capability.objects.filter(printer=printer).first()
    return {
        "printer_id": str(printer.pk),
        "code": printer.code,
        "name": printer.name,
        "class": _class_of(printer),
        "capability": {name: getattr(capability, name) for name in CAPABILITY_FIELDS} if capability else None,
        "calibration": {one.kind: _measured(one) for one in latest_calibrations(printer)},
        "firmware": printer.connection_evidence.get("software_version"),
        "nozzle": {"diameter_um": printer.nozzle_diameter_um, "material": printer.nozzle_material, "printed_s": printer.nozzle_s},
        "sheet": printer.build_sheet or None,
        "feeds": [_pinned(feed) for feed in feeds(printer)],
    }


def feeds(printer: Printer) -> QuerySet[Feed]:
    """Return the printer's feeds by position, with spools and materials."""
    return Feed.objects.filter(printer=printer).select_related("spool__material", "spool__lot").order_by("position")


def latest_calibrations(printer: Printer) -> list[Calibration]:
    """Return the newest calibration of each kind: the one that counts."""
    newest: dict[str, Calibration] = {}
    for one in Calibration.objects.filter(printer=printer).order_by("measured_at", "id"):
        newest[one.kind] = one
    return list(newest.values())


def open_session(printer: Printer) -> MachineSession | None:
    """Return the print that the machine was last seen to be at, or None."""
    return MachineSession.objects.filter(printer=printer, ended_at=None).first()


def _class_of(printer: Printer) -> str:
    return f"{printer.printer_class.key}@{printer.printer_class.class_version}"


def _loaded(feed: Feed) -> Loaded:
    spool = feed.spool
    if spool is None:
        return Loaded(content=feed.content)
    return Loaded(
        content=feed.content,
        family=spool.material.family,
        material=str(spool.material_id),
        color=_text(spool.color_id),
        remaining_mg=spool.remaining_mg,
        spool=str(spool.pk),
    )


def _pinned(feed: Feed) -> dict[str, Any]:
    spool: Spool | None = feed.spool
    return {
        "position": feed.position,
        "content": feed.content,
        "spool": _text(spool.pk if spool else None),
        "spool_code": spool.code if spool else None,
        "lot": spool.lot.code if spool and spool.lot else None,
        "material": _text(spool.material_id if spool else None),
        "family": spool.material.family if spool else None,
        "color": _text(spool.color_id if spool else None),
    }


def _measured(one: Calibration) -> dict[str, Any]:
    return {"at": _instant(one.measured_at), "value": one.value, "passed": one.passed, "by": one.by}


def _instant(moment: datetime) -> str:
    return moment.isoformat()


def _text(record_id: UUID | None) -> str | None:
    return str(record_id) if record_id else None
