"""Why a policy asked or stopped, in sentences: each condition that did not hold, with the numbers it saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from apps.catalog.states import ReasonFamily
from apps.fleet.states import CalibrationKind, PrinterState
from apps.parts.states import PreflightStatus
from apps.policy.states import RiskLevel

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CODES = {"level": RiskLevel, "status": PreflightStatus, "state": PrinterState, "family": ReasonFamily, "calibration": CalibrationKind}
_LEVEL_LIMIT = ("plan_risk_is_at_most", "run_risk_is_at_most")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: what is so, what the rule wants, its icon, and whether nobody may pass it."""

    title: str
    detail: str
    icon: str
    rule: str


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A condition that did not hold: what is so, and what is wanted. ``{braces}`` are the condition's own numbers.

    ``unknown`` is said instead of the detail where one of those is not known.
    """

    title: StrOrPromise
    detail: StrOrPromise
    icon: str
    unknown: StrOrPromise = ""


WORDS: dict[str, RuleWords] = {
    "model_can_be_made": RuleWords(
        _("The model cannot be made as it is"), _("Its check says: {status}. Somebody must answer what was found."), "octagon-alert"
    ),
    "order_value_is_at_most": RuleWords(
        _("It is a big order"), _("Above {limit_money} a person looks first; it is worth {value_money}."), "banknote"
    ),
    "nothing_holds_it": RuleWords(_("Somebody put it on hold"), _("Release the hold when its reason is gone."), "hand"),
    "plan_risk_is_at_most": RuleWords(_("Risk of the Build Plan: {level}"), _("Above {limit} a person looks first."), "triangle-alert"),
    "run_risk_is_at_most": RuleWords(_("Risk of the print: {level}"), _("Above {limit} a person looks first."), "triangle-alert"),
    "no_review_is_open": RuleWords(
        _("A person must look at the Build Plan first"), _("Reviews that nobody answered: {open}."), "clipboard-check"
    ),
    "plan_is_not_locked": RuleWords(_("The Build Plan is locked"), _("It kept failing until somebody looks into it."), "lock"),
    "slice_warnings_are_at_most": RuleWords(
        _("Slicing gave {warnings} warnings"), _("Above {limit} a person looks first."), "triangle-alert"
    ),
    "printer_is_online": RuleWords(
        _("The printer does not answer"), _("It is {state}. Nothing starts on a printer nobody hears."), "wifi-off"
    ),
    "printer_is_ok": RuleWords(_("The printer is not fit"), _("It is {state}."), "wrench"),
    "calibrated_within": RuleWords(
        _("The printer is not freshly calibrated"),
        _("{calibration}: last done {days} days ago, {limit} at most are asked for. Do it again and record it on the printer's page."),
        "ruler",
        _("Nobody recorded a calibration of it, or the last one was not good. Calibrate it and record it on the printer's page."),
    ),
    "bed_is_clear": RuleWords(_("The bed is not clear"), _("Somebody must look at it and say so."), "brush"),
    "circuit_has_room": RuleWords(
        _("Its circuit is heating already"),
        _("{heating} heat up there, {limit} may at once. It goes on when one of them is hot."),
        "zap",
    ),
    "material_is_enough": RuleWords(_("The material may not be enough"), _("What is loaded is too little, or nobody knows."), "spool"),
    "attempts_in_total_are_below": RuleWords(_("It was tried {attempts} times"), _("After {limit} attempts it ends."), "repeat"),
    "attempts_in_24_h_are_below": RuleWords(_("It was tried {attempts} times in 24 h"), _("After {limit} in a day it ends."), "repeat"),
    "failure_may_be_repeated": RuleWords(
        _("Why it failed: {family}"), _("Failures of this kind are not repeated without a person."), "circle-x"
    ),
    "anomaly_is_one_of": RuleWords(_("What looks wrong: {kind}"), _("Automation leaves this kind to a person."), "triangle-alert"),
    "automation_is_not_tripped": RuleWords(_("Automation is off"), _("It started too much in an hour."), "zap-off"),
    "finishes_before_due": RuleWords(
        _("It may miss its promise"), _("{spare_min} min to spare, {required_min} min are asked for."), "clock"
    ),
    "starts_while_somebody_is_there": RuleWords(
        _("Nobody would watch it start"),
        _("Somebody is there for {stays} more min, {limit} min are asked for. It starts by itself when somebody is there."),
        "clock",
    ),
    "ends_while_somebody_is_there": RuleWords(
        _("It would end while nobody is there"),
        _("It would end {after} min after the last shift, {limit} min are allowed, and wait {wait} min for somebody."),
        "clock",
    ),
    "never": RuleWords(_("A person decides here"), _("The shop switched automation off for this."), "hand"),
    "override": RuleWords(_("A person passed the block"), _("{reason}"), "shield-alert"),
    "policy_unavailable": RuleWords(_("No policy could be asked"), _("Automation stops then; a person may go on."), "shield-alert"),
}
"""Condition → its words. A test fails for a condition without any."""


def reasons_of(explanations: list[Mapping[str, Any]], *, currency: str = "") -> list[Reason]:
    """Return why a decision came out as it did, strongest first."""
    return [_reason(entry, currency) for entry in explanations if entry.get("code") in WORDS]


def _reason(entry: Mapping[str, Any], currency: str) -> Reason:
    from apps.board.templatetags.farmos import money

    words = WORDS[entry["code"]]
    spoken = _Spoken({name: _label(name, value) for name, value in entry.items()})
    if entry["code"] in _LEVEL_LIMIT:
        spoken["limit"] = _label("level", entry.get("limit"))
    for name in ("limit", "value"):
        if isinstance(entry.get(name), int):
            spoken[f"{name}_money"] = money(entry[name], currency)
    detail = words.unknown if words.unknown and None in entry.values() else words.detail
    return Reason(str(words.title).format_map(spoken), str(detail).format_map(spoken), words.icon, str(entry.get("rule", "")))


def _label(name: str, value: Any) -> Any:
    codes: Any = CODES.get(name)
    if codes is not None and value in codes.values:
        return codes(value).label
    return now("not known") if value is None else value


class _Spoken(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return now("not known")
