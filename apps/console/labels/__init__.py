"""What operators' pages say of things that have no words of their own: events, conditions of policies, choices that were made."""

from __future__ import annotations
