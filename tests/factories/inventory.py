"""Filament on the shelf."""

from __future__ import annotations

from typing import Any

from apps.inventory.models import Lot, Spool, Weighing
from apps.inventory.states import Amount, SpoolState
from tests.factories.accounts import shop
from tests.factories.catalog import make_material
from tests.factories.context import NOW
from tests.factories.filling import filled, stored, unique


def make_lot(**overrides: Any) -> Lot:
    """Return what came from one production run."""
    return stored(Lot, filled({"currency": "EUR", **overrides}, site=shop, material=make_material, code=lambda: unique("lot")))


def make_spool(**overrides: Any) -> Spool:
    """Return an open spool with a weighed half kilogram on it."""
    values = {
        "state": SpoolState.OPEN,
        "opened_at": NOW,
        "full_mg": 1_000_000,
        "tare_mg": 180_000,
        "remaining_mg": 500_000,
        "remaining_basis": Amount.MEASURED,
        "remaining_at": NOW,
        **overrides,
    }
    return stored(Spool, filled(values, site=shop, material=make_material, code=lambda: unique("S")))


def make_sealed_spool(**overrides: Any) -> Spool:
    """Return a spool nobody has opened or weighed."""
    unknown = {"remaining_mg": None, "remaining_basis": Amount.UNKNOWN, "remaining_at": None}
    return make_spool(**{"state": SpoolState.SEALED, "opened_at": None, **unknown, **overrides})


def make_weighing(**overrides: Any) -> Weighing:
    """Return what the scale showed for half a kilogram."""
    values = {"weighed_at": NOW, "gross_mg": 680_000, "tare_mg": 180_000, "by": "service:tests", **overrides}
    return stored(Weighing, filled(values, spool=make_spool))
