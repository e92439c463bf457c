"""The foreman's sentence: what to do and what is lost otherwise. It opens the page."""

from __future__ import annotations

from datetime import datetime, tzinfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.queries import clock_time
from apps.board.domain.cards import Card, Cause
from apps.board.domain.today import Foreman, Opening


def sentence(foreman: Foreman, *, now: datetime, zone: tzinfo) -> str:
    """Return what the foreman says."""
    if foreman.opening in (Opening.NEED_YOU, Opening.NEED_YOU_OR_MISS, Opening.NEED_YOU_MISSED):
        needed = ngettext("%(n)d thing needs you.", "%(n)d things need you.", foreman.count) % {"n": foreman.count}
        return f"{needed} {_lost(foreman, now, zone)}".strip()
    if foreman.opening is Opening.NO_PRINTERS:
        return _("There is no printer yet. Add one, and it can print.")
    if foreman.opening is Opening.IDLE:
        return _("Nothing needs you. No printer is working.")
    if foreman.opening is Opening.NOTHING_BUT_LATE:
        return _late(foreman, now, zone)
    working = ngettext("%(n)d printer is working.", "%(n)d printers are working.", foreman.working) % {"n": foreman.working}
    return f"{_('Nothing needs you.')} {working} {_next(foreman, now, zone)}".strip()


def _late(foreman: Foreman, now: datetime, zone: tzinfo) -> str:
    """What prints and comes too late all the same: how many, and whose promise is lost first."""
    promise = foreman.card.promise if foreman.card else None
    given = {
        "n": foreman.late,
        "order": promise.order if promise else "",
        "due": clock_time(promise.due_at, now=now, zone=zone) if promise else "",
    }
    return (
        ngettext(
            "Nothing waits for you, but a print comes too late: order %(order)s misses %(due)s.",
            "Nothing waits for you, but %(n)d prints come too late: order %(order)s misses %(due)s first.",
            foreman.late,
        )
        % given
    )


def _lost(foreman: Foreman, now: datetime, zone: tzinfo) -> str:
    """The promise that is lost first, and by when somebody must act for it to be kept."""
    card = foreman.card
    if card is None or card.promise is None:
        return ""
    promised = {"order": card.promise.order, "due": clock_time(card.promise.due_at, now=now, zone=zone)}
    if foreman.opening is Opening.NEED_YOU_MISSED or card.promise.act_by is None:
        return _("Order %(order)s misses %(due)s.") % promised
    given = {**promised, "by": clock_time(card.promise.act_by, now=now, zone=zone), "printer": card.machine.code if card.machine else ""}
    return _condition(card) % given


def _condition(card: Card) -> str:
    if card.cause in (Cause.BED_NOT_CLEAR, Cause.BED_UNKNOWN):
        return _("Order %(order)s misses %(due)s unless the bed of %(printer)s is clear by %(by)s.")
    if card.cause is Cause.ANOMALY or (card.cause is Cause.NOT_FOLLOWED and card.attempt and card.attempt.wish == "pause"):
        return _("Order %(order)s misses %(due)s if the print on %(printer)s is lost.")
    if card.cause is Cause.PAUSED:
        return _("Order %(order)s misses %(due)s unless %(printer)s goes on by %(by)s.")
    if card.cause in (Cause.NEEDS_APPROVAL, Cause.DEGRADED, Cause.OTHER_MACHINE, Cause.MISCONFIGURED, Cause.FOREIGN):
        return _("Order %(order)s misses %(due)s unless it starts by %(by)s.")
    if card.cause is Cause.NOT_JUDGED:
        return _("Order %(order)s is due %(due)s, and nobody said yet what came of its print.")
    if card.machine is not None:
        return _("Order %(order)s misses %(due)s unless %(printer)s restarts by %(by)s.")
    return _("Order %(order)s misses %(due)s unless it is printed again by %(by)s.")


def _next(foreman: Foreman, now: datetime, zone: tzinfo) -> str:
    card = foreman.card
    if card is None or card.attempt is None or card.machine is None:
        return ""
    done = clock_time(card.facts["done_about"], now=now, zone=zone)
    given = {"plate": card.attempt.plate, "printer": card.machine.code, "done": done}
    return _("The next hand-off is %(plate)s on %(printer)s, about %(done)s.") % given
