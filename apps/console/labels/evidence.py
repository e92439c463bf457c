"""What the facts behind a decision are called, and their codes in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from apps.catalog.states import QualityTier, ReasonFamily
from apps.fleet.states import CalibrationKind, PrinterState
from apps.parts.states import PreflightStatus
from apps.planning.states import PlanSource
from apps.policy.states import RiskLevel
from apps.runs.states import AnomalyKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FACT_WORDS: dict[str, StrOrPromise] = {
    "intent.preflight.status": _("Check of the model"),
    "intent.quality_tier": _("Quality that was ordered"),
    "intent.value": _("What the order is worth"),
    "intent.risk_level": _("Risk of the order"),
    "material.family": _("Material"),
    "material.sufficient": _("Is enough material loaded?"),
    "plan.risk_level": _("Risk of the Build Plan"),
    "plan.open_reviews": _("Reviews that nobody answered"),
    "plan.dispatch_blocked": _("Is the Build Plan locked?"),
    "plan.source": _("What the Build Plan starts from"),
    "profile.is_new_to_fleet": _("Is the profile new here?"),
    "slicer.is_new_to_fleet": _("Is the slicer new here?"),
    "slice.warning_count": _("Warnings of the slicer"),
    "run.risk_level": _("Risk of the print"),
    "run.printer_state": _("The printer"),
    "run.attempt_count_last_24h": _("Tried in the last 24 h"),
    "run.estimated_minutes": _("Print time"),
    "item.attempt_count_total": _("Tried before"),
    "item.failure_family": _("Kind of failure"),
    "run.anomaly_kind": _("What looks wrong"),
    "printer.confidence": _("Confidence in the printer"),
    "printer.nozzle_hours": _("Hours on the nozzle"),
    "printer.recent_failures": _("Recent failures of the printer"),
    "printer.oldest_calibration": _("Oldest calibration of the printer"),
    "printer.calibration_age_days": _("Age of its oldest calibration"),
    "bed.clear": _("Is the bed clear?"),
    "hours.are_kept": _("Are working hours set?"),
    "hours.there_for": _("How long somebody is still there"),
    "hours.end_after": _("It would end so long after the last shift"),
    "hours.wait_at_end": _("Then it would wait for somebody"),
    "circuit.heating": _("Printers that heat up on its circuit"),
    "circuit.max_heating": _("Printers that may heat up there at once"),
    "hold.active": _("Is it on hold?"),
    "sla.minutes_remaining": _("Time left to the promise"),
    "automation.tripped": _("Did automation stop itself?"),
    "trigger.is_automatic": _("Was it asked automatically?"),
}
"""Fact → what people call it. A test fails for a fact without any."""

_CODES: dict[str, Any] = {
    "intent.preflight.status": PreflightStatus,
    "intent.quality_tier": QualityTier,
    "intent.risk_level": RiskLevel,
    "plan.risk_level": RiskLevel,
    "run.risk_level": RiskLevel,
    "plan.source": PlanSource,
    "run.printer_state": PrinterState,
    "printer.oldest_calibration": CalibrationKind,
    "item.failure_family": ReasonFamily,
    "run.anomaly_kind": AnomalyKind,
}


def value_of(name: str, value: Any) -> Any:
    """Return the value of a fact, codes by their labels."""
    codes = _CODES.get(name)
    return codes(value).label if codes is not None and value in codes.values else value
