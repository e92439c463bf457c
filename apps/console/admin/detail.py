"""One record for reading: its facts, and what is related to it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.utils import quote
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from . import columns


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with its name, what it means, and the record it leads to."""

    label: str
    value: Any
    about: str = ""
    url: str = ""


def facts_of(row: models.Model, fields: list[Any], site: AdminSite, request: HttpRequest) -> tuple[list[Fact], list[str]]:
    """Return what is known about a record, and the names of what is not."""
    known, empty = [], []
    for field in fields:
        label = capfirst(columns.title_of(field))
        shown = pretty(row, field)
        if shown == "":
            empty.append(label)
        else:
            known.append(Fact(label, shown, str(field.help_text), _url(row, field, site, request)))
    return known, empty


def pretty(row: Any, field: Any) -> Any:
    """Return a value for reading: JSON on lines of its own, everything else as lists show it, in full."""
    held = getattr(row, field.name)
    if isinstance(field, models.JSONField):
        return "" if held in (None, {}, [], "") else _on_lines(held)
    if isinstance(field, models.TextField) and isinstance(held, str) and held[:1] in ("{", "["):
        try:
            return _on_lines(json.loads(held))
        except ValueError:
            return held
    if isinstance(field, models.TextField) and held and "\n" in held:
        return format_html("<pre>{}</pre>", held)
    return columns.value(row, field)


def _on_lines(held: Any) -> Any:
    return format_html("<pre>{}</pre>", json.dumps(held, indent=2, ensure_ascii=False, sort_keys=True, default=str))


def _url(row: Any, field: Any, site: AdminSite, request: HttpRequest) -> str:
    """Return the page of the record a field refers to, where this person may open it."""
    related = field.related_model
    if not field.is_relation or related not in site._registry or getattr(row, field.attname) is None:
        return ""
    if not site._registry[related].has_view_permission(request):
        return ""
    return reverse(f"admin:{related._meta.app_label}_{related._meta.model_name}_change", args=[quote(getattr(row, field.attname))])


def related_to(row: models.Model, site: AdminSite, request: HttpRequest) -> list[Fact]:
    """Return links to the lists of records that refer to this one; no counting."""
    found = []
    for relation in row._meta.related_objects:
        model: Any = relation.related_model
        if model not in site._registry or not site._registry[model].has_view_permission(request):
            continue
        place = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        label = capfirst(str(model._meta.verbose_name_plural))
        if relation.field.name not in (row._meta.model_name, "parent"):
            label = f"{label} ({relation.field.verbose_name})"
        found.append(Fact(label, "", url=f"{place}?{relation.field.name}__{relation.field.target_field.name}__exact={row.pk}"))
    return sorted(found, key=lambda fact: fact.label)
