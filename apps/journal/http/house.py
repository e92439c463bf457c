"""The name on the door, for pages that must appear whatever is wrong: what pages showed last, since the database may be what is wrong."""

from __future__ import annotations

_names: dict[str, str] = {}


def remember(name: str) -> str:
    """Keep the shop's name as it was just read, and return it."""
    _names["shop"] = name
    return name


def name() -> str:
    """Return the shop's name as it was last read by this process; empty: it was not yet."""
    return _names.get("shop", "")
