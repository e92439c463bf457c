"""Does a value fit its column? PostgreSQL refuses one that does not with an error nobody can read; SQLite stores it and says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from .refusals import Invalid

_SMALL, _PLAIN, _BIG = 2**15, 2**31, 2**63
_RANGES = {
    "SmallIntegerField": (-_SMALL, _SMALL - 1),
    "IntegerField": (-_PLAIN, _PLAIN - 1),
    "BigIntegerField": (-_BIG, _BIG - 1),
    "PositiveSmallIntegerField": (0, _SMALL - 1),
    "PositiveIntegerField": (0, _PLAIN - 1),
    "PositiveBigIntegerField": (0, _BIG - 1),
}


def require(row: models.Model, names: Iterable[str]) -> None:
    """Check that the named fields of ``row`` hold values their columns can keep on every engine.

    Raises:
        Invalid: texts that are too long or hold a NUL, whole numbers out of range; all of them at once.
    """
    wrong = {name: problem for name in names if (problem := _problem(row, name))}
    if wrong:
        raise Invalid(wrong)


def _problem(row: models.Model, name: str) -> str:
    field: Any = row._meta.get_field(name)
    value = getattr(row, field.attname)
    if isinstance(value, str):
        if "\x00" in value:
            return _("must not contain the NUL character")
        longest = getattr(field, "max_length", None)
        if longest is not None and len(value) > longest:
            return _("is longer than %(longest)d characters") % {"longest": longest}
    elif isinstance(value, int) and (allowed := _RANGES.get(field.get_internal_type())) and not allowed[0] <= value <= allowed[1]:
        return _("must be from %(low)d to %(high)d") % {"low": allowed[0], "high": allowed[1]}
    return ""
