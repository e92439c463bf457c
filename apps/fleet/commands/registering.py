"""Machines join the farm, change their address, and leave."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from apps.accounts.models import Circuit, Site
from apps.catalog.models import CAPABILITY_FIELDS, PrinterClass
from apps.catalog.states import ClassState
from apps.fleet import changes, events, queries
from apps.fleet.domain import roster, sealing
from apps.fleet.domain.address import UnusableAddress, normal_address
from apps.fleet.drivers.address import Address
from apps.fleet.drivers.errors import BadAddress
from apps.fleet.models import Capability, Feed, Printer
from apps.fleet.states import Connection, ConnectorKind, FeedContent, NozzleMaterial, complaint_words
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal

LONGEST_KEY = 512
"""Characters an access key may have; Moonraker's have 32."""


@command("fleet.register_printer")
def register_printer(
    ctx: Context,
    *,
    site_id: UUID,
    code: str,
    name: str,
    printer_class_id: UUID,
    connector: ConnectorKind,
    address: str,
    api_key: str = "",
    nozzle_diameter_um: int | None = None,
    nozzle_material: NozzleMaterial = NozzleMaterial.UNKNOWN,
    build_sheet: str = "",
    group: str = "",
    circuit_id: UUID | None = None,
) -> UUID:
    """Let a machine join the farm and return its id. Nothing is sent to it: it is only watched until its bed was said to be clear.

    Connection, bed and what is loaded start as *not known*. What it can do starts as what its class can.

    ``code`` is the short name on the machine, unique at the site; ``connector`` is what it runs and ``address`` the ``http://host:port`` of that;
    ``api_key`` is what that asks for, if anything, and kept encrypted. Nozzle (µm) and build sheet are given only when somebody looked.

    Raises:
        NotFound: no such site, printer class or circuit of this site.
        Invalid: the code, address, key or another value cannot be used.
        Refusal: ``printer-class-not-released``, ``printer-code-taken``, ``printer-address-taken``, ``printer-unnamed``, ``printer-nozzle-invalid``.
    """
    if not Site.objects.filter(pk=site_id).exists():
        raise NotFound("site", id=str(site_id))
    printer_class = released_class(printer_class_id)
    return join(
        ctx,
        site_id=site_id,
        code=_code(code),
        name=name.strip(),
        group=group.strip(),
        printer_class=printer_class,
        circuit=_circuit(circuit_id, site_id),
        connector=connector,
        address=_address(address),
        access_key_sealed=sealed(ctx, api_key),
        nozzle_diameter_um=nozzle_diameter_um,
        nozzle_material=nozzle_material,
        build_sheet=build_sheet,
    )


def join(ctx: Context, *, site_id: UUID, printer_class: PrinterClass, **values: Any) -> UUID:
    """Add a printer whose values were looked at, record that it joined, and return its id."""
    printer = _unseen(ctx, site_id=site_id, printer_class=printer_class, **values)
    _describe(ctx, printer, printer_class)
    registered = events.PrinterRegistered(printer_id=printer.pk, printer_class_id=printer_class.pk, connector=printer.connector)
    record(ctx.about(site_id=site_id), event=registered, subjects=[*queries.about(printer), Subject("site", site_id)])
    return printer.pk


def _circuit(circuit_id: UUID | None, site_id: UUID) -> Circuit | None:
    if circuit_id is None:
        return None
    found = Circuit.objects.filter(pk=circuit_id, site_id=site_id).first()
    if found is None:
        raise NotFound("circuit", id=str(circuit_id))
    return found


def _unseen(ctx: Context, **values: Any) -> Printer:
    """Add a printer of which nothing was seen yet: each of the four facts is as a new record has it, since now."""
    since = {f"{fact}_since": ctx.now for fact in ("health", "connection", "bed", "occupancy")}
    fitted = None if values["nozzle_diameter_um"] is None else ctx.now
    return Printer(nozzle_fitted_at=fitted, created_at=ctx.now, **since, **values).add()


def released_class(printer_class_id: UUID) -> PrinterClass:
    """Return a class that printers may belong to.

    Raises:
        NotFound: no such class.
        Refusal: ``printer-class-not-released``.
    """
    found = PrinterClass.objects.filter(pk=printer_class_id).first()
    if found is None:
        raise NotFound(str(PrinterClass._meta.verbose_name), id=str(printer_class_id))
    if found.state != ClassState.RELEASED:
        raise Refusal("printer-class-not-released", printer_class=str(found), state=found.state)
    return found


def _describe(ctx: Context, printer: Printer, printer_class: PrinterClass) -> None:
    """Give it its class's capability and its feeds, of which nobody knows yet what is in them."""
    can = {name: getattr(printer_class, name) for name in CAPABILITY_FIELDS}
    Capability(printer=printer, created_at=ctx.now, **can).add()
    for position in range(printer_class.feeds):
        Feed(printer=printer, position=position, content=FeedContent.UNKNOWN, since=ctx.now, created_at=ctx.now).add()


