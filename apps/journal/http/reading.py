"""One line of a route for one kind of record: its list and its single records, as one Struct shows them."""

from __future__ import annotations

from typing import Any

import msgspec
from django.urls import URLPattern, path

from .filters import Filter
from .record_views import ListView, RecordView
from .scope import Scoped


def read(
    name: str,
    scope: type[Scoped],
    shows: type[msgspec.Struct],
    *,
    brief: type[msgspec.Struct] | None = None,
    filters: tuple[Filter, ...] = (),
    customers: bool = False,
    single: str = "",
    **members: Any,
) -> list[URLPattern]:
    """Return the routes ``name`` (the list) and ``name/<id>`` (one record).

    Args:
        name: Plural, as in the address; the list's route has this name.
        scope: Which records somebody may know of.
        shows: What a record looks like.
        brief: What it looks like in the list, where that is less.
        filters: What narrows the list.
        customers: Whether customers may look at theirs.
        single: The name of the single record's route; empty: the plural without its last letter.
        members: Further attributes of both views, such as ``for_staff``.
    """
    meta = scope.model._meta
    common = {
        "permission": f"{meta.app_label}.view_{meta.model_name}",
        "is_made": True,
        "open_to_customers": customers,
        "__module__": scope.__module__,
        **members,
    }
    listing = {
        **common,
        "name": name,
        "filters": filters,
        "shows": brief or shows,
        "__doc__": f"GET {name.replace('-', ' ')}, newest first.",
    }
    alone = {**common, "shows": shows, "__doc__": f"GET one of the {name.replace('-', ' ')}."}
    many = type(f"{scope.__name__}List", (scope, ListView), listing)
    one = type(f"{scope.__name__}Record", (scope, RecordView), alone)
    return [
        path(name, many.as_view(), name=name),  # type: ignore[attr-defined]
        path(f"{name}/<uuid:record_id>", one.as_view(), name=single or name.removesuffix("s")),  # type: ignore[attr-defined]
    ]
