"""State machines by chance: every move that is not allowed is tried, and every walk of allowed moves must leave rows the database accepts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pytest
from django.db import models, transaction
from django_fsm import TransitionNotAllowed
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from apps.journal import frame
from apps.journal.versioned import Versioned
from tests.moves import allowed_moves

M = TypeVar("M", bound=Versioned)
Table = Mapping[Any, Mapping[str, str]]
"""State → method → where it leads."""

WALKS = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
"""A walk writes to the database within the test's transaction and is undone after itself."""


def table_of(model: type[models.Model], states: type[models.TextChoices]) -> dict[str, dict[str, str]]:
    """Return all moves of the model's ``state``."""
    return {state: allowed_moves(model, "state", state) for state in states}


def dead_ends(table: Table) -> set[str]:
    """Return the states no move leaves."""
    return {str(state) for state, moves in table.items() if not moves}


def assert_all_others_are_refused(model: type[models.Model], table: Table, values: Mapping[str, Any]) -> None:
    """Call every method in every state that does not allow it: it is refused and changes nothing."""
    for state, allowed in table.items():
        for name in {name for moves in table.values() for name in moves} - set(allowed):
            row = model(state=state)
            before = {key: value for key, value in row.__dict__.items() if key != "_state"}
            method = getattr(row, name)
            with pytest.raises(TransitionNotAllowed):
                method(**arguments(method, values))
            assert {key: value for key, value in row.__dict__.items() if key != "_state"} == before


def arguments(method: Callable[..., Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for each argument the method insists on."""
    wanted = inspect.signature(method).parameters.values()
    return {parameter.name: values[parameter.name] for parameter in wanted if parameter.default is inspect.Parameter.empty}


def walk(data: st.DataObject, make: Callable[[], M], values: Mapping[str, Any], check: Callable[[M], object]) -> None:
    """Make a row, take up to eight allowed moves by chance, save after each (the database judges), and ``check`` the row on the way.

    Args:
        data: Hypothesis' source of chance.
        make: The factory of the row in its first state.
        values: What the methods' arguments get, by name; a strategy gives another value each time.
        check: Must hold after every move; assert in it.
    """
    with transaction.atomic(), frame.seeding("walk"):
        row = make()
        for _step in range(data.draw(st.integers(0, 8), label="steps")):
            allowed = sorted(allowed_moves(type(row), "state", row.state))  # type: ignore[attr-defined]
            if not allowed:
                break
            method = getattr(row, data.draw(st.sampled_from(allowed), label="move"))
            drawn = {name: data.draw(value) if isinstance(value, st.SearchStrategy) else value for name, value in values.items()}
            method(**arguments(method, drawn))
            row.save_changes(*(field.name for field in row._meta.concrete_fields if field.name not in ("id", "version")))
            check(row)
        transaction.set_rollback(True)
