"""What a command recorded, as tests want to read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from apps.journal.models import Event
from apps.journal.refusals import Refusal


def event_types() -> list[str]:
    """Return the types of all events, oldest first."""
    return list(Event.objects.order_by("id").values_list("type", flat=True))


def the_event(kind: str) -> tuple[dict[str, Any], set[tuple[str, UUID]]]:
    """Return the data and the subjects of the one event of this type."""
    event = Event.objects.get(type=kind)
    return json.loads(event.data), {(row.kind, row.subject_id) for row in event.subject_rows.all()}


def refusal_of(act: Callable[[], object]) -> Refusal:
    """Return the refusal that ``act`` raises; it must have left no event."""
    before = Event.objects.count()
    with pytest.raises(Refusal) as refused:
        act()
    assert Event.objects.count() == before
    assert refused.value.detail
    assert refused.value.fix
    return refused.value
