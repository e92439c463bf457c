"""Who listens to the live feed, as a value: what changed, and whether somebody may hear of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

Thing = tuple[str, UUID]
"""The kind of a subject and its id."""


@dataclass(frozen=True, slots=True)
class Place:
    """What must be known of a record to tell of it: its version, and where it is (nowhere: it belongs to no site)."""

    version: int | None = None
    sites: frozenset[UUID] = frozenset()


Locate = Callable[[Mapping[str, Collection[UUID]]], Mapping[Thing, Place]]
"""Finds records by kind and id. What it does not find is told to nobody."""


@dataclass(frozen=True, slots=True)
class Audience:
    """All that somebody may hear of. Equal audiences are told the same, in one piece.

    Args:
        looks: For each kind the person may look at, the sites where.
        only: Nothing but these things, whatever ``looks`` allows.
        owned: Things the person owns though they work nowhere; told without position and version.
        key: What else makes what they read differ (language, roles); equal keys share what was rendered.
    """

    looks: frozenset[tuple[str, frozenset[UUID]]] = frozenset()
    only: frozenset[Thing] = frozenset()
    owned: frozenset[Thing] = frozenset()
    key: str = ""
    _sites: dict[str, frozenset[UUID]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._sites.update(self.looks)

    @property
    def is_minimal(self) -> bool:
        """Do they hear only that something of theirs changed, nothing about the farm?"""
        return not self.looks

    def hears(self, thing: Thing, place: Place) -> bool:
        """May they hear that ``thing``, which is at ``place``, has changed?"""
        if thing in self.owned:
            return True
        if self.only and thing not in self.only:
            return False
        mine = self._sites.get(thing[0])
        return mine is not None and (not place.sites or not mine.isdisjoint(place.sites))
