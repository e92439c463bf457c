"""What the board says, in the reader's language: cards, actions, the foreman's sentence."""

from __future__ import annotations

from .actions import ActionWords, step_words, words_of
from .cards import Line, Told, line, told
from .foreman import sentence

__all__ = ["ActionWords", "Line", "Told", "line", "sentence", "step_words", "told", "words_of"]
