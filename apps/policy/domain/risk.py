"""Risk, version 1: factors with receipts (value, threshold, source), and a level that follows from them. Never a number alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

LOW, MEDIUM, HIGH = "LOW", "MEDIUM", "HIGH"

DIFFICULT_FAMILIES = frozenset({"ABS", "ASA", "NYLON", "PC", "TPU"})
WARP_FAMILIES = frozenset({"ABS", "ASA", "NYLON", "PC"})


@dataclass(frozen=True, slots=True)
class Factor:
    """One reason for risk: its code, what was measured, from where on it counts, and where the value comes from."""

    factor: str
    value: float | str
    threshold: float | str
    source: str
    weight: str = MEDIUM

    def receipt(self) -> dict[str, Any]:
        """Return the factor as it is kept and shown."""
        kept = asdict(self)
        kept.pop("weight")
        return kept


@dataclass(frozen=True, slots=True)
class PlanRisk:
    """What is known about a plan when its risk is judged. None: not known.

    Args:
        size_um: Box of the part, x, y, z.
        volume_um: Build volume of the printer class.
        overhang_percent: Share of the surface that hangs over.
        family: Material family.
        preflight_status: PASS, WARN or FAIL.
        preflight_codes: What preflight found.
        is_repaired: The model was repaired.
        source: geometry, project or gcode.
        estimated_minutes: Print time.
        is_new_profile: The profile version has not printed here yet.
        is_new_slicer: The slicer has not been used here yet.
        failures_before: Failed attempts of earlier revisions.
    """

    size_um: tuple[int, int, int] | None
    volume_um: tuple[int, int, int] | None
    overhang_percent: float | None
    family: str
    preflight_status: str
    preflight_codes: tuple[str, ...]
    is_repaired: bool
    source: str
    estimated_minutes: int | None
    is_new_profile: bool = False
    is_new_slicer: bool = False
    failures_before: int = 0


def assess_plan(plan: PlanRisk) -> tuple[str, list[dict[str, Any]]]:
    """Return the level and the factors of a plan, strongest first."""
    return level_of([*_of_shape(plan), *_of_recipe(plan)])


def _of_shape(plan: PlanRisk) -> Iterable[Factor]:
    if plan.size_um:
        x, y, z = plan.size_um
        slenderness = z / max(1, min(x, y))
        if slenderness >= 5:
            yield Factor("TALL_NARROW", round(slenderness, 1), 5, "preflight", HIGH if slenderness >= 10 else MEDIUM)
        if plan.volume_um:
            wide, deep = sorted(plan.volume_um[:2])
            narrow, broad = sorted((x, y))
            share = max(narrow / wide, broad / deep, z / plan.volume_um[2])
            if share > 0.95:
                yield Factor("NEAR_BED_LIMIT", round(100 * share), 95, "preflight")
        if plan.family in WARP_FAMILIES and max(x, y) >= 100_000:
            yield Factor("WARP_PRONE", max(x, y) // 1000, 100, "preflight")
    if plan.overhang_percent is not None and plan.overhang_percent >= 20:
        yield Factor("HIGH_OVERHANG", round(plan.overhang_percent, 1), 20, "preflight", HIGH if plan.overhang_percent >= 60 else MEDIUM)
    if "NOT_CLOSED" in plan.preflight_codes:
        yield Factor("NOT_WATERTIGHT", "open", "closed", "preflight", HIGH)


def _of_recipe(plan: PlanRisk) -> Iterable[Factor]:
    if plan.is_repaired:
        yield Factor("REPAIRED_MODEL", "repaired", "as uploaded", "preflight")
    if plan.family in DIFFICULT_FAMILIES:
        yield Factor("MATERIAL_DIFFICULT", plan.family, "PLA, PETG", "order")
    if plan.source == "gcode":
        yield Factor("EXTERNAL_GCODE", "supplied", "sliced here", "plan")
    if plan.is_new_profile:
        yield Factor("NEW_PROFILE", "first use", "used before", "profile", LOW)
    if plan.is_new_slicer:
        yield Factor("NEW_SLICER", "first use", "used before", "slicer", LOW)
    if plan.failures_before:
        yield Factor("REPEAT_FAILURE", plan.failures_before, 1, "attempts", HIGH if plan.failures_before >= 2 else MEDIUM)
    if plan.estimated_minutes is not None and plan.estimated_minutes >= 12 * 60:
        yield Factor("LONG_RUN", plan.estimated_minutes, 12 * 60, "estimate")


@dataclass(frozen=True, slots=True)
class RunRisk:
    """What is known about an attempt on one printer when its risk is judged. None: not known."""

    plan_level: str
    plan_factors: tuple[dict[str, Any], ...]
    printer_state: str
    confidence: float | None
    recent_failures: int
    nozzle_hours: float | None
    estimated_minutes: int
    minutes_to_due: int | None


def assess_run(run: RunRisk) -> tuple[str, list[dict[str, Any]]]:
    """Return the level and the factors of an attempt: the plan's, and what the printer and the promise add."""
    level, factors = level_of(list(_of_attempt(run)))
    order = (LOW, MEDIUM, HIGH)
    worst = max(level, run.plan_level or LOW, key=order.index)
    return worst, [*factors, *run.plan_factors]


def _of_attempt(run: RunRisk) -> Iterable[Factor]:
    if run.printer_state == "DEGRADED":
        yield Factor("PRINTER_DEGRADED", run.printer_state, "OK", "printer", HIGH)
    if run.confidence is not None and run.confidence < 0.5:
        yield Factor("LOW_PRINTER_CONFIDENCE", round(run.confidence, 2), 0.5, "printer")
    if run.recent_failures >= 2:
        yield Factor("RECENT_FAILURES", run.recent_failures, 2, "printer")
    if run.nozzle_hours is not None and run.nozzle_hours >= 500:
        yield Factor("NOZZLE_WORN", round(run.nozzle_hours), 500, "printer")
    if run.minutes_to_due is not None:
        slack, needed = run.minutes_to_due - run.estimated_minutes, max(60, run.estimated_minutes // 5)
        if slack < needed:
            yield Factor("SLA_TIGHT", slack, needed, "promise", HIGH if slack < 0 else MEDIUM)
    if run.estimated_minutes >= 12 * 60:
        yield Factor("LONG_RUN", run.estimated_minutes, 12 * 60, "slice")


def level_of(factors: list[Factor]) -> tuple[str, list[dict[str, Any]]]:
    """Return the level that factors come to: one strong factor or three middling ones are HIGH, one middling one is MEDIUM."""
    strong = sum(factor.weight == HIGH for factor in factors)
    middling = sum(factor.weight == MEDIUM for factor in factors)
    level = HIGH if strong or middling >= 3 else MEDIUM if middling else LOW
    order = (HIGH, MEDIUM, LOW)
    return level, [factor.receipt() for factor in sorted(factors, key=lambda one: order.index(one.weight))]
