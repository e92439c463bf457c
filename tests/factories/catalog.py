"""Materials, colors, printer classes, reasons."""

from __future__ import annotations

from typing import Any

from apps.catalog.models import Color, Material, PrinterClass, ReasonCode
from apps.catalog.states import ClassState, MaterialFamily, Reason
from tests.factories.accounts import shop
from tests.factories.context import NOW
from tests.factories.filling import filled, stored, unique

CAPABILITY: dict[str, Any] = {
    "volume_x_um": 250_000,
    "volume_y_um": 250_000,
    "volume_z_um": 220_000,
    "nozzle_diameters_um": [400, 600],
    "max_nozzle_c": 300,
    "max_bed_c": 110,
}
"""What an ordinary printer can do."""


def make_material(**overrides: Any) -> Material:
    """Return a PLA all sites share."""
    values = {
        "family": MaterialFamily.PLA,
        "density_mg_cm3": 1240,
        "nozzle_min_c": 190,
        "nozzle_max_c": 230,
        "bed_min_c": 0,
        "bed_max_c": 60,
        **overrides,
    }
    return stored(Material, filled(values, name=lambda: unique("PLA")))


def make_color(**overrides: Any) -> Color:
    """Return a blue all sites share."""
    return stored(Color, filled({"hex_rgb": "#1e90ff", **overrides}, name=lambda: unique("blue")))


def make_printer_class(**overrides: Any) -> PrinterClass:
    """Return the released first version of a class of ordinary printers."""
    values = {**CAPABILITY, "state": ClassState.RELEASED, "released_at": NOW, **overrides}
    return stored(PrinterClass, filled(values, key=lambda: unique("Voron_250").replace("-", "_")))


def make_draft_class(**overrides: Any) -> PrinterClass:
    """Return a version of a printer class that is still written."""
    return make_printer_class(**{"state": ClassState.DRAFT, "released_at": None, **overrides})


def make_reason_code(**overrides: Any) -> ReasonCode:
    """Return a farm's own word for warping."""
    values = {"canonical": Reason.WARP, "label": "Corners lifted", **overrides}
    return stored(ReasonCode, filled(values, site=shop, code=lambda: unique("CORNERS").upper()))
