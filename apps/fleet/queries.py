"""Reads of printers: what they are, what they can do, what keeps them from starting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from apps.accounts.models import Circuit
from apps.catalog.models import CAPABILITY_FIELDS, PrinterClass
from apps.catalog.states import ClassState
from apps.inventory.models import Spool
from apps.journal.event import Subject
from apps.journal.refusals import NotFound, Refusal

from .domain import sealing
from .domain.aging import Measured, Oldest, oldest
from .domain.codes import in_order
from .domain.identity import MachineIdentity, is_the_same
from .domain.matching import Loaded, Machine
from .domain.roster import Known
from .models import Calibration, Capability, Feed, MachineSession, Printer
from .states import Bed, ConnectorKind, Health, Occupancy, PrinterState, PrinterWait, SafetyCheck

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


def printers_like(printer: Printer, machine: MachineIdentity) -> list[Printer]:
    """Return the other printers of its site in service which, as far as is known, are that machine."""
    others = Printer.objects.filter(site_id=printer.site_id, retired_at=None).exclude(pk=printer.pk).exclude(machine={})
    return [one for one in others.order_by("code") if is_the_same(one.identity, machine)]


def known_at(site_id: UUID) -> Known:
    """Return what a list of printers for a site is judged by. A class is called by its name or key (its newest release), or by key and version."""
    released = PrinterClass.objects.filter(state=ClassState.RELEASED).order_by("key", "class_version")
    here = Printer.objects.filter(site_id=site_id).values_list("code", "address", "retired_at")
    return Known(
        classes={name: one.pk for one in released for name in (one.name, one.key, str(one)) if name},
        circuits=dict(Circuit.objects.filter(site_id=site_id).values_list("name", "pk")),
        connectors=ConnectorKind.values,
        codes={code: None if retired_at else address for code, address, retired_at in here},
        addresses={address: code for code, address, retired_at in here if address and retired_at is None},
    )


def listed(printers: QuerySet[Printer]) -> list[dict[str, str]]:
    """Return those of the printers that are in service as rows of a list that can be imported elsewhere. Keys never leave the farm."""
    return [
        {
            "code": one.code,
            "name": one.name,
            "address": one.address,
            "class": str(one.printer_class),
            "group": one.group,
            "circuit": one.circuit.name if one.circuit else "",
            "connector": one.connector,
        }
        for one in by_code(printers.filter(retired_at=None).select_related("printer_class", "circuit"))
    ]


def by_code(printers: Iterable[Printer]) -> list[Printer]:
    """Return the printers in the order in which people look for them."""
    return sorted(printers, key=lambda printer: in_order(printer.code))


def access_key(printer: Printer) -> str:
    """Return the key the machine asks for, empty where it asks for none.

    Raises:
        Refusal: ``access-key-unreadable``: the farm's secret key changed since it was entered.
    """
    try:
        return sealing.unseal(printer.access_key_sealed, secret=settings.SECRET_KEY)
    except sealing.Unreadable:
        raise Refusal("access-key-unreadable", printer=printer.code) from None


def checked(checklist: Sequence[SafetyCheck], *, wanted: Sequence[SafetyCheck], who: str, needs_all: bool = True) -> list[str]:
    """Return what was checked of the list that is ``wanted``, by code; ``who`` is what comes back, for the refusal's words.

    Raises:
        Refusal: ``unknown-code``; ``checklist-incomplete`` when something is left, or, where not all is needed, when nothing was looked at.
    """
    if not set(checklist) <= set(SafetyCheck):
        raise Refusal("unknown-code", field="checklist")
    missing = [check for check in wanted if check not in checklist]
    if missing and (needs_all or len(missing) == len(wanted)):
        labels = "; ".join(str(check.label) for check in missing)
        raise Refusal("checklist-incomplete", printer=who, missing=[check.value for check in missing], left=labels)
    return [check.value for check in SafetyCheck if check in checklist]


def waits(printer: Printer) -> list[PrinterWait]:
    """Return everything about the machine itself that keeps it from starting the next print, most serious first; nothing: it may."""
    found = [PrinterWait.RETIRED] if printer.retired_at else []
    if printer.state == PrinterState.MISCONFIGURED and printer.other_machine is not None:
        found.append(PrinterWait.OTHER_MACHINE)
    elif printer.state in WAIT_OF_STATE:
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
    return _machine(printer, Capability.objects.filter(printer=printer).first(), feeds(printer))


def machines(printers: Sequence[Printer], loaded: Mapping[UUID, Sequence[Feed]]) -> dict[UUID, Machine]:
    """Return the same of many printers at once, by printer. ``loaded`` is what ``feeds_of`` says of them."""
    capabilities = {one.printer_id: one for one in Capability.objects.filter(printer__in=[printer.pk for printer in printers])}
    return {printer.pk: _machine(printer, capabilities.get(printer.pk), loaded[printer.pk]) for printer in printers}


def _machine(printer: Printer, capability: Capability | None, loaded: Iterable[Feed]) -> Machine:
    fitted: dict[str, Any] = {
        "printer_class": _class_of(printer),
        "nozzle_um": printer.nozzle_diameter_um,
        "nozzle_material": printer.nozzle_material,
        "sheet": printer.build_sheet,
        "feeds": tuple(_loaded(feed) for feed in loaded),
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


def sheets_at(site_id: UUID) -> list[str]:
    """Return the names of the build sheets that were seen on the site's printers, so that one sheet keeps one name."""
    named = Printer.objects.filter(site_id=site_id).exclude(build_sheet="")
    return sorted(set(named.values_list("build_sheet", flat=True)), key=str.casefold)


def other_classes(printer: Printer) -> list[PrinterClass]:
    """Return the released classes it could belong to instead, other versions of its own first."""
    found = PrinterClass.objects.filter(state=ClassState.RELEASED).exclude(pk=printer.printer_class_id).order_by("key", "-class_version")
    return sorted(found, key=lambda one: one.key != printer.printer_class.key)


def feeds(printer: Printer) -> QuerySet[Feed]:
    """Return the printer's feeds by position, with spools and materials."""
    return Feed.objects.filter(printer=printer).select_related("spool__material", "spool__lot").order_by("position")


def feeds_of(printers: Sequence[Printer]) -> dict[UUID, list[Feed]]:
    """Return the same of many printers at once, by printer."""
    found: dict[UUID, list[Feed]] = {printer.pk: [] for printer in printers}
    rows = Feed.objects.filter(printer__in=found).select_related("spool__material", "spool__lot")
    for feed in rows.order_by("printer_id", "position"):
        found[feed.printer_id].append(feed)
    return found


def latest_calibrations(printer: Printer) -> list[Calibration]:
    """Return the newest calibration of each kind: the one that counts."""
    newest: dict[str, Calibration] = {}
    for one in Calibration.objects.filter(printer=printer).order_by("measured_at", "id"):
        newest[one.kind] = one
    return list(newest.values())


def oldest_calibration(printer: Printer, *, now: datetime) -> Oldest:
    """Return which calibration of a printer is to be made next, and how old it is."""
    return oldest((Measured(one.kind, one.measured_at, one.passed) for one in latest_calibrations(printer)), now=now)


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
