"""Checking, packing and shipping in the API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.urls import URLPattern, URLResolver

from apps.fleet.models import MachineSession
from apps.journal.http.acting import Chosen, act
from apps.journal.http.filters import by_code, by_id
from apps.journal.http.reading import read
from apps.journal.http.scope import Scoped, at_site, scope_of
from apps.journal.http.shown import Code, Shown, ShownVersioned
from apps.orders.models import Intent, Piece, Requirement

from . import commands, models


class ShipmentPiece(Shown):
    """A piece in a shipment."""

    model = models.ShipmentPiece

    piece_id: UUID
    removed_at: datetime | None


class Shipment(ShownVersioned):
    """Shipment: pieces on their way to one customer, or handed over."""

    model = models.Shipment

    site_id: UUID
    state: Code
    packed_by: str
    carrier: str
    tracking: str
    shipped_at: datetime | None
    shipped_by: str
    contents: list[ShipmentPiece]


class Shipments(Scoped):
    """Shipments of the asker's sites."""

    model = models.Shipment
    fetches = ("contents",)


_PIECES: Chosen = {"refers": {"piece_ids": Piece}, "acts_on": ("piece_ids",)}

routes: list[URLPattern | URLResolver] = [
    *read("shipments", Shipments, Shipment, filters=(by_code(models.Shipment, "state"), by_id("piece", "contents__piece_id"))),
    act(
        "machine-sessions/<uuid:session_id>/claim",
        commands.claim_session,
        scope_of(MachineSession),
        refers={"requirement_id": Requirement},
        acts_on=("requirement_id",),
    ),
    act("pieces/cool", commands.cool_pieces, **_PIECES),
    act("pieces/pass-qa", commands.pass_qa, **_PIECES),
    act("pieces/reject-qa", commands.reject_qa, **_PIECES),
    act("pieces/start-rework", commands.start_rework, **_PIECES),
    act("pieces/finish-rework", commands.finish_rework, **_PIECES),
    act(
        "shipments/pack",
        commands.pack_pieces,
        refers={"piece_ids": Piece},
        acts_on=("piece_ids",),
        checks=(at_site,),
        creates=models.Shipment,
        location="api:shipment",
    ),
    act("shipments/<uuid:shipment_id>/ship", commands.ship, Shipments),
    act("intents/<uuid:intent_id>/close", commands.close_intent, scope_of(Intent)),
]
