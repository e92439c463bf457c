"""Codes of printers, as people put them in order: V2 before V10."""

from __future__ import annotations

import re

_RUNS = re.compile(r"(\d+)")


def in_order(code: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Return what to sort ``code`` by: numbers in it by their value, everything else without regard to case, then as it is written."""
    parts = tuple((0, int(part), "") if part.isdecimal() else (1, 0, part.casefold()) for part in _RUNS.split(code) if part)
    return parts, code
