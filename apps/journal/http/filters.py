"""The narrowing of lists: a query parameter that is a code, an id or yes and no, and what it leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from .parameters import Parameters

LONGEST_TEXT = 200
"""Characters of a text that is looked for."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One query parameter of a list.

    Args:
        name: As it is sent.
        lookup: Where the value is, as Django spells it.
        description: What it leaves, in a sentence.
        codes: The values there are, several by commas; empty: it is an id, or ``yes`` and ``no``.
        is_flag: Whether it is ``yes`` or ``no``: ``lookup`` must (not) hold anything, or be true.
        is_text: Whether it is the very text.
        how: Narrows the rows, where no column alone says it.
        shape: The JSON Schema of the value, with ``how``.
    """

    name: str
    lookup: str
    description: str
    codes: tuple[str, ...] = ()
    is_flag: bool = False
    is_text: bool = False
    how: Callable[[QuerySet[Any], Parameters], QuerySet[Any]] | None = None
    shape: dict[str, Any] | None = None

    def narrow(self, rows: QuerySet[Any], parameters: Parameters) -> QuerySet[Any]:
        """Return the rows that what was sent leaves."""
        if self.how is not None:
            return self.how(rows, parameters)
        if self.is_flag:
            asked = parameters.one_of(self.name, ("yes", "no"))
            return rows.filter(**{self.lookup: asked == "yes"}) if asked else rows
        if self.is_text:
            text = parameters.short_text(self.name, LONGEST_TEXT)
            return rows.filter(**{self.lookup: text}) if text else rows
        if self.codes:
            wanted = parameters.several_of(self.name, self.codes)
            return rows.filter(**{f"{self.lookup}__in": wanted}) if wanted else rows
        identifier = parameters.identifier(self.name)
        return rows.filter(**{self.lookup: identifier}) if identifier else rows

    def schema(self) -> dict[str, Any]:
        """Return the parameter's JSON Schema."""
        if self.shape is not None:
            return self.shape
        if self.is_flag:
            return {"type": "string", "enum": ["yes", "no"]}
        if self.is_text:
            return {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
        if self.codes:
            one = "|".join(self.codes)
            return {"type": "string", "pattern": f"^({one})(,({one}))*$"}
        return {"type": "string", "format": "uuid"}


def by_code(model: type[Model], field: str, name: str = "") -> Filter:
    """Return the filter by a column of codes."""
    column = model._meta.get_field(field)
    codes = tuple(str(code) for code, _label in column.choices or ())  # type: ignore[union-attr]
    return Filter(name or field, field, f"One or more codes of {field}, separated by commas.", codes)


def by_id(name: str, lookup: str = "") -> Filter:
    """Return the filter by the id of something a record belongs to."""
    return Filter(name, lookup or f"{name}_id", f"Those of this {name.replace('_', ' ')}.")


def by_flag(name: str, lookup: str, description: str) -> Filter:
    """Return the filter by yes and no."""
    return Filter(name, lookup, description, is_flag=True)


def by_text(name: str, description: str, lookup: str = "") -> Filter:
    """Return the filter by a whole text."""
    return Filter(name, lookup or name, description, is_text=True)


def by_subject(name: str, kind: str, identifier: str, description: str) -> Filter:
    """Return the filter by a ``kind/id`` pair in two columns."""

    def how(rows: QuerySet[Any], parameters: Parameters) -> QuerySet[Any]:
        found = parameters.subject(name)
        return rows if found is None else rows.filter(**{kind: found[0], identifier: found[1]})

    return Filter(name, "", description, how=how, shape={"type": "string", "pattern": "^[a-z_]+/[0-9a-f-]{36}$"})
