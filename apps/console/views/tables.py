"""Lists: what was asked for in the address, pages by key instead of by number, and the same rows as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import QueryDict, StreamingHttpResponse

PAGE = 50
"""Rows of one page."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Asked:
    """What a list's address asks for: short texts, choices, and where to go on. What makes no sense counts as not asked."""

    MOST = 120

    def __init__(self, query: QueryDict) -> None:
        self._query = query

    def text(self, name: str) -> str:
        """Return a short text without control characters; empty when there is none."""
        return "".join(one for one in self._query.get(name, "") if one.isprintable()).strip()[: self.MOST]

    def one_of(self, name: str, choices: Iterable[str], default: str = "") -> str:
        """Return a known code, or the default."""
        value = self._query.get(name, "")
        return value if value in set(choices) else default

    def link(self, **changed: str) -> str:
        """Return the query with some values changed (empty: left out); paging starts anew unless it is what changes."""
        query = self._query.copy()
        for name in ("after", "before", "format"):
            query.pop(name, None)
        for name, value in changed.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return f"?{query.urlencode()}" if query else "?"


def as_csv(name: str, heads: Sequence[Any], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Return rows as a CSV file, written while it is read. A cell that a spreadsheet would run as a formula is made a text."""
    response = StreamingHttpResponse(_lines(heads, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(heads: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow([str(head) for head in heads])
    for row in rows:
        yield writer.writerow([_cell(value) for value in row])


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text
