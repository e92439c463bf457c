"""Constraints every app needs, made in one way so that they are named in one way."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Upper
from django.db.models.lookups import Exact


def known(model: str, field: str, codes: Iterable[str], *, blank: bool = False) -> models.CheckConstraint:
    """Return the check that ``field`` holds one of ``codes`` (or nothing, where ``blank``). Named ``{model}_{field}_is_known``."""
    values = sorted(str(code) for code in codes)
    if blank:
        values = ["", *values]
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=f"{model}_{field}_is_known")


def at_least(model: str, field: str, minimum: int, *, name: str | None = None) -> models.CheckConstraint:
    """Return the check that ``field`` is at least ``minimum`` (NULL passes). Named ``{model}_{field}_at_least_{minimum}``."""
    return models.CheckConstraint(condition=Q(**{f"{field}__gte": minimum}), name=name or f"{model}_{field}_at_least_{minimum}")


def between(model: str, field: str, low: float, high: float) -> models.CheckConstraint:
    """Return the check that ``low ≤ field ≤ high`` (NULL passes). Named ``{model}_{field}_in_range``."""
    return models.CheckConstraint(condition=Q(**{f"{field}__gte": low, f"{field}__lte": high}), name=f"{model}_{field}_in_range")


def not_after(model: str, first: str, second: str) -> models.CheckConstraint:
    """Return the check that ``first ≤ second`` (NULL passes). Named ``{model}_{first}_not_after_{second}``."""
    return models.CheckConstraint(condition=Q(**{f"{first}__lte": F(second)}), name=f"{model}_{first}_not_after_{second}")


def together(name: str, *fields: str) -> models.CheckConstraint:
    """Return the check that the nullable ``fields`` are all known or all NULL."""
    none = Q(**{f"{field}__isnull": True for field in fields})
    every = Q(**{f"{field}__isnull": False for field in fields})
    return models.CheckConstraint(condition=none | every, name=name)


def signed(name: str, at: str, *texts: str) -> models.CheckConstraint:
    """Return the check that the nullable time ``at`` and the ``texts`` (who, why) are all given or all empty."""
    given = Q(**{f"{at}__isnull": False})
    missing = Q(**{f"{at}__isnull": True})
    for text in texts:
        given &= ~Q(**{text: ""})
        missing &= Q(**{text: ""})
    return models.CheckConstraint(condition=given | missing, name=name)


def currency_code(model: str, field: str) -> models.CheckConstraint:
    """Return the check that ``field`` looks like an ISO 4217 code: three capitals. Named ``{model}_{field}_is_a_currency``."""
    spelled = Q(Exact(Length(field), 3)) & Q(Exact(F(field), Upper(field)))
    return models.CheckConstraint(condition=spelled, name=f"{model}_{field}_is_a_currency")


def sha256_hex(model: str, field: str, *, blank: bool = False) -> models.CheckConstraint:
    """Return the check that ``field`` is as long as a SHA-256 in hex (or empty, where ``blank``). Named ``{model}_{field}_is_a_sha256``."""
    condition = Q(Exact(Length(field), 64))
    if blank:
        condition |= Q(**{field: ""})
    return models.CheckConstraint(condition=condition, name=f"{model}_{field}_is_a_sha256")
