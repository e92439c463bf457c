"""What changed between two revisions of a plan, and what that affects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MISSING = "—"
"""Stands for a value that is not there."""

NUMBERS = ("estimated_minutes", "filament_mg", "filament_mm")


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every value that differs, by its path: ``[{path, before, after}]``, sorted. Lists are compared as a whole."""
    return sorted(_differences(before, after, ()), key=lambda one: str(one["path"]))


def _differences(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in before.keys() | after.keys():
            yield from _differences(before.get(key, MISSING), after.get(key, MISSING), (*path, str(key)))
    elif before != after or isinstance(before, bool) != isinstance(after, bool):
        yield {"path": ".".join(path), "before": before, "after": after}


def impact_of(before: Mapping[str, Any], after: Mapping[str, Any], *, pieces: int) -> dict[str, Any]:
    """Return what a change does to time and material, per piece and for ``pieces``. What is not known on either side is None, not zero."""
    found: dict[str, Any] = {}
    for name in NUMBERS:
        old, new = before.get(name), after.get(name)
        known = isinstance(old, int) and isinstance(new, int)
        found[name] = {
            "before": old,
            "after": new,
            "per_piece": new - old if known else None,  # type: ignore[operator]
            "in_total": (new - old) * pieces if known else None,  # type: ignore[operator]
        }
    found["pieces"] = pieces
    return found
