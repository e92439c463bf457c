"""Today: the whole board of a site from what is known of it, and the one sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from .cards import Card, Cause, Section
from .floor_cards import Floor
from .known import Known
from .ordering import grouped, in_order
from .other_cards import card_of_batch, card_of_matter
from .promises import Promise

PRINTING = ("uploading", "printing", "paused")


class Opening(StrEnum):
    """How the foreman's sentence begins, and with what it goes on."""

    NEED_YOU = "need_you"
    NEED_YOU_OR_MISS = "need_you_or_miss"
    NEED_YOU_MISSED = "need_you_missed"
    NOTHING = "nothing"
    NOTHING_NEXT = "nothing_next"
    NOTHING_BUT_LATE = "nothing_but_late"
    IDLE = "idle"
    NO_PRINTERS = "no_printers"


@dataclass(frozen=True, slots=True)
class Foreman:
    """What the sentence says: how many cards need a person, the promise that is lost first and by what, else what comes next.

    ``late`` is how many prints will be too late although nobody can do anything about them here.
    """

    opening: Opening
    count: int = 0
    card: Card | None = None
    working: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of the header. Things, not cards: a group of two beds is two."""

    attention: int
    at_risk: int
    printing: int
    ready: int
    queued: int
    free: int


@dataclass(frozen=True, slots=True)
class Today:
    """The board of one site at one moment."""

    now: datetime
    attention: tuple[Card, ...]
    at_risk: tuple[Card, ...]
    running: tuple[Card, ...]
    ready: tuple[Card, ...]
    next_up: tuple[Card, ...]
    counts: Counts
    foreman: Foreman

    @property
    def cards(self) -> tuple[Card, ...]:
        """Every card, in reading order."""
        return (*self.attention, *self.at_risk, *self.running, *self.ready, *self.next_up)

    def card(self, kind: str, record_id: str) -> Card | None:
        """Return the card of a record, also where it is told within a group's."""
        for card in self.cards:
            if (card.kind, card.id) == (kind, record_id):
                return card
            if any((one.kind, one.id) == (kind, record_id) for one in card.members):
                return card
        return None


def today(known: Known, now: datetime) -> Today:
    """Return the board of a site from what is known of it at ``now``."""
    floor = list(Floor(known, now).cards())
    matters = without_echoes(map(card_of_matter, known.matters), floor)
    cards = [*with_incidents([*floor, *matters]), *map(card_of_batch, known.batches)]
    by_section = {section: [card for card in cards if card.section is section] for section in Section}
    attention = grouped(by_section[Section.ATTENTION])
    counts = _counts(known, by_section, attention)
    at_risk = in_order(by_section[Section.RISK])
    running = tuple(sorted(in_order(by_section[Section.RUNNING]), key=_soonest_done))
    return Today(
        now=now,
        attention=attention,
        at_risk=at_risk,
        running=running,
        ready=in_order(by_section[Section.READY]),
        next_up=in_order(by_section[Section.NEXT]),
        counts=counts,
        foreman=foreman(attention, at_risk, running, counts, machines=len(known.machines), now=now),
    )


def with_incidents(cards: Iterable[Card]) -> list[Card]:
    """Return the cards with everything that an incident stopped told by the incident's own card. What is a matter of safety is not hidden in it."""
    found = list(cards)
    incidents = {card.id: card for card in found if card.cause is Cause.INCIDENT}
    taken: dict[str, list[Card]] = {one: [] for one in incidents}
    left: list[Card] = []
    for card in found:
        incident = _incident_of(card)
        if incident in taken and card.section is Section.ATTENTION and not card.is_safety:
            taken[incident].append(card)
        elif card.cause is not Cause.INCIDENT:
            left.append(card)
    return [*left, *(replace(card, promise=_first_promise(taken[one]), members=tuple(taken[one])) for one, card in incidents.items())]


