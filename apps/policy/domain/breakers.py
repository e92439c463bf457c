"""When a breaker trips: how many failures of which family within which window. Each failure was counted once before it comes here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures within so long. ``at_once`` names families of which a single one is enough, ``not_counted`` those left out."""

    failures: int
    window: timedelta
    at_once: frozenset[str] = frozenset()
    not_counted: frozenset[str] = frozenset()


LIMITS = {
    "plan_loop": Limit(2, timedelta(hours=24)),
    "printer": Limit(3, timedelta(hours=6), at_once=frozenset({"THERMAL"}), not_counted=frozenset({"HUMAN"})),
    "runaway": Limit(240, timedelta(hours=1)),
}
"""Per breaker (SPEC 7.4): the same plan twice a day in one family; the same printer three times in six hours, or one thermal fault; automatic
starts of a site per hour."""

PLAN_FAMILIES = frozenset({"FIRST_LAYER", "QUALITY", "EXTRUSION", "PROCESS", "QA"})
"""Families that speak against a plan; others speak against the machine, a person or the line."""


def counts_for(breaker: str, family: str) -> bool:
    """Does a failure of this family count for this breaker at all?"""
    if breaker == "plan_loop":
        return family in PLAN_FAMILIES
    return family not in LIMITS[breaker].not_counted


def trips(breaker: str, *, family: str, failed_at: Sequence[datetime], now: datetime, failures: int | None = None) -> bool:
    """Do these failures trip it?

    Args:
        breaker: ``plan_loop``, ``printer`` or ``runaway``.
        family: Reason family of the newest failure.
        failed_at: When each counted failure happened (for ``plan_loop`` of this family only), the newest included.
        now: The moment to judge at.
        failures: Another number than the default.
    """
    limit = LIMITS[breaker]
    if family in limit.at_once:
        return True
    recent = [moment for moment in failed_at if now - limit.window < moment <= now]
    return len(recent) >= (limit.failures if failures is None else failures)
