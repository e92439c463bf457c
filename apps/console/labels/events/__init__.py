"""Every event in a sentence: one for each type, with what it was about put in."""

from __future__ import annotations

from . import commerce, floor, governing, making  # noqa: F401 - importing gives the events their words
from .words import WORDS, EventWords, Named, sentence_of

__all__ = ["WORDS", "EventWords", "Named", "sentence_of"]