def _incident_of(card: Card) -> str:
    of_attempt = card.attempt.incident_id if card.attempt is not None else ""
    return of_attempt or (card.machine.incident_id if card.machine is not None else "")


def _first_promise(cards: Iterable[Card]) -> Promise | None:
    return min((card.promise for card in cards if card.promise), key=lambda one: (one.lost_at, one.order), default=None)


def without_echoes(matters: Iterable[Card], floor: Iterable[Card]) -> list[Card]:
    """Return the cards of matters that no other card tells already.

    A question about an attempt is told by the attempt, a breaker by the printer or the locked plan it holds, the reviews of a locked plan by it.
    That a service is due says nothing of why a printer was stopped.
    """
    found = list(matters)
    floor = [card for card in floor if card.cause is not Cause.SERVICE_DUE]
    told = {card.id for card in floor} | {card.machine.id for card in floor if card.machine and card.section is Section.ATTENTION}
    told |= {card.id for card in found if card.cause is Cause.PLAN_LOCKED}
    echoes = (Cause.NEEDS_APPROVAL, Cause.BREAKER, Cause.PLAN_REVIEW)
    return [card for card in found if card.cause not in echoes or card.facts["about"] not in told]


def _soonest_done(card: Card) -> tuple[bool, float]:
    """Running prints are read by when somebody is needed at them next."""
    done = card.facts.get("done_about")
    return (done is None, done.timestamp() if done else 0.0)


def _counts(known: Known, by_section: dict[Section, list[Card]], attention: tuple[Card, ...]) -> Counts:
    free = [one for one in known.machines if (one.health, one.connection, one.bed, one.occupancy) == ("OK", "ONLINE", "CLEAR", "FREE")]
    return Counts(
        attention=len(attention),
        at_risk=len(by_section[Section.RISK]),
        printing=sum(one.state == "printing" for one in known.attempts),
        ready=len(by_section[Section.READY]),
        queued=len(by_section[Section.NEXT]),
        free=len(free),
    )


def foreman(
    attention: tuple[Card, ...], at_risk: tuple[Card, ...], running: tuple[Card, ...], counts: Counts, *, machines: int, now: datetime
) -> Foreman:
    """Return what the sentence says.

    With something to do: how much, and the promise that is lost first, of what waits or else of what prints too late already.
    Without: what prints too late, or how many printers work and the next hand-off, whatever section it is in.
    """
    late = [card for card in _dated(at_risk) if card.promise is not None and card.promise.lost_at <= now]
    if attention:
        first = _lost_first(_dated(attention), now) or _lost_first(late, now)
        if first is None or first.promise is None:
            return Foreman(Opening.NEED_YOU, len(attention))
        is_lost = first.promise.lost_at <= now
        return Foreman(Opening.NEED_YOU_MISSED if is_lost else Opening.NEED_YOU_OR_MISS, len(attention), first)
    if not machines:
        return Foreman(Opening.NO_PRINTERS)
    if counts.printing == 0:
        return Foreman(Opening.IDLE)
    if late:
        due_first = min(late, key=lambda card: card.promise.due_at if card.promise else now)
        return Foreman(Opening.NOTHING_BUT_LATE, 0, due_first, counts.printing, len(late))
    first = min((card for card in (*at_risk, *running) if card.facts.get("done_about")), key=_soonest_done, default=None)
    return Foreman(Opening.NOTHING_NEXT if first else Opening.NOTHING, 0, first, counts.printing)


def _dated(cards: Iterable[Card]) -> list[Card]:
    """Return the cards that touch the promise of an order and say until when to act for it."""
    return [card for card in cards if card.promise is not None and card.promise.act_by is not None and card.promise.order]


def _lost_first(cards: Iterable[Card], now: datetime) -> Card | None:
    return min(cards, key=lambda card: card.promise.lost_at if card.promise else now, default=None)


__all__ = ["Card", "Cause", "Counts", "Foreman", "Opening", "Section", "Today", "foreman", "today"]
