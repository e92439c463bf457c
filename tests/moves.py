"""Read a state machine as a table, so that a test can say all of it."""

from __future__ import annotations

from django.db.models import Model
from django_fsm import get_available_FIELD_transitions


def allowed_moves(model: type[Model], field: str, state: str) -> dict[str, str]:
    """Return the moves possible from ``state`` and where each leads."""
    row = model(**{field: state})
    moves = get_available_FIELD_transitions(row, row._meta.get_field(field))
    return {move.name: str(move.target) for move in moves}
