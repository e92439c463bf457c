"""The truth about an order: what was promised, what is expected, where every piece stands. Floor noise stays out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

STAGES = ("owed", "printing", "unknown", "cooling", "qa", "rework", "passed", "packed", "shipped", "canceled")
"""In the order in which a person reads them. ``unknown``: on a printer that is silent or in doubt; such a piece counts as nothing."""

SHOWN_AS = {"scrapped": "owed", "closed": "shipped"}
MADE = ("cooling", "qa", "passed", "packed", "shipped")


@dataclass(frozen=True, slots=True)
class PieceFacts:
    """One promised piece: where it stands, when what makes it will be done (None: nobody knows), and whether its machine can be believed."""

    component: str
    state: str
    made_about: datetime | None = None
    is_doubtful: bool = False
    was_scrapped: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One component of an order: how many pieces stand where, and when the last of them is expected to be made."""

    component: str
    counts: tuple[tuple[str, int], ...]
    total: int
    made_about: datetime | None


@dataclass(frozen=True, slots=True)
class Truth:
    """Where an order stands. ``expected_at`` None: nobody can say yet. The counts of all stages add up to ``total``."""

    promised_at: datetime | None
    expected_at: datetime | None
    counts: tuple[tuple[str, int], ...]
    total: int
    printed_again: int
    rows: tuple[Row, ...]

    @property
    def is_late(self) -> bool:
        """Is it expected after it was promised?"""
        return self.promised_at is not None and self.expected_at is not None and self.expected_at > self.promised_at

    def count(self, stage: str) -> int:
        """Return how many pieces stand at a stage."""
        return dict(self.counts).get(stage, 0)


def truth(pieces: Iterable[PieceFacts], *, promised_at: datetime | None, now: datetime) -> Truth:
    """Return where an order stands from its pieces."""
    found = list(pieces)
    components = dict.fromkeys(piece.component for piece in found)
    rows = tuple(_row(name, [piece for piece in found if piece.component == name], now) for name in components)
    return Truth(
        promised_at=promised_at,
        expected_at=_made_about(found, now),
        counts=_counts(found),
        total=len(found),
        printed_again=sum(piece.was_scrapped for piece in found),
        rows=rows,
    )


def stage_of(piece: PieceFacts) -> str:
    """Return the stage a piece is counted at."""
    return "unknown" if piece.is_doubtful and piece.state == "printing" else SHOWN_AS.get(piece.state, piece.state)


def _row(name: str, pieces: list[PieceFacts], now: datetime) -> Row:
    return Row(name, _counts(pieces), len(pieces), _made_about(pieces, now))


def _counts(pieces: list[PieceFacts]) -> tuple[tuple[str, int], ...]:
    counted = Counter(map(stage_of, pieces))
    return tuple((stage, counted[stage]) for stage in STAGES if counted[stage])


def _made_about(pieces: list[PieceFacts], now: datetime) -> datetime | None:
    """Return when the last piece that is still to be made is expected; now when all are made; None as soon as one is not known."""
    to_make = [piece for piece in pieces if stage_of(piece) in ("owed", "printing", "unknown")]
    if any(piece.made_about is None or stage_of(piece) == "unknown" for piece in to_make):
        return None
    return max((piece.made_about for piece in to_make if piece.made_about), default=now if pieces else None)
