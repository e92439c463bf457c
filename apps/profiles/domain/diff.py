"""What is different between two sets of settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that differs. None: it is not said, so the slicer's default holds."""

    key: str
    before: str | None
    after: str | None


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """Return every difference, by key."""
    keys = sorted(before.keys() | after.keys())
    return [Change(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def applied(settings: Mapping[str, str], changes: list[Change]) -> dict[str, str]:
    """Return ``settings`` with the changes made: what ``differences`` found leads from the one to the other."""
    made = dict(settings)
    for change in changes:
        if change.after is None:
            made.pop(change.key, None)
        else:
            made[change.key] = change.after
    return dict(sorted(made.items()))
