"""The admin's base: everything can be looked at, nothing can be changed past the commands."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)

PATTERNS = ("__regex", "__iregex")
"""Lookups whose cost whoever asks can make as large as they like."""


class ReadOnlyAdmin(admin.ModelAdmin[M]):
    """A change list and a detail page without any button that writes: aggregates change through commands only."""

    show_full_result_count = False
    list_per_page = 50
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        """Return what this person may look at, by their roles and sites: the rest does not exist for them."""
        rows: QuerySet[M] = request.user.among(super().get_queryset(request))  # type: ignore[union-attr]
        return rows

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Refuse to filter by what is not shown, which must not be found out letter by letter, and by patterns, which may take for ever."""
        field, _separator, _rest = lookup.partition("__")
        if field in (self.get_exclude(request) or ()) or lookup.endswith(PATTERNS):
            return False
        return super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Nobody changes rows here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Nobody deletes rows here."""
        return False


class UncountedPaginator(Paginator[Any]):
    """For tables with millions of rows: never counts them. Shows pages as far as a person would turn them."""

    TURNED_AT_MOST = 200

    @cached_property
    def count(self) -> int:
        """Return how many rows can be reached by turning pages, at most 200 pages; costs one bounded index scan."""
        reachable = self.per_page * self.TURNED_AT_MOST
        return len(cast("QuerySet[Any]", self.object_list).values_list("pk")[:reachable])
