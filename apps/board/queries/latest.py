"""Who changed something last, and when: what somebody is told who was second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.journal import queries as journal


@dataclass(frozen=True, slots=True)
class Change:
    """The newest thing that happened to a record. ``who`` is empty where farmos did it by itself."""

    who: str
    at: datetime


def latest_change(place: Mapping[str, Any]) -> Change | None:
    """Return the newest change of the record that an address names (``printer_id``, ``run_id`` …); None when it names none or nothing happened."""
    for name, value in place.items():
        if name.endswith("_id") and isinstance(value, UUID):
            newest = next(iter(journal.timeline(name.removesuffix("_id"), value, limit=1)), None)
            return Change(_name(newest.actor), newest.at) if newest is not None else None
    return None


def _name(actor: str) -> str:
    kind, _colon, person_id = actor.partition(":")
    person = User.objects.filter(pk=person_id).first() if kind == "person" else None
    return str(person) if person is not None else ""
