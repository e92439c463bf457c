"""Read a state machine as a table, so that a test can say all of it."""

from __future__ import annotations

from django.db.models import Model
from django_fsm import FSMField, get_available_FIELD_transitions


def allowed_moves(model: type[Model], field: str, state: str) -> dict[str, str]:
    """Return the moves possible from ``state`` and where each leads."""
    row = model(**{field: state})
    machine = row._meta.get_field(field)
    assert isinstance(machine, FSMField)
    moves = get_available_FIELD_transitions(row, machine)
    return {move.name: str(move.target) for move in moves}
