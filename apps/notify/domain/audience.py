"""Who is told: the people whose work it is, and whoever stands in where nobody has that role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

Person = TypeVar("Person")

Ladder = Sequence[str]
"""Roles, nearest first: the next one is asked only where nobody holds those before it."""


def first_told(ladder: Ladder, holders: Mapping[str, Iterable[Person]]) -> set[Person]:
    """Return everybody with the first role of ``ladder`` that somebody holds; nobody when no role of it is held."""
    for role in ladder:
        people = set(holders.get(role, ()))
        if people:
            return people
    return set()


def told_next(ladder: Ladder, holders: Mapping[str, Iterable[Person]], already: Iterable[Person]) -> set[Person]:
    """Return the people of the first role of ``ladder`` that has somebody who was not told yet: whom silence reaches next."""
    told = set(already)
    for role in ladder:
        people = set(holders.get(role, ())) - told
        if people:
            return people
    return set()
