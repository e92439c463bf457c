"""The facts a policy may look at. Each is computed by the core; a policy names it, compares it, and can do nothing else with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FactValue = bool | int | float | str | None | tuple[str, ...]
"""What a fact may be. None means: not known, which is never good enough."""

FACTS_VERSION = 1
"""Rises when the meaning of a fact changes; decisions keep it, so that a replay knows what it replays."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One named input: its kind (bool, int, number, text, texts) and the unit of numbers."""

    name: str
    kind: str
    unit: str = ""


FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("intent.preflight.status", "text"),
        Fact("intent.quality_tier", "text"),
        Fact("intent.value", "int", "minor units"),
        Fact("intent.risk_level", "text"),
        Fact("material.family", "text"),
        Fact("material.sufficient", "bool"),
        Fact("plan.risk_level", "text"),
        Fact("plan.open_reviews", "int", "reviews"),
        Fact("plan.dispatch_blocked", "bool"),
        Fact("plan.source", "text"),
        Fact("profile.is_new_to_fleet", "bool"),
        Fact("slicer.is_new_to_fleet", "bool"),
        Fact("slice.warning_count", "int", "warnings"),
        Fact("run.risk_level", "text"),
        Fact("run.printer_state", "text"),
        Fact("run.attempt_count_last_24h", "int", "attempts"),
        Fact("run.estimated_minutes", "int", "min"),
        Fact("run.anomaly_kind", "text"),
        Fact("item.attempt_count_total", "int", "attempts"),
        Fact("item.failure_family", "text"),
        Fact("printer.confidence", "number"),
        Fact("printer.nozzle_hours", "number", "h"),
        Fact("printer.recent_failures", "int", "failures"),
        Fact("printer.oldest_calibration", "text"),
        Fact("printer.calibration_age_days", "int", "days"),
        Fact("bed.clear", "bool"),
        Fact("hold.active", "bool"),
        Fact("circuit.heating", "int", "printers"),
        Fact("circuit.max_heating", "int", "printers"),
        Fact("hours.are_kept", "bool"),
        Fact("hours.there_for", "int", "min"),
        Fact("hours.end_after", "int", "min"),
        Fact("hours.wait_at_end", "int", "min"),
        Fact("sla.minutes_remaining", "int", "min"),
        Fact("automation.tripped", "bool"),
        Fact("trigger.is_automatic", "bool"),
    )
}

_KINDS: dict[str, tuple[type, ...]] = {"bool": (bool,), "int": (int,), "number": (int, float), "text": (str,), "texts": (tuple, list)}


def wrong(facts: Mapping[str, FactValue]) -> list[str]:
    """Return the names of facts that nobody declared or whose value is of another kind. Empty: all is well."""
    return sorted(name for name, value in facts.items() if name not in FACTS or not _fits(FACTS[name], value))


def _fits(fact: Fact, value: FactValue) -> bool:
    if value is None:
        return True
    if isinstance(value, bool) and fact.kind != "bool":
        return False
    return isinstance(value, _KINDS[fact.kind])
