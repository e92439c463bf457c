"""How an order stands and what has happened to it, in a customer's words: no printers, no attempts, no policy, no failures as such."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.orders.domain.money import spelled
from apps.orders.states import IntentState
from apps.storefront.queries.tracking import Progress, Stage, Step

ICONS = {
    "received": "package",
    "paid": "credit-card",
    "printing": "printer",
    "passed": "package-check",
    "again": "rotate-ccw",
    "shipped": "truck",
    "fewer": "minus",
    "refunded": "credit-card",
    "canceled": "circle-x",
}


@dataclass(frozen=True, slots=True)
class StepWords:
    """One line of what has happened."""

    icon: str
    text: str
    at: datetime
    is_good: bool


def sentence_of(progress: Progress) -> str:
    """Return how an order stands, in one sentence."""
    intent, stages = progress.intent, progress.stages
    if intent.state == IntentState.CANCELED:
        return _("Your order is cancelled")
    if intent.state in (IntentState.CREATED, IntentState.AWAITING_PAYMENT):
        return _("We have your order and wait for your payment")
    if intent.state == IntentState.FULFILLED:
        return _("Your order is complete") if not progress.shipments else _("Your order is on its way")
    if stages[Stage.SENT]:
        return _("%(sent)d of %(all)d pieces are on their way") % {"sent": stages[Stage.SENT], "all": progress.wanted}
    if stages[Stage.READY] == progress.wanted:
        return _("Your order is ready and will be sent")
    if progress.printed == progress.wanted:
        return _("Your pieces are printed and being checked")
    if progress.is_begun:
        return ngettext("Your piece is being printed", "Your %(n)d pieces are being printed", progress.wanted) % {"n": progress.wanted}
    return ngettext("Your piece is next in line", "Your %(n)d pieces are next in line", progress.wanted) % {"n": progress.wanted}


def step_words(step: Step, currency: str) -> StepWords:
    """Return something that happened, in words."""
    return StepWords(ICONS[step.what], _text(step, currency), step.at, step.what in ("passed", "shipped"))


def _text(step: Step, currency: str) -> str:
    amount = spelled(step.amount_minor, currency) if step.amount_minor else ""
    values = {"n": step.pieces, "amount": amount}
    match step.what:
        case "received":
            return _("We received your order.")
        case "paid":
            return _("Paid, %(amount)s.") % values if amount else _("Confirmed.")
        case "printing":
            return _("Printing started.")
        case "passed":
            return ngettext("%(n)d piece passed our check.", "%(n)d pieces passed our check.", step.pieces) % values
        case "again":
            return (
                ngettext("%(n)d piece is printed again at our cost.", "%(n)d pieces are printed again at our cost.", step.pieces) % values
            )
        case "shipped":
            return ngettext("%(n)d piece was sent.", "%(n)d pieces were sent.", step.pieces) % values
        case "fewer":
            return ngettext("%(n)d piece fewer, as you wished.", "%(n)d pieces fewer, as you wished.", step.pieces) % values
        case "refunded":
            return _("%(amount)s went back to you.") % values
    return _("The order was cancelled.")
