"""What the board says, in the reader's language: cards, actions, the foreman's sentence."""

from __future__ import annotations

from .actions import ActionWords, words_of
from .cards import Told, told
from .foreman import sentence

__all__ = ["ActionWords", "Told", "sentence", "told", "words_of"]
