"""A card as a person reads it: title in everyday words, what it concerns, the promise it touches, both sides of a doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.queries import clock_time
from apps.board.badges import ANOMALY, ANOTHER_ANSWERS, BADGES, DESYNCED, NEEDS_APPROVAL, PLAN_LOCKED, SERVICE_DUE, Badge
from apps.board.domain.cards import Card, Cause, Section
from apps.board.domain.known import Part
from apps.policy.states import RiskFactor
from apps.runs.domain.hours import Kept
from apps.runs.queries import explain_anomaly

from .clock import span
from .evidence import Evidence, evidence_of
from .titles import TITLES, Saying

CAUSE_BADGES: dict[Cause, Badge] = {
    Cause.DESYNCED: DESYNCED,
    Cause.ANOMALY: ANOMALY,
    Cause.PAUSED: BADGES["run", "paused"],
    Cause.OFFLINE_RUN: BADGES["connection", "OFFLINE"],
    Cause.DEGRADED: BADGES["health", "DEGRADED"],
    Cause.OTHER_MACHINE: ANOTHER_ANSWERS,
    Cause.MISCONFIGURED: BADGES["connection", "MISCONFIGURED"],
    Cause.FOREIGN: BADGES["occupancy", "FOREIGN"],
    Cause.NEEDS_APPROVAL: NEEDS_APPROVAL,
    Cause.PLAN_LOCKED: PLAN_LOCKED,
    Cause.BED_NOT_CLEAR: BADGES["bed", "NOT_CLEAR"],
    Cause.BED_UNKNOWN: BADGES["bed", "UNKNOWN"],
    Cause.SERVICE_DUE: SERVICE_DUE,
    Cause.RUNNING: BADGES["run", "printing"],
    Cause.QUEUED: BADGES["run", "queued"],
    Cause.COOLING: BADGES["piece", "cooling"],
    Cause.IN_QA: BADGES["piece", "qa"],
    Cause.REWORK: BADGES["piece", "rework"],
    Cause.TO_PACK: BADGES["piece", "passed"],
    Cause.TO_SHIP: BADGES["piece", "packed"],
}
TONES = {"red": "", "amber": "warn", "violet": "hold"}
"""Tone of a badge → what a card's frame is called; any other is a warning."""

SHOWN_PARTS = 2
_FACTORS = frozenset(RiskFactor.values)


@dataclass(frozen=True, slots=True)
class Told:
    """A card with its words. Everything a template shows of it."""

    card: Card
    badge: Badge
    title: str
    detail: str = ""
    note: str = ""
    promise: str = ""
    is_tight: bool = False
    is_late: bool = False
    done: str = ""
    evidence: Evidence | None = None
    factors: tuple[tuple[str, str], ...] = ()

    @property
    def frame(self) -> str:
        """What the card's frame is called in the stylesheet."""
        return TONES.get(self.badge.tone, "warn")


