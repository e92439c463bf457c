"""What operators' pages say of things that have no words of their own: a printer's facts, events, conditions of policies, choices that were made."""

from __future__ import annotations

from .facts import Fact, facts_of

__all__ = ["Fact", "facts_of"]