def spelled(address: str) -> str:
    """Return a machine's address in the one spelling.

    Raises:
        UnusableAddress: it is none, or one that no printer has.
    """
    try:
        return Address.parse(normal_address(address)).url
    except BadAddress as problem:
        raise UnusableAddress(str(problem)) from None


def _code(code: str) -> str:
    found = code.strip()
    if not roster.is_usable_code(found):
        raise Invalid({"code": complaint_words(roster.Complaint(roster.Trouble.CODE, {"code": found[:20]}))})
    return found


def _address(address: str) -> str:
    try:
        return spelled(address)
    except UnusableAddress as problem:
        raise Invalid({"address": str(problem)}) from None


def sealed(ctx: Context, api_key: str) -> str:
    """Return an access key as it is kept: encrypted.

    Raises:
        Invalid: it cannot be a key.
    """
    key = api_key.strip()
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid({"api_key": f"must be at most {LONGEST_KEY} printable characters"})
    return sealing.seal(key, secret=settings.SECRET_KEY, at=int(ctx.now.timestamp()))


@command("fleet.correct_access")
def correct_access(
    ctx: Context,
    *,
    printer_id: UUID,
    expected_version: int,
    address: str,
    api_key: str | None = None,
    connector: ConnectorKind | None = None,
) -> None:
    """Correct where the machine is found, with which key, and what it runs. Whether it is there is not known until it was asked again.

    Args:
        ctx: Who asks, when.
        printer_id: Which.
        expected_version: The version that was seen.
        address: ``http://host:port``.
        api_key: The key it asks for; empty: none; None: as it was, at the same host. A kept key is never sent to another one.
        connector: What it runs; None: as it was.

    Raises:
        NotFound, StaleVersion, Invalid: no such printer, changed meanwhile, an unusable address or key.
        Refusal: ``printer-retired``, ``printer-address-taken``; ``printer-busy`` while an attempt is open on it, unless it is not heard where it was
            and farmos knows which machine it is: no other one's word is taken for it.
    """
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    if printer.current_run_id is not None and not (
        printer.machine and printer.connection in (Connection.OFFLINE, Connection.MISCONFIGURED)
    ):
        raise Refusal("printer-busy", printer=printer.code, run=str(printer.current_run_id))
    now_at = _address(address)
    if api_key is None and printer.access_key_sealed and urlsplit(now_at).hostname != urlsplit(printer.address).hostname:
        raise Invalid({"api_key": "is needed again: the key farmos keeps is for another machine, and must not be sent to this one"})
    printer.address = now_at
    printer.connector = connector or printer.connector
    if api_key is not None:
        printer.access_key_sealed = sealed(ctx, api_key)
    printer.save_changes("connector", "address", "access_key_sealed")
    here = ctx.about(site_id=printer.site_id)
    record(here, event=events.PrinterAccessChanged(printer_id=printer.pk), subjects=queries.about(printer))
    changes.lose_sight(ctx, printer, code="address-changed")


@command("fleet.move_to_circuit")
def move_to_circuit(ctx: Context, *, printer_id: UUID, expected_version: int, circuit_id: UUID | None = None) -> None:
    """Say on which fuse a machine hangs; without ``circuit_id`` on none that is named, so that nothing limits when it heats up.

    Raises:
        NotFound, StaleVersion: no such printer, or circuit at its site; changed meanwhile.
        Refusal: ``printer-retired``.
    """
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    circuit = _circuit(circuit_id, printer.site_id)
    if printer.circuit_id == circuit_id:
        return
    printer.circuit = circuit
    printer.save_changes("circuit")
    here = ctx.about(site_id=printer.site_id)
    subjects = [*queries.about(printer), *([Subject("circuit", circuit_id)] if circuit_id else [])]
    record(here, event=events.PrinterCircuitChanged(printer_id=printer.pk, circuit_id=circuit_id), subjects=subjects)


@command("fleet.retire_printer")
def retire_printer(ctx: Context, *, printer_id: UUID, expected_version: int) -> None:
    """Let a machine leave the farm. Its history stays; its spools can be loaded elsewhere, its address used again.

    Raises:
        NotFound, StaleVersion: no such printer, changed meanwhile.
        Refusal: ``retired-printer-busy`` while something prints on it, ``printer-retired`` when it left already.
    """
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    printer.retired_at = ctx.now
    printer.save_changes("retired_at")
    for feed in Feed.objects.filter(printer=printer, content=FeedContent.LOADED):
        feed.content, feed.spool, feed.since, feed.by = FeedContent.UNKNOWN, None, ctx.now, ""
        feed.save_changes("content", "spool", "since", "by")
    here = ctx.about(site_id=printer.site_id)
    record(here, event=events.PrinterRetired(printer_id=printer.pk), subjects=queries.about(printer))


def in_service(printer_id: UUID, expected_version: int) -> Printer:
    """Return the printer at the version the asker saw.

    Raises:
        NotFound, StaleVersion: no such printer, changed meanwhile.
        Refusal: ``printer-retired``.
    """
    printer = Printer.at_version(printer_id, expected_version)
    if printer.retired_at is not None:
        raise Refusal("printer-retired", printer=printer.code)
    return printer
