"""Predicates: named conditions over facts with typed parameters. They read as questions; ``None`` (not known) never answers yes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .facts import FactValue

Facts = Mapping[str, FactValue]
LEVELS = ("LOW", "MEDIUM", "HIGH")
WATCHED, MET = "starts_while_somebody_is_there", "ends_while_somebody_is_there"
"""The conditions about working hours."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a predicate found: is the condition met, and the numbers a sentence needs."""

    holds: bool
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Predicate:
    """A registered condition.

    Args:
        name: What policies call it.
        reads: The facts it looks at; all must have been gathered.
        test: The function.
        nobody_overrides: Not even an admin passes a block by this condition.
        parameters: Parameter name → type.
    """

    name: str
    reads: tuple[str, ...]
    test: Callable[..., Finding]
    nobody_overrides: bool
    parameters: dict[str, type]


PREDICATES: dict[str, Predicate] = {}
_TYPES: dict[str, type] = {"int": int, "float": float, "str": str, "bool": bool, "list[str]": list}


def predicate(*reads: str, nobody_overrides: bool = False) -> Callable[[Callable[..., Finding]], Callable[..., Finding]]:
    """Register a condition over the facts it ``reads``; keyword-only arguments are its typed parameters."""

    def register(test: Callable[..., Finding]) -> Callable[..., Finding]:
        given = inspect.signature(test).parameters.values()
        parameters = {p.name: _TYPES[str(p.annotation)] for p in given if p.kind is p.KEYWORD_ONLY}
        PREDICATES[test.__name__] = Predicate(test.__name__, reads, test, nobody_overrides, parameters)
        return test

    return register


