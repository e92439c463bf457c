"""The one read model: whatever shows the floor asks here, so that no two pages disagree."""

from __future__ import annotations

from apps.board.labels import ActionWords, Line, Told, line, sentence, step_words, told, words_of
from apps.board.labels.effects import EFFECTS

from .find import Found, find
from .latest import latest_change
from .orders import order_expected_at, orders_expected_at
from .today import known, today

__all__ = [
    "EFFECTS",
    "ActionWords",
    "Found",
    "Line",
    "Told",
    "find",
    "known",
    "latest_change",
    "line",
    "order_expected_at",
    "orders_expected_at",
    "sentence",
    "step_words",
    "today",
    "told",
    "words_of",
]
