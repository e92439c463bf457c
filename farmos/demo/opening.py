"""Open the demo's shop: its owner, what it sells, its printers with filament in them and nothing on their beds."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from apps.accounts import commands as accounts
from apps.accounts.models import Site, User
from apps.catalog.models import Color, Material, PrinterClass
from apps.fleet import commands as fleet
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, ConnectorKind, NozzleMaterial
from apps.inventory import commands as inventory
from apps.journal.context import Actor
from apps.journal.refusals import Refusal
from farmos.supervisor.prepare import OWNER

from .acting import Person, chosen_color, chosen_material, say, until

SETUP = Actor.service("demo")
FULL_SPOOL_MG = 1_000_000


def open_shop(folder: Path) -> Person:
    """Fill the shop that the first start opened with its starter data, give its owner a known password, and return the owner."""
    site = Site.objects.get(is_default=True)
    owner = User.objects.get(email=OWNER)
    if not owner.check_password(_password(folder)):
        ctx = Person(SETUP, site.pk).does("password")
        accounts.change_password(ctx, user_id=owner.pk, password_hash=make_password(_password(folder)), expected_version=owner.version)
    call_command("starter", verbosity=0)
    return Person(Actor.person(owner.pk), site.pk)


def _password(folder: Path) -> str:
    """Return the owner's password: made once, kept where only the owner of the data directory reads it. A kill leaves it whole or not there."""
    kept = folder / "password"
    if not kept.exists():
        draft = kept.with_suffix(".part")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(secrets.token_urlsafe(9))
        draft.replace(kept)
    return kept.read_text()


def connect_printers(owner: Person, machines: list[dict[str, Any]], *, material: str, colors: Sequence[str] = ("Black",)) -> list[Printer]:
    """Register the simulated printers, load a full spool into each, say once that its bed is clear, and wait until each is heard."""
    kind = PrinterClass.objects.filter(state="released").order_by("key", "-class_version")[0]
    wanted = chosen_material(material)
    loaded = zip(machines, cycle(colors), strict=False)
    ids = [_connect(owner, machine, kind.pk, wanted, chosen_color(color)) for machine, color in loaded]
    until(lambda: _all_online(ids), "the printers to answer")
    for printer_id in ids:
        _say_clear(owner, printer_id)
    say("printers that answer, loaded with {material}, beds clear: {count}", count=len(ids), material=wanted)
    return list(Printer.objects.filter(pk__in=ids).order_by("code"))


def _connect(owner: Person, machine: dict[str, Any], class_id: UUID, material: Material, color: Color | None) -> UUID:
    code = str(machine["name"])
    printer_id = fleet.register_printer(
        owner.does(f"register-{code}"),
        site_id=owner.site_id,
        code=code,
        name=f"Printer {code}",
        printer_class_id=class_id,
        connector=ConnectorKind.MOONRAKER,
        address=machine["address"],
        api_key=machine["api_key"],
        nozzle_diameter_um=400,
        nozzle_material=NozzleMaterial.BRASS,
    )
    spool_id = inventory.receive_spool(
        owner.does(f"spool-{code}"),
        site_id=owner.site_id,
        code=f"SPOOL-{code}",
        material_id=material.pk,
        color_id=None if color is None else color.pk,
        full_mg=FULL_SPOOL_MG,
    )
    fleet.load_spool(owner.does(f"load-{code}"), printer_id=printer_id, spool_id=spool_id)
    return printer_id


def _all_online(ids: list[UUID]) -> bool:
    return Printer.objects.filter(pk__in=ids, connection=Connection.ONLINE).count() == len(ids)


def _say_clear(owner: Person, printer_id: UUID) -> None:
    """Say that a printer nobody has looked at yet is clear; what was printed later is for the operators to clear."""
    printer = Printer.objects.get(pk=printer_id)
    while printer.bed == Bed.UNKNOWN and printer.current_run_id is None and not printer.runs.exists():
        try:
            fleet.confirm_bed_clear(
                owner.does(f"first-clear-{printer.code}-{printer.version}"), printer_id=printer_id, expected_version=printer.version
            )
        except Refusal as refused:
            if refused.code != "stale-version":
                raise
        printer = Printer.objects.get(pk=printer_id)
