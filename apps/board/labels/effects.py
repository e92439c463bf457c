"""What each risk factor usually affects: shown beside it, so that a person need not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from apps.policy.states import RiskFactor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

EFFECTS: dict[str, StrOrPromise] = {
    RiskFactor.THIN_WALL: _("strength, gaps, restarts"),
    RiskFactor.SMALL_FEATURE: _("legibility, lost features"),
    RiskFactor.HIGH_OVERHANG: _("supports, time, surface below"),
    RiskFactor.LONG_BRIDGE: _("sagging"),
    RiskFactor.TALL_NARROW: _("coming loose, wobble"),
    RiskFactor.WARP_PRONE: _("lifting corners"),
    RiskFactor.NOT_WATERTIGHT: _("missing layers, wrong volume"),
    RiskFactor.REPAIRED_MODEL: _("shape at the repaired place"),
    RiskFactor.NEAR_BED_LIMIT: _("fit, clips, purge"),
    RiskFactor.SUPPORT_CONFLICT: _("marks where none were wanted"),
    RiskFactor.MATERIAL_DIFFICULT: _("warping, drying, fumes"),
    RiskFactor.EXTERNAL_GCODE: _("settings nobody here chose"),
    RiskFactor.NEW_PROFILE: _("anything: there are few prints yet"),
    RiskFactor.NEW_SLICER: _("anything: there are few prints yet"),
    RiskFactor.REPEAT_FAILURE: _("the same failure again"),
    RiskFactor.LOW_PRINTER_CONFIDENCE: _("first layer, accuracy"),
    RiskFactor.PRINTER_DEGRADED: _("everything on it"),
    RiskFactor.RECENT_FAILURES: _("first layer, restarts"),
    RiskFactor.NOZZLE_WORN: _("width, surface"),
    RiskFactor.SLA_TIGHT: _("the promise: there is no time for a second attempt"),
    RiskFactor.LONG_RUN: _("how much is lost when it fails"),
}
