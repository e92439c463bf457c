"""Which reasons are offered, the usual ones first: at most six at once, the rest behind "More reasons"."""

from __future__ import annotations

from typing import Any

from apps.catalog.states import Reason

FAILED_FIRST = (Reason.FIRST_LAYER, Reason.SPAGHETTI, Reason.ADHESION, Reason.WARP, Reason.LAYER_SHIFT, Reason.FILAMENT_RUNOUT)
FAILED_MORE = (
    *(Reason.STRINGING, Reason.CLOG, Reason.UNDER_EXTRUSION, Reason.FILAMENT_TANGLE, Reason.THERMAL, Reason.POWER_LOSS),
    *(Reason.MACHINE_FAULT, Reason.MODEL_DEFECT, Reason.GCODE_ERROR, Reason.PROFILE_REGRESSION, Reason.UNKNOWN),
)
STOPPED = (Reason.FIRST_LAYER, Reason.SPAGHETTI, Reason.ADHESION, Reason.FILAMENT_RUNOUT, Reason.CUSTOMER_CANCELED, Reason.UNKNOWN)
LEFT_OUT = (Reason.ADHESION, Reason.SPAGHETTI, Reason.LAYER_SHIFT, Reason.WARP, Reason.FIRST_LAYER, Reason.UNKNOWN)
REJECTED = (Reason.QA_DIMENSION, Reason.QA_COSMETIC, Reason.QA_STRENGTH, Reason.WARP, Reason.STRINGING, Reason.UNKNOWN)


def choices(reasons: tuple[Reason, ...]) -> list[tuple[str, Any]]:
    """Return codes with their labels."""
    return [(reason.value, reason.label) for reason in reasons]
