"""When an order is expected to be made. What was promised is kept with the order and does not change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

TO_MAKE = frozenset({"owed", "printing", "scrapped"})
"""States of a piece that has still to come off a printer."""


@dataclass(frozen=True, slots=True)
class PieceFacts:
    """One promised piece: where it stands, when what makes it will be done (None: nobody knows), and whether its machine can be believed."""

    state: str
    made_about: datetime | None = None
    is_doubtful: bool = False


def expected_at(pieces: Iterable[PieceFacts]) -> datetime | None:
    """Return when the last piece that is still to be made is expected; None: all are made, or as soon as one is not known."""
    to_make = [piece for piece in pieces if piece.state in TO_MAKE]
    times = [
        piece.made_about for piece in to_make if piece.made_about is not None and not (piece.is_doubtful and piece.state == "printing")
    ]
    return max(times) if times and len(times) == len(to_make) else None
