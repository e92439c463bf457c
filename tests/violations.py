"""What the database refuses, and in which words: shared by the tests that break every constraint once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from apps.journal import integrity
from apps.journal.refusals import Refusal

KNOWN = "_is_known"
"""How ``constraints.known()`` ends its names; they share one refusal."""

Act = Callable[[], object]


@dataclass(frozen=True)
class Violation:
    """One constraint, the refusal that answers for it, and something that breaks it and no other."""

    constraint: str
    code: str
    act: Act

    def __str__(self) -> str:
        return self.constraint


def twice(make: Callable[..., Any], **same: Any) -> None:
    """Make two rows that are alike in what a constraint looks at."""
    make(**same)
    make(**same)


def refused(act: Act) -> Refusal:
    """Return the refusal a person gets when ``act`` writes to the database."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
    refusal = integrity.refusal_for(caught.value)
    assert refusal is not None, f"the violation has no words: {caught.value}"
    return refusal


def unknown_codes(app: str, factories: Mapping[str, Callable[..., Any]]) -> list[Violation]:
    """Return a violation of every ``known()`` constraint of an app: its model's factory is asked for a code that does not exist."""
    return [Violation(name, "unknown-code", _with_unknown(factories[field.model.__name__], field)) for name, field in _known_fields(app)]


def missing(app: str, violations: Iterable[Violation]) -> set[str]:
    """Return the constraints of an app that none of ``violations`` is about; those of ``known()`` are left to ``unknown_codes``."""
    names = {constraint.name for model in apps.get_app_config(app).get_models() for constraint in model._meta.constraints}
    return {name for name in names if not name.endswith(KNOWN)} - {violation.constraint for violation in violations}


def _known_fields(app: str) -> Iterator[tuple[str, models.Field[Any, Any]]]:
    for model in apps.get_app_config(app).get_models():
        for constraint in model._meta.constraints:
            guarded = [field for field in model._meta.concrete_fields if constraint.name.endswith(f"_{field.name}{KNOWN}")]
            if guarded:
                yield constraint.name, max(guarded, key=lambda field: len(field.name))


def _with_unknown(make: Callable[..., Any], field: models.Field[Any, Any]) -> Act:
    nonsense = "?" if isinstance(field, models.CharField) else 99
    return lambda: make(**{field.name: nonsense})
