"""In what order cards are read: safety first, then the earliest promise lost, then age. Equal causes are told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from .cards import Action, Card, Cause, Section

GROUPED = frozenset(
    {
        *(Cause.BED_NOT_CLEAR, Cause.BED_UNKNOWN, Cause.DEAD_LETTER, Cause.PAYMENT_REVIEW, Cause.MISCONFIGURED, Cause.NOT_JUDGED),
        *(Cause.OTHER_MACHINE, Cause.SERVICE_DUE),
    }
)
"""Causes that are one errand however many there are."""

NEVER = datetime.max.replace(tzinfo=UTC)
_RANK = {cause: rank for rank, cause in enumerate(Cause)}
_SECTIONS = {section: rank for rank, section in enumerate(Section)}

Key = tuple[int, bool, datetime, datetime, int, str]


def key(card: Card) -> Key:
    """Return what cards are ordered by: section, safety, the moment a promise is lost, age, cause, id. No two cards are equal."""
    lost_at = card.promise.lost_at if card.promise else NEVER
    return (_SECTIONS[card.section], not card.is_safety, lost_at, card.since or NEVER, _RANK[card.cause], card.key)


def in_order(cards: Iterable[Card]) -> tuple[Card, ...]:
    """Return cards in the order they are read."""
    return tuple(sorted(cards, key=key))


def grouped(cards: Iterable[Card]) -> tuple[Card, ...]:
    """Return cards in order, those of the same grouped cause told as one at the place of the first.

    What is a matter of safety is never hidden in a group.
    """
    told: dict[Cause | str, list[Card]] = {}
    for card in in_order(cards):
        together = card.cause in GROUPED and not card.is_safety
        told.setdefault(card.cause if together else card.key, []).append(card)
    return in_order(_one(members) for members in told.values())


def _one(members: list[Card]) -> Card:
    """Return one card for several: the first, known by its cause, as old as the oldest."""
    if len(members) == 1:
        return members[0]
    first = members[0]
    since = min((card.since for card in members if card.since), default=None)
    waiting = max(card.waiting for card in members)
    beds = first.cause in (Cause.BED_NOT_CLEAR, Cause.BED_UNKNOWN)
    primary = Action("form:beds" if beds else "form:members", "group", first.cause)
    return replace(
        first,
        kind="group",
        id=str(first.cause),
        version=0,
        since=since,
        waiting=waiting,
        primary=primary,
        secondary=None,
        members=tuple(members),
    )