def _at_most(value: FactValue, limit: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value <= limit


@predicate("intent.preflight.status", nobody_overrides=True)
def model_can_be_made(facts: Facts) -> Finding:
    """Did preflight let every model of the order through (PASS, or WARN that was answered)?"""
    status = facts["intent.preflight.status"]
    return Finding(status in ("PASS", "WARN"), {"status": status})


@predicate("intent.value")
def order_value_is_at_most(facts: Facts, *, minor: int) -> Finding:
    """Is the order worth no more than this many minor units?"""
    return Finding(_at_most(facts["intent.value"], minor), {"value": facts["intent.value"], "limit": minor})


@predicate("hold.active")
def nothing_holds_it(facts: Facts) -> Finding:
    """Is no hold on it, or on anything wider that it belongs to?"""
    return Finding(facts["hold.active"] is False)


@predicate("plan.risk_level")
def plan_risk_is_at_most(facts: Facts, *, level: str) -> Finding:
    """Is the plan's risk no higher than this level?"""
    return _level(facts["plan.risk_level"], level)


@predicate("run.risk_level")
def run_risk_is_at_most(facts: Facts, *, level: str) -> Finding:
    """Is the attempt's risk no higher than this level?"""
    return _level(facts["run.risk_level"], level)


def _level(value: FactValue, level: str) -> Finding:
    known = value in LEVELS
    return Finding(known and LEVELS.index(str(value)) <= LEVELS.index(level), {"level": value, "limit": level})


@predicate("plan.open_reviews")
def no_review_is_open(facts: Facts) -> Finding:
    """Has a person answered every review of the plan?"""
    return Finding(facts["plan.open_reviews"] == 0, {"open": facts["plan.open_reviews"]})


@predicate("plan.dispatch_blocked")
def plan_is_not_locked(facts: Facts) -> Finding:
    """Is the plan free of the lock that repeated failures put on it?"""
    return Finding(facts["plan.dispatch_blocked"] is False)


@predicate("slice.warning_count")
def slice_warnings_are_at_most(facts: Facts, *, limit: int) -> Finding:
    """Did slicing give no more than this many warnings?"""
    return Finding(_at_most(facts["slice.warning_count"], limit), {"warnings": facts["slice.warning_count"], "limit": limit})


@predicate("run.printer_state", nobody_overrides=True)
def printer_is_online(facts: Facts) -> Finding:
    """Do we hear from the printer, and does it let us in?"""
    state = facts["run.printer_state"]
    return Finding(state in ("OK", "DEGRADED", "MAINTENANCE"), {"state": state})


@predicate("run.printer_state")
def printer_is_ok(facts: Facts) -> Finding:
    """Is the printer neither degraded nor in maintenance (nor silent)?"""
    state = facts["run.printer_state"]
    return Finding(state == "OK", {"state": state})


@predicate("printer.calibration_age_days", "printer.oldest_calibration")
def calibrated_within(facts: Facts, *, days: int) -> Finding:
    """Is everything that is calibrated on the printer no older than this, and was it good?"""
    age = facts["printer.calibration_age_days"]
    return Finding(_at_most(age, days), {"calibration": facts["printer.oldest_calibration"], "days": age, "limit": days})


@predicate("bed.clear", nobody_overrides=True)
def bed_is_clear(facts: Facts) -> Finding:
    """Did somebody say that nothing is on the bed?"""
    return Finding(facts["bed.clear"] is True)


@predicate("material.sufficient")
def material_is_enough(facts: Facts) -> Finding:
    """Is the right material loaded, and enough of it? Not known counts as no."""
    return Finding(facts["material.sufficient"] is True, {"sufficient": facts["material.sufficient"]})


@predicate("item.attempt_count_total")
def attempts_in_total_are_below(facts: Facts, *, limit: int) -> Finding:
    """Was every piece tried fewer than this many times?"""
    return Finding(_at_most(facts["item.attempt_count_total"], limit - 1), {"attempts": facts["item.attempt_count_total"], "limit": limit})


@predicate("run.attempt_count_last_24h")
def attempts_in_24_h_are_below(facts: Facts, *, limit: int) -> Finding:
    """Was every piece tried fewer than this many times in the last 24 hours?"""
    tried = facts["run.attempt_count_last_24h"]
    return Finding(_at_most(tried, limit - 1), {"attempts": tried, "limit": limit})


@predicate("item.failure_family")
def failure_may_be_repeated(facts: Facts, *, families: list[str]) -> Finding:
    """Is the reason of the failure of a family that is printed again without asking?"""
    return Finding(facts["item.failure_family"] in families, {"family": facts["item.failure_family"], "families": list(families)})


@predicate("run.anomaly_kind")
def anomaly_is_one_of(facts: Facts, *, kinds: list[str]) -> Finding:
    """Is what looks wrong with the print of a kind for which automation may act?"""
    return Finding(facts["run.anomaly_kind"] in kinds, {"kind": facts["run.anomaly_kind"], "kinds": list(kinds)})


@predicate("automation.tripped")
def automation_is_not_tripped(facts: Facts) -> Finding:
    """Is the breaker against too many automatic starts still in?"""
    return Finding(facts["automation.tripped"] is False)


@predicate("sla.minutes_remaining", "run.estimated_minutes")
def finishes_before_due(facts: Facts, *, slack_minutes: int) -> Finding:
    """Does the print end at least this long before it is promised? Work without a promised time always passes."""
    remaining, estimated = facts["sla.minutes_remaining"], facts["run.estimated_minutes"]
    if remaining is None:
        return Finding(True)
    if not isinstance(remaining, int) or not isinstance(estimated, int):
        return Finding(False, {"spare_min": None, "required_min": slack_minutes})
    return Finding(remaining - estimated >= slack_minutes, {"spare_min": remaining - estimated, "required_min": slack_minutes})


@predicate("circuit.heating", "circuit.max_heating")
def circuit_has_room(facts: Facts) -> Finding:
    """Do fewer printers of its circuit heat up than may at once? A printer that is on no circuit always passes."""
    heating, limit = facts["circuit.heating"], facts["circuit.max_heating"]
    if limit is None:
        return Finding(True)
    known = isinstance(heating, int) and isinstance(limit, int)
    return Finding(known and heating < limit, {"heating": heating, "limit": limit})  # type: ignore[operator]


@predicate("hours.are_kept", "hours.there_for")
def starts_while_somebody_is_there(facts: Facts, *, minutes: int) -> Finding:
    """Is somebody there at the start, and for at least this long? A site that keeps no working hours always passes."""
    kept, stays = facts["hours.are_kept"], facts["hours.there_for"]
    if kept is False:
        return Finding(True)
    known = isinstance(stays, int) and not isinstance(stays, bool)
    return Finding(kept is True and known and 0 < stays >= minutes, {"stays": stays, "limit": minutes})  # type: ignore[operator]


@predicate("hours.are_kept", "hours.end_after", "hours.wait_at_end")
def ends_while_somebody_is_there(facts: Facts, *, grace_minutes: int) -> Finding:
    """Does the print end while somebody is there, or at most this long after they left? A site that keeps no working hours always passes."""
    kept, after = facts["hours.are_kept"], facts["hours.end_after"]
    if kept is False:
        return Finding(True)
    return Finding(
        kept is True and _at_most(after, grace_minutes), {"after": after, "limit": grace_minutes, "wait": facts["hours.wait_at_end"]}
    )


@predicate()
def never(_facts: Facts) -> Finding:
    """No: for steps that automation may not take by itself."""
    return Finding(False)
