"""Filters beside a list. What has very many rows is never read to find out what there is to choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.http import HttpRequest

from apps.journal import event, subscriptions
from apps.journal.commands import all_commands

FEW = 8
"""Choices of the first filter that are shown without asking."""


def _types() -> Iterable[tuple[str, Any]]:
    return sorted({(kind.name, kind.name) for kind in event.all_types()})


def _subscribers() -> Iterable[tuple[str, Any]]:
    return sorted({(one.name, str(one.label)) for _cls, one in subscriptions.all_subscriptions()}, key=lambda pair: pair[1])


def _commands() -> Iterable[tuple[str, Any]]:
    return sorted((name, name) for name in all_commands())


KNOWN: dict[tuple[str, str], Callable[[], Iterable[tuple[str, Any]]]] = {
    ("journal.event", "type"): _types,
    ("journal.delivery", "subscriber"): _subscribers,
    ("journal.receipt", "command"): _commands,
}
"""(model, field) → what the code knows it can hold. Asking the table would read all of it."""


def quick(model: type[models.Model], named: Any) -> Any:
    """Return the filter an app named, or one over what the code knows where there is such."""
    known = KNOWN.get((model._meta.label_lower, named)) if isinstance(named, str) else None
    if known is None:
        return named
    field: Any = model._meta.get_field(named)
    heading = str(field.verbose_name)
    return type(f"Known{named.title()}", (_KnownValues,), {"title": heading, "parameter_name": named, "known": staticmethod(known)})


class _KnownValues(admin.SimpleListFilter):
    known: Callable[[], Iterable[tuple[str, Any]]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return list(self.known())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter as the page shows it."""

    title: str
    choices: list[dict[str, Any]]
    is_open: bool
    is_active: bool


def shown(cl: ChangeList) -> list[Filter]:
    """Return the filters of a list; all but a short first one are closed until somebody wants them."""
    found = []
    for number, spec in enumerate(cl.filter_specs):
        choices = [dict(choice) for choice in spec.choices(cl)]
        active = any(choice.get("selected") for choice in choices[1:])
        found.append(Filter(str(spec.title), choices, is_open=active or (number == 0 and len(choices) <= FEW), is_active=active))
    return found
