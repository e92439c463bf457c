"""What a risk factor usually affects, and its receipt in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from apps.board.queries import EFFECTS
from apps.policy.states import RiskFactor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

UNITS: dict[str, StrOrPromise] = {
    RiskFactor.HIGH_OVERHANG: _("% of the surface"),
    RiskFactor.NEAR_BED_LIMIT: _("% of the room"),
    RiskFactor.WARP_PRONE: _("mm long"),
    RiskFactor.TALL_NARROW: _("times as tall as wide"),
    RiskFactor.SLA_TIGHT: _("min to spare"),
    RiskFactor.LONG_RUN: _("min of printing"),
    RiskFactor.NOZZLE_WORN: _("h on the nozzle"),
    RiskFactor.REPEAT_FAILURE: _("failures before"),
    RiskFactor.RECENT_FAILURES: _("failures in 6 h"),
}

SOURCES: dict[str, StrOrPromise] = {
    "preflight": _("the model's check"),
    "order": _("the order"),
    "plan": _("the Build Plan"),
    "profile": _("the profile"),
    "slicer": _("the slicer"),
    "attempts": _("earlier attempts"),
    "estimate": _("the estimate"),
    "printer": _("the printer"),
    "promise": _("the promise"),
    "slice": _("the sliced file"),
}


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor in words: its label, what it usually affects, and its receipt."""

    code: str
    label: str
    affects: str
    receipt: str


def factors_of(kept: Iterable[Mapping[str, Any]]) -> list[Factor]:
    """Return risk factors in words, strongest first."""
    return [_factor(one) for one in kept if one.get("factor") in RiskFactor.values]


def _factor(kept: Mapping[str, Any]) -> Factor:
    code = RiskFactor(kept["factor"])
    values = {
        "value": kept.get("value"),
        "unit": UNITS.get(code, ""),
        "threshold": kept.get("threshold"),
        "source": SOURCES.get(str(kept.get("source")), kept.get("source")),
    }
    says = now("%(value)s, says %(source)s; expected: %(threshold)s.")
    if not isinstance(kept.get("threshold"), str):
        says = now("%(value)s %(unit)s, says %(source)s; the limit is %(threshold)s.")
    if code is RiskFactor.SLA_TIGHT and isinstance(kept.get("value"), int) and kept["value"] < 0:
        values |= {"value": -kept["value"], "unit": now("min too late")}
    receipt = " ".join((says % values).replace(" ;", ";").split())
    return Factor(code.value, str(code.label), str(EFFECTS[code]), receipt)