def told(card: Card, *, now: datetime, zone: tzinfo) -> Told:
    """Return a card with its words, in the language of the reader and the time of the site."""
    saying = Saying(card, now, zone)
    promise = card.promise
    slack = promise.slack_min if promise else None
    is_late = bool(promise and promise.lost_at <= now)
    is_over = card.attempt is not None and card.attempt.ended_at is not None
    return Told(
        card=card,
        badge=badge_of(card),
        title=TITLES[card.cause](saying),
        detail=detail_of(card),
        note=_note(card, now, zone),
        promise=_promise(card, now, zone),
        is_tight=not is_late and "SLA_TIGHT" in card.facts.get("why", ()),
        is_late=is_late and slack is not None,
        done=_done(card, now, zone),
        evidence=evidence_of(card, now=now, zone=zone) if card.cause is Cause.DESYNCED else None,
        factors=() if is_over else tuple((code, str(RiskFactor(code).label)) for code in card.risk_factors[:2] if code in _FACTORS),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A card in one line: its title, and the one thing about it that matters most."""

    card: Card
    badge: Badge
    title: str
    more: str


def line(card: Card, *, now: datetime, zone: tzinfo) -> Line:
    """Return a card in one line. A board has hundreds of them: nothing is put into words that is not shown."""
    more = _of_hours(card, now, zone) or _done(card, now, zone) or _promise(card, now, zone)
    return Line(card, badge_of(card), TITLES[card.cause](Saying(card, now, zone)), more)


def badge_of(card: Card) -> Badge:
    """Return the badge of a card."""
    if card.cause is Cause.NOT_JUDGED and card.attempt is not None:
        return BADGES["run", card.attempt.state]
    if card.cause is Cause.AT_RISK and card.attempt is not None:
        return BADGES["run", card.attempt.state]
    if card.cause is Cause.ANOMALY and card.attempt is not None and card.attempt.state == "paused":
        return BADGES["run", "paused"]
    found = CAUSE_BADGES.get(card.cause)
    if found is not None:
        return found
    return {
        Cause.INCIDENT: Badge(_("Incident"), "zap-off", "red"),
        Cause.NOT_FOLLOWED: Badge(_("Not followed"), "hourglass", "amber"),
        Cause.BREAKER: Badge(_("Automation off"), "zap-off", "red"),
        Cause.PLAN_REVIEW: Badge(_("Review"), "clipboard-check", "violet"),
        Cause.PAYMENT_REVIEW: Badge(_("Payment"), "banknote", "violet"),
        Cause.DEAD_LETTER: Badge(_("Given up"), "circle-alert", "amber"),
    }[card.cause]


def detail_of(card: Card) -> str:
    """Return what a card concerns: the parts, their plate and attempt, or the order."""
    attempt = card.attempt
    if card.members or attempt is None:
        return ""
    where = [card.machine.code] if card.machine and card.section is not Section.ATTENTION else []
    plate = _("Plate %(plate)s") % {"plate": attempt.plate}
    again = [_("Attempt %(n)d") % {"n": attempt.number}] if attempt.number > 1 or card.section is Section.ATTENTION else []
    parts = [parts_in_words(attempt.parts)] if card.section is Section.ATTENTION else []
    return " · ".join([*(one for one in parts if one), *where, plate, *again])


def parts_in_words(parts: Sequence[Part], *, most: int = SHOWN_PARTS) -> str:
    """Return what is on a plate: the most frequent parts with their numbers, and how many kinds more there are."""
    shown = ", ".join(f"{part.name} \N{MULTIPLICATION SIGN}{part.count}" for part in parts[:most])
    rest = len(parts) - most
    return shown if rest <= 0 else _("%(parts)s and %(n)d more") % {"parts": shown, "n": rest}


def _done(card: Card, now: datetime, zone: tzinfo) -> str:
    done = card.facts.get("done_about")
    return _("done about %(at)s") % {"at": clock_time(done, now=now, zone=zone)} if done else ""


def _promise(card: Card, now: datetime, zone: tzinfo) -> str:
    """Return the promise in a sentence: due when, and what slack there is or by when to act."""
    promise = card.promise
    if promise is None:
        return ""
    due = {"order": promise.order, "due": clock_time(promise.due_at, now=now, zone=zone)}
    if card.section is Section.ATTENTION and promise.act_by is not None and promise.order:
        if promise.act_by <= now:
            return _("Order %(order)s is due %(due)s and will be late.") % due
        return _acts(card) % {**due, "by": clock_time(promise.act_by, now=now, zone=zone)}
    if promise.act_by is None or promise.slack_min is None:
        return _("Order %(order)s is due %(due)s.") % due if promise.order and card.section is Section.ATTENTION else _("Due %(due)s") % due
    if promise.slack_min < 0:
        return _("Due %(due)s, %(late)s late") % {**due, "late": span(-promise.slack_min)}
    if card.cause is Cause.QUEUED or (card.attempt and card.attempt.state == "queued"):
        return _("Due %(due)s, must start by %(by)s") % {**due, "by": clock_time(promise.act_by, now=now, zone=zone)}
    return _("Due %(due)s, %(slack)s slack") % {**due, "slack": span(promise.slack_min)}


def _acts(card: Card) -> str:
    if card.cause is Cause.NOT_JUDGED:
        return _("Order %(order)s is due %(due)s.")
    if card.cause in (Cause.DESYNCED, Cause.OFFLINE_RUN):
        return _("Order %(order)s is due %(due)s. A restart after %(by)s misses it.")
    return _("Order %(order)s is due %(due)s. A start after %(by)s misses it.")


def _note(card: Card, now: datetime, zone: tzinfo) -> str:
    """Return the one further thing worth knowing."""
    if card.cause is Cause.ANOMALY:
        return _seen(card)
    if card.cause is Cause.INCIDENT:
        return _of_incident(card)
    if card.cause is Cause.NOT_FOLLOWED:
        return _("It first finishes what it is at, and heating up takes minutes. In danger stop it at once: that ends the print.")
    if card.cause is Cause.QUEUED:
        return _of_hours(card, now, zone)
    if card.cause is Cause.PAUSED and card.attempt and card.attempt.wish:
        asked = {"resume": _("It was asked to go on and has not yet."), "abort": _("It was asked to stop and has not yet.")}
        return asked.get(card.attempt.wish, _("It was asked to pause."))
    if card.machine and card.machine.bed_noted_by and card.cause in (Cause.DESYNCED, Cause.OFFLINE_RUN):
        return _("Somebody said its bed is clear. That counts when the attempt has ended.")
    if card.waiting:
        return ngettext("%(n)d plate waits for it.", "%(n)d plates wait for it.", card.waiting) % {"n": card.waiting}
    if card.cause is Cause.AT_RISK:
        return " · ".join(one for one in (_of_hours(card, now, zone), *(_WHY[code]() for code in card.facts["why"])) if one)
    if card.cause is Cause.SERVICE_DUE:
        return _("It may go on printing until somebody has the time.")
    if card.cause in (Cause.DEAD_LETTER, Cause.PLAN_REVIEW):
        return str(card.facts.get("note", ""))[:200]
    return ""


def _of_hours(card: Card, now: datetime, zone: tzinfo) -> str:
    """Return when working hours let it start, if they keep it back."""
    kept: Kept | None = card.facts.get("kept")
    if kept is None:
        return ""
    if kept.start is None:
        return _("No working hours fit: it does not start by itself.")
    given = {"at": clock_time(kept.start, now=now, zone=zone), "end": clock_time(kept.ends_at, now=now, zone=zone)}
    if kept.is_unwatched:
        return _("Starts %(at)s, when somebody is there to watch.") % given
    return _("Would end %(end)s with nobody there. Starts %(at)s.") % given


def _seen(card: Card) -> str:
    """What was seen of an anomaly, whether the machine does already what was asked, and what else is wrong."""
    trouble, others = card.facts["trouble"], card.facts["others"]
    said = [explain_anomaly(trouble.kind, trouble.evidence), trouble.note[:200]]
    if card.attempt and card.attempt.wish == "abort":
        said.append(_("It was asked to stop and has not yet."))
    if card.attempt and card.attempt.wish == "pause":
        said.append(_("It was asked to pause and has not yet."))
    if trouble.state == "acknowledged":
        said.append(_("Somebody sees to it."))
    if others:
        said.append(ngettext("%(n)d more thing looks wrong.", "%(n)d more things look wrong.", others) % {"n": others})
    return " ".join(part for part in said if part)


def _of_incident(card: Card) -> str:
    """Return what an incident still asks for: plates nobody judged, printers that are silent, beds nobody cleared."""
    unjudged = sum(one.cause is Cause.NOT_JUDGED for one in card.members)
    silent = sum(one.cause is Cause.OFFLINE_RUN for one in card.members)
    beds = sum(one.cause in (Cause.BED_NOT_CLEAR, Cause.BED_UNKNOWN) for one in card.members)
    said = [_("Nothing starts there until it is released.")]
    if silent:
        said.append(ngettext("%(n)d print is not heard from.", "%(n)d prints are not heard from.", silent) % {"n": silent})
    if unjudged:
        said.append(ngettext("%(n)d plate to judge.", "%(n)d plates to judge.", unjudged) % {"n": unjudged})
    if beds:
        said.append(ngettext("%(n)d bed to look at.", "%(n)d beds to look at.", beds) % {"n": beds})
    return " ".join(said)


_WHY = {
    "RISK_HIGH": lambda: _("High risk"),
    "SLA_TIGHT": lambda: str(RiskFactor.SLA_TIGHT.label),
    "PRINTER_DEGRADED": lambda: str(RiskFactor.PRINTER_DEGRADED.label),
    "LOW_PRINTER_CONFIDENCE": lambda: str(RiskFactor.LOW_PRINTER_CONFIDENCE.label),
}
