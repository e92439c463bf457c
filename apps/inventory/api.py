"""Lots and spools in the API."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.urls import URLPattern, URLResolver

from apps.catalog.models import Color, Material
from apps.journal.http.acting import act
from apps.journal.http.filters import by_code, by_id, by_text
from apps.journal.http.reading import read
from apps.journal.http.scope import Scoped, at_site
from apps.journal.http.shown import Code, Shown, ShownVersioned

from . import commands, models


class Lot(ShownVersioned):
    """Lot: what came from one production run of a supplier. Recalls and holds work on lots."""

    model = models.Lot

    site_id: UUID
    material_id: UUID
    color_id: UUID | None
    code: str
    supplier: str
    received_on: date | None
    price_per_kg_minor: int | None
    currency: str


class Weighing(Shown):
    """What a scale showed."""

    model = models.Weighing

    weighed_at: datetime
    gross_mg: int
    tare_mg: int
    net_mg: int
    by: str
    note: str


class SpoolInList(ShownVersioned):
    """Spool, in short."""

    model = models.Spool

    site_id: UUID
    code: str
    material_id: UUID
    color_id: UUID | None
    lot_id: UUID | None
    state: Code
    remaining_mg: int | None
    remaining_basis: Code
    location: str


class Spool(SpoolInList):
    """Spool: filament on a core. What is left is weighed, estimated or not known, and says which."""

    full_mg: int | None
    tare_mg: int | None
    remaining_at: datetime | None
    opened_at: datetime | None
    dried_at: datetime | None
    ended_at: datetime | None
    notes: str
    weighings: list[Weighing]


class Lots(Scoped):
    """Lots of the asker's sites."""

    model = models.Lot


class Spools(Scoped):
    """Spools of the asker's sites."""

    model = models.Spool
    fetches = ("weighings",)


routes: list[URLPattern | URLResolver] = [
    *read("lots", Lots, Lot, filters=(by_id("material"), by_text("code", "With this code."))),
    *read(
        "spools",
        Spools,
        Spool,
        brief=SpoolInList,
        filters=(by_code(models.Spool, "state"), by_id("material"), by_id("lot"), by_text("code", "With this label.")),
    ),
    act(
        "lots/receive",
        commands.receive_lot,
        refers={"material_id": Material, "color_id": Color},
        checks=(at_site,),
        creates=models.Lot,
        location="api:lot",
    ),
    act(
        "spools/receive",
        commands.receive_spool,
        refers={"material_id": Material, "color_id": Color, "lot_id": models.Lot},
        checks=(at_site,),
        creates=models.Spool,
        location="api:spool",
    ),
    act("spools/<uuid:spool_id>/open", commands.open_spool, Spools),
    act("spools/<uuid:spool_id>/weigh", commands.weigh_spool, Spools),
    act("spools/<uuid:spool_id>/use-up", commands.use_up_spool, Spools),
    act("spools/<uuid:spool_id>/discard", commands.discard_spool, Spools),
]
