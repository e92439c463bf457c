"""What was seen of an anomaly, in one sentence made from its evidence. Evidence may come from plug-ins: what it does not say is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.runs.states import AnomalyKind

Evidence = Mapping[str, Any]


def explain_anomaly(kind: str, evidence: Evidence) -> str:
    """Return what was seen, in a sentence; what the kind usually means where the evidence does not say."""
    is_heat = kind in (AnomalyKind.TEMP_DRIFT, AnomalyKind.THERMAL_RUNAWAY)
    said = _heat(evidence) if is_heat else _lasting(kind, evidence)
    return " ".join(part for part in (said or str(_USUALLY[kind]), _far(evidence)) if part)


def _heat(evidence: Evidence) -> str:
    heater = {"nozzle": _("The nozzle"), "bed": _("The bed")}.get(str(evidence.get("heater")), _("A heater"))
    if evidence.get("cause") == "off":
        return _("%(heater)s is switched off and the print goes on.") % {"heater": heater}
    measured, target = _number(evidence, "measured"), _number(evidence, "target")
    if measured is None or target is None:
        return ""
    return _("%(heater)s has %(measured).0f °C, it should have %(target).0f °C.") % {
        "heater": heater,
        "measured": measured,
        "target": target,
    }


def _lasting(kind: str, evidence: Evidence) -> str:
    for_s, limit_s = _number(evidence, "for_s"), _number(evidence, "limit_s")
    words = _LASTS.get((kind, str(evidence.get("cause", ""))))
    if for_s is None or limit_s is None or words is None:
        return ""
    return str(words) % {"for": _minutes(for_s), "limit": _minutes(limit_s)}


_LASTS: Mapping[tuple[str, str], Any] = {
    (AnomalyKind.PROGRESS_STUCK, ""): gettext_lazy("It says that it prints, and nothing got further for %(for)s (limit %(limit)s)."),
    (AnomalyKind.PROGRESS_STUCK, "heating"): gettext_lazy("It has been heating up for %(for)s and does not get there (limit %(limit)s)."),
    (AnomalyKind.NO_EXTRUSION, ""): gettext_lazy("The print goes on, and no filament was pushed for %(for)s (limit %(limit)s)."),
    (AnomalyKind.FIRST_LAYER_RISK, "slow"): gettext_lazy("It has been at its first layer for %(for)s (limit %(limit)s)."),
    (AnomalyKind.FIRST_LAYER_RISK, "not_begun"): gettext_lazy("It has been warm for %(for)s and pushed nothing yet (limit %(limit)s)."),
    (AnomalyKind.DURATION_ANOMALY, ""): gettext_lazy("It has been printing for %(for)s (limit %(limit)s)."),
}

_USUALLY: Mapping[str, Any] = {
    AnomalyKind.FIRST_LAYER_RISK: gettext_lazy("Somebody or something doubts its first layer."),
    AnomalyKind.SPAGHETTI_SUSPECTED: gettext_lazy("The picture looks as if strands hang in the air."),
    AnomalyKind.ADHESION_RISK: gettext_lazy("The part may come off the plate."),
    AnomalyKind.NO_EXTRUSION: gettext_lazy("The print goes on, and no filament comes out."),
    AnomalyKind.FILAMENT_RUNOUT: gettext_lazy("The filament sensor sees no filament."),
    AnomalyKind.TEMP_DRIFT: gettext_lazy("A temperature is off its target."),
    AnomalyKind.THERMAL_RUNAWAY: gettext_lazy("A heater gets far hotter than it should."),
    AnomalyKind.PROGRESS_STUCK: gettext_lazy("It says that it prints, and nothing gets further."),
    AnomalyKind.LAYER_SHIFT_SUSPECTED: gettext_lazy("The picture looks as if layers were moved sideways."),
    AnomalyKind.UNEXPECTED_PAUSE: gettext_lazy("It stands still, and nobody asked farmos for that."),
    AnomalyKind.DURATION_ANOMALY: gettext_lazy("It takes far longer than its file says."),
    AnomalyKind.CAMERA_LOST: gettext_lazy("The printer names a camera that gives no picture. The print itself goes on."),
}


def _far(evidence: Evidence) -> str:
    """Return how far the print was."""
    percent, layer = _number(evidence, "percent"), _number(evidence, "layer")
    if percent is None:
        return ""
    if layer is None:
        return _("Seen at %(percent).0f %%.") % {"percent": percent}
    return _("Seen at %(percent).0f %%, layer %(layer)d.") % {"percent": percent, "layer": layer}


def _number(evidence: Evidence, name: str) -> float | None:
    found = evidence.get(name)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < 10**9 else None


def _minutes(seconds: float) -> str:
    minutes = max(round(seconds / 60), 1)
    if minutes < 120:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}
