"""How factories fill in what a test does not care about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

from apps.journal import frame
from apps.journal.versioned import Record
from tests.factories.context import NOW

R = TypeVar("R", bound=Record)


def unique(prefix: str) -> str:
    """Return a short text nobody else has."""
    return f"{prefix}-{uuid4().hex[:10]}"


def filled(given: dict[str, Any], **missing: Callable[[], Any]) -> dict[str, Any]:
    """Return ``given`` with each ``missing`` value made, but only where it was not given."""
    return {**{name: make() for name, make in missing.items() if name not in given}, **given}


def stored(model: type[R], values: dict[str, Any]) -> R:
    """Insert a row of ``model`` without a command and return it."""
    with frame.seeding("factory"):
        return model(**{"created_at": NOW, **values}).add()
