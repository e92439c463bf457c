"""What a notice says, in the reader's language: made from its kind and parameters when somebody reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.catalog.states import Reason
from apps.journal import subscriptions
from apps.notify.states import NoticeKind
from apps.orders.domain.money import spelled
from apps.planning.states import ReviewCode
from apps.policy.states import GatedTransition
from apps.runs.states import AnomalyKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from apps.notify.models import Notice


@dataclass(frozen=True, slots=True)
class Said:
    """A notice in words: what happened, the strongest reason, and what the button says."""

    title: str
    detail: str
    action: str


_WORDS: dict[str, tuple[StrOrPromise, StrOrPromise, StrOrPromise]] = {
    NoticeKind.ANOMALY: (
        _("{printer}: {anomaly}"),
        _("Print Attempt {attempt} of plate {plate} should be looked at. The page says what was seen and what to do first."),
        _("See to it"),
    ),
    NoticeKind.RUN_PAUSED: (
        _("{printer} stands still: {reason}"),
        _("Print Attempt {attempt} of plate {plate} waits for a person. The other prints go on."),
        _("Open the print"),
    ),
    NoticeKind.RUN_FAILED: (
        _("A print failed on {printer}: {reason}"),
        _("Print Attempt {attempt} of plate {plate} has ended. Say what became of its parts, so that they are made again."),
        _("Say what happened on the plate"),
    ),
    NoticeKind.RUN_DESYNCED: (
        _("Nobody knows what {printer} did"),
        _(
            "farmos and the printer disagree about Print Attempt {attempt} of plate {plate}. Nothing is printed again until a person decides."
        ),
        _("Look at both sides"),
    ),
    NoticeKind.POWER_CUT: (
        _("A power cut stopped prints: {count}"),
        _("Say what became of their parts and clear the beds. The failures count against no printer and no plan."),
        _("Open Today"),
    ),
    NoticeKind.INCIDENT: (
        _("One cause stopped {count} printers: {reason}"),
        _("Nothing starts on them by itself. See to them together, then let work start again. It counts against no printer and no plan."),
        _("Open the incident"),
    ),
    NoticeKind.PRINTER_DEGRADED: (
        _("{printer} was taken out of service: {reason}"),
        _("Nothing is started on it until somebody has gone through its checklist."),
        _("Open the printer"),
    ),
    NoticeKind.PRINTER_OFFLINE: (
        _("{printer} is silent with a print on it"),
        _("farmos does not hear from it. What it is doing is not known; nothing is stopped or started."),
        _("Open the printer"),
    ),
    NoticeKind.APPROVAL_NEEDED: (
        _("An approval is needed: {transition}{about}"),
        _("The work is parked and waits for an answer."),
        _("Review and answer"),
    ),
    NoticeKind.PLAN_REVIEW: (
        _("The Build Plan of order {order} waits for you"),
        _("Revision {revision}: {review}. Nothing is printed from it before somebody looked."),
        _("Open the Build Plan"),
    ),
    NoticeKind.PLAN_LOCKED: (
        _("The Build Plan of order {order} is locked"),
        _("Revision {revision} failed again and again. Nothing is printed from it by itself until somebody looked into it."),
        _("Open the Build Plan"),
    ),
    NoticeKind.SLICE_FAILED: (
        _("Plate {plate} could not be sliced"),
        _("There is no usable print file for it, so nothing of it is printed."),
        _("Open the plate"),
    ),
    NoticeKind.AUTOMATION_OFF: (
        _("Automation stopped itself"),
        _("There were too many automatic starts or reprints in an hour. What prints goes on; nothing more is started by itself."),
        _("Look into it"),
    ),
    NoticeKind.PAYMENT_REVIEW: (
        _("A payment for order {order} does not fit"),
        _("The money is there but amount, currency or time are not as agreed. A person decides what becomes of it."),
        _("Open the order"),
    ),
    NoticeKind.REFUND_FAILED: (
        _("A refund of {money} did not go out"),
        _("Order {order}: the payment provider did not take it. The customer still waits for the money."),
        _("Open the order"),
    ),
    NoticeKind.EFFECT_GAVE_UP: (
        _("farmos gave up: {effect}"),
        _("It failed each time it was tried. Try it again or close it with a reason."),
        _("Open what was given up"),
    ),
    NoticeKind.MAIL_GAVE_UP: (
        _("Mails that could not be sent: {count}"),
        _("The mail server did not take them for an hour. Check EMAIL_HOST and its password, then try them again."),
        _("Open what was given up"),
    ),
}


def said(notice: Notice) -> Said:
    """Return the notice in words."""
    title, detail, action = _WORDS[notice.kind]
    values = _Known(_named(notice.params))
    return Said(str(title).format_map(values), str(detail).format_map(values), str(action))


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return gettext("not known")


def _about(values: Mapping[str, Any]) -> str:
    """Return what a question is about, as the end of a sentence."""
    if "plate" in values:
        return gettext(", plate {plate}").format_map(values)
    return gettext(", order {order}").format_map(values) if "order" in values else ""


def _named(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters as people call them: labels for codes, amounts spelt out, nothing that is empty."""
    values = {name: value for name, value in params.items() if value not in (None, "")}
    labels = {"anomaly": AnomalyKind, "reason": Reason, "review": ReviewCode, "transition": GatedTransition}
    for name, choices in labels.items():
        if values.get(name) in choices.values:
            values[name] = choices(values[name]).label
    values["about"] = _about(values)
    if "minor" in values and "currency" in values:
        values["money"] = spelled(values["minor"], values["currency"])
    if "subscriber" in values:
        values["effect"] = subscriptions.label_of(values["subscriber"])
    return values
