"""Version numbers of profiles: what they say, and which one a change asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .diff import Change

LARGEST = 99_999
_NUMBER = re.compile(r"(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})", re.ASCII)

CONTRACT = re.compile(
    r"bed_shape|max_print_height|nozzle_diameter|gcode_flavor|filament_(type|diameter)|(start|end)_gcode|use_relative_e_distances"
)
"""Settings that say what machine and plastic a profile is for."""

PACE = re.compile(r"\w*(speed|acceleration|feedrate|jerk|fan)\w*|slowdown_below_layer_time|cooling|filament_cost")
"""Settings that change how fast, not what: parts come out with the same shape."""


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A semantic version. It compares by its numbers."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


FIRST = Version(1, 0, 0)


def parse(text: str) -> Version:
    """Return the version ``text`` is.

    Raises:
        ValueError: it is not three whole numbers such as 1.8.2.
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError("is not a version such as 1.8.2")
    return Version(*map(int, found.groups()))


def following(latest: Version | None, changes: Iterable[Change]) -> Version:
    """Return the next number: major when machine or plastic are others, patch when only speeds changed, else minor.

    Raises:
        ValueError: there is no number after ``latest``.
    """
    if latest is None:
        return FIRST
    keys = [change.key for change in changes]
    if any(CONTRACT.fullmatch(key) for key in keys):
        found = Version(latest.major + 1, 0, 0)
    elif all(PACE.fullmatch(key) for key in keys):
        found = Version(latest.major, latest.minor, latest.patch + 1)
    else:
        found = Version(latest.major, latest.minor + 1, 0)
    if max(found.major, found.minor, found.patch) > LARGEST:
        raise ValueError("has no number after it")
    return found
