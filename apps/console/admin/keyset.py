"""Paging by what the last row was, not by how many came before it: as fast on the last page of ten million rows as on the first.

Any order works, also by columns that may be empty: empty ones come last whichever way the column is sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db import models
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from .columns import name_people

AFTER, BEFORE = "after", "before"
"""The parameters of an address that say where a page begins, or ends: ids of rows."""


@dataclass(frozen=True, slots=True)
class Term:
    """One column of an order."""

    path: str
    descending: bool
    nullable: bool

    def expression(self, *, forward: bool) -> Any:
        """Return how to sort by it, forward or backward."""
        descending = self.descending if forward else not self.descending
        if not self.nullable:
            return f"-{self.path}" if descending else self.path
        ordered = F(self.path)
        empty = {"nulls_last": True} if forward else {"nulls_first": True}
        return ordered.desc(**empty) if descending else ordered.asc(**empty)


def terms_of(model: type[models.Model], ordering: Sequence[str]) -> list[Term]:
    """Return the columns of an order such as ``["site", "-id"]``, ended by the row's own id so that no two rows are alike."""
    terms = [Term(name.removeprefix("-"), name.startswith("-"), _nullable(model, name.removeprefix("-"))) for name in ordering]
    ends = {"pk", str(model._meta.pk.name)}
    last = next((number for number, term in enumerate(terms) if term.path in ends), None)
    return terms[: last + 1] if last is not None else [*terms, Term("pk", descending=True, nullable=False)]


def beyond(terms: Sequence[Term], row: Sequence[Any], *, forward: bool) -> Q:
    """Return the condition for rows that come after (or before) one whose sorted columns hold the values ``row``."""
    found, equal = Q(pk__in=[]), Q()
    for term, held in zip(terms, row, strict=True):
        descending = term.descending if forward else not term.descending
        if held is None:
            step = Q(pk__in=[]) if forward else Q(**{f"{term.path}__isnull": False})
            same = Q(**{f"{term.path}__isnull": True})
        else:
            step = Q(**{f"{term.path}__{'lt' if descending else 'gt'}": held})
            if term.nullable and forward:
                step |= Q(**{f"{term.path}__isnull": True})
            same = Q(**{term.path: held})
        found |= equal & step
        equal &= same
    return found


def _nullable(model: type[models.Model], path: str) -> bool:
    at: Any = model
    nullable = False
    for step in path.split("__"):
        if step == "pk":
            return nullable
        try:
            field = at._meta.get_field(step)
        except FieldDoesNotExist:
            return True
        nullable = nullable or bool(field.null)
        at = field.related_model
    return nullable


class KeysetList(ChangeList):
    """A change list that never counts: it knows the rows of its page, and whether there are newer and older ones."""

    newer_url: str = ""
    older_url: str = ""

    def get_results(self, request: HttpRequest) -> None:
        """Fetch one page and one row more."""
        model = self.model
        terms = terms_of(model, [name for name in self.get_ordering(request, self.queryset) if isinstance(name, str)])
        start, forward = _start(request)
        held = _values(model, start, terms) if start else None
        if held is None:
            forward = True
        rows = self.queryset.order_by(*[term.expression(forward=forward) for term in terms])
        if held is not None:
            rows = rows.filter(beyond(terms, held, forward=forward))
        page = list(rows[: self.list_per_page + 1])
        has_more, page = len(page) > self.list_per_page, page[: self.list_per_page]
        if not forward:
            page.reverse()
        self._say(page, newer=(held is not None) if forward else has_more, older=has_more if forward else True)

    def _say(self, page: list[Any], *, newer: bool, older: bool) -> None:
        name_people(page)
        self.result_list = page
        self.result_count = len(page)
        self.full_result_count = None
        self.show_admin_actions = False
        self.can_show_all = self.multi_page = False
        self.paginator = Paginator(page, max(1, self.list_per_page))
        if page and newer:
            self.newer_url = self.get_query_string({BEFORE: str(page[0].pk)})
        if page and older:
            self.older_url = self.get_query_string({AFTER: str(page[-1].pk)})


def _start(request: HttpRequest) -> tuple[str, bool]:
    start: tuple[str, bool] = getattr(request, "keyset_start", ("", True))
    return start


def take_start(request: HttpRequest) -> None:
    """Take where the page begins out of the address, so that filters and sorting do not carry it on."""
    asked = request.GET.copy()
    after, before = asked.pop(AFTER, [""])[-1], asked.pop(BEFORE, [""])[-1]
    request.keyset_start = (str(before), False) if before else (str(after), True)  # type: ignore[attr-defined]
    request.GET = asked  # type: ignore[assignment]


def _values(model: type[models.Model], start: str, terms: Sequence[Term]) -> tuple[Any, ...] | None:
    """Return what the sorted columns of the row ``start`` hold now; None where it is no row."""
    try:
        pk = model._meta.pk.to_python(start)
    except Exception:  # whatever an id of another kind raises: it is no row, and the first page is shown
        return None
    rows: QuerySet[Any] = model._default_manager.filter(pk=pk)
    return rows.values_list(*[term.path for term in terms]).first()
