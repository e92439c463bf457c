"""Which pieces may share a plate, and why: everything that decides the machine, the material and the settings must be the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class GroupKey:
    """What all parts of a plate have in common."""

    process: str
    printer_class: str
    profile: str
    slicer: str
    material: str
    color: str
    nozzle: str
    quality_tier: str
    overrides: str
    asks: str = ""
    """What else the machine must have: enclosure, sheet, tags, flags."""
    alone: str = ""
    """Not empty for what shares its plate with nothing: supplied G-code."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One piece that waits for a plate. ``urgency``: 0 before 1 before 2."""

    piece_id: str
    plan_id: str
    shape: str
    key: GroupKey
    urgency: int
    due_at: datetime | None
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """Pieces that may share plates, the most urgent first."""

    key: GroupKey
    pieces: tuple[Waiting, ...]


def groups_of(waiting: Iterable[Waiting]) -> list[Group]:
    """Return the pieces by what they have in common; the group with the most urgent piece first."""
    found: dict[GroupKey, list[Waiting]] = {}
    for piece in sorted(waiting, key=_urgency):
        found.setdefault(piece.key, []).append(piece)
    groups = [Group(key, tuple(pieces)) for key, pieces in found.items()]
    return sorted(groups, key=lambda group: _urgency(group.pieces[0]))


def _urgency(piece: Waiting) -> tuple[int, bool, float, str]:
    due = piece.due_at.timestamp() if piece.due_at else 0.0
    return piece.urgency, piece.due_at is None, due, piece.piece_id


def ranks_of(pieces: Sequence[Waiting]) -> dict[str, int]:
    """Return the rank of each piece for packing: by urgency, then by the day it is promised for; what is not promised comes last.

    Within a day the larger part goes first, because that packs better.
    """
    levels = sorted({_day(piece) for piece in pieces})
    return {piece.piece_id: levels.index(_day(piece)) for piece in pieces}


def _day(piece: Waiting) -> tuple[int, bool, str]:
    return piece.urgency, piece.due_at is None, piece.due_at.date().isoformat() if piece.due_at else ""


def reasons_of(key: GroupKey, *, pieces: int, orders: int, plates: int) -> list[dict[str, Any]]:
    """Return why these pieces are on one plate, as it is kept and shown."""
    same = {name: value for name, value in asdict(key).items() if value}
    return [
        {
            "choice": "plate",
            "chosen": f"{pieces}",
            "alternatives": [],
            "reasons": ["SAME_SETUP", *(["SEVERAL_ORDERS"] if orders > 1 else []), *(["FIRST_FIT"] if plates > 1 else [])],
            "same": same,
            "orders": orders,
            "plates": plates,
            "confidence": "HIGH",
        }
    ]


def wait_for_more(approved_at: Iterable[datetime], *, now: datetime, gather: timedelta) -> timedelta:
    """Return how long to wait so that what was released together shares a plate.

    Until nothing new came for ``gather``, but no longer than three times that after the first; nothing waits: zero.
    """
    moments = sorted(approved_at)
    if not moments:
        return timedelta()
    until = min(moments[-1] + gather, moments[0] + 3 * gather)
    return max(until - now, timedelta())
