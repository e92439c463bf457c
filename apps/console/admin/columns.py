"""One value of a record as people read it: badges for states, clock times, amounts with their currency, names for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.board.templatetags.farmos import badge, money, when

from .looks import badge_for

LONG = 80
"""Characters of a text a list shows; the detail page shows all."""

Column = Callable[[Any], Any]


def shown(model: Any, name: Any) -> Any:
    """Return the column of a list that shows ``name``, always the same one; what is no plain field is left as its app declared it."""
    return _shown(model, name)


@cache
def _shown(model: Any, name: Any) -> Any:
    field = _field(model, name)
    if field is None:
        return name

    def column(row: Any) -> Any:
        return cell(row, field)

    column.__name__ = str(name)
    column.short_description = title_of(field)  # type: ignore[attr-defined]
    column.admin_order_field = name  # type: ignore[attr-defined]
    return column


def title_of(field: Any) -> str:
    """Return what a field is called: amounts are shown with their currency, so nobody need know that they are kept in minor units."""
    title = str(field.verbose_name)
    return title.removesuffix(" minor") if field.name.endswith("_minor") else title


def _field(model: type[models.Model], name: Any) -> Any:
    try:
        return model._meta.get_field(name)
    except (FieldDoesNotExist, TypeError):
        return None


def cell(row: Any, field: Any) -> Any:
    """Return a field's value for a list: short."""
    shown_value = value(row, field)
    if isinstance(shown_value, str) and not hasattr(shown_value, "__html__") and len(shown_value) > LONG:
        return shown_value[: LONG - 1] + "…"
    return shown_value


def value(row: Any, field: Any) -> Any:
    """Return a field's value as people read it; an empty text where there is none."""
    held = getattr(row, field.name)
    if held is None or held == "":
        return ""
    if field.choices:
        look = badge_for(row, field.name, str(held))
        return badge(look) if look else str(getattr(row, f"get_{field.name}_display")())
    if isinstance(held, bool):
        return _("Yes") if held else _("No")
    if isinstance(held, datetime):
        return when(held)
    if field.name.endswith("_minor") and getattr(row, "currency", ""):
        return money(held, row.currency)
    if isinstance(held, UUID):
        return format_html('<span class="mono">{}</span>', held)
    if isinstance(field, models.JSONField):
        return "" if held in ({}, []) else json.dumps(held, ensure_ascii=False, sort_keys=True, default=str)
    return actor(row, held) if isinstance(held, str) else held


def actor(row: Any, text: str) -> str:
    """Return who did something by name where the list has looked up names; services lose their prefix, other texts stay as they are."""
    kind, colon, who = text.partition(":")
    if not colon or " " in kind:
        return text
    if kind == "service":
        return _("farmos (%(part)s)") % {"part": who}
    names: dict[str, str] = getattr(row, "people_by_id", {})
    return names.get(who, text) if kind == "person" else text


def name_people(rows: Iterable[Any]) -> None:
    """Look up, in one query, the names of everybody who is named as ``person:<id>`` in any text of ``rows``."""
    kept = list(rows)
    named = {who for row in kept for text in _texts(row) if (who := _person(text))}
    names = {str(user.pk): str(user) for user in User.objects.filter(pk__in=named)} if named else {}
    for row in kept:
        row.people_by_id = names


def _texts(row: models.Model) -> Iterable[str]:
    deferred = row.get_deferred_fields()
    fields = [field for field in row._meta.concrete_fields if isinstance(field, models.CharField) and field.attname not in deferred]
    return [str(getattr(row, field.attname)) for field in fields]


def _person(text: str) -> str:
    if not text.startswith("person:"):
        return ""
    try:
        return str(UUID(text.removeprefix("person:")))
    except ValueError:
        return ""
