"""Reading: lists that page by key, and single records with their version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from apps.journal.refusals import Refusal

from . import cursor
from .api_view import RecordsView, plain
from .filters import Filter
from .parameters import Parameters
from .preconditions import etag
from .shown import shown, spelled

PAGE_SIZE = 50
LARGEST_PAGE = 200


class ShowingView(RecordsView):
    """A view that shows records as one Struct says.

    Attributes:
        shows: What a record looks like. OpenAPI is made from it.
    """

    shows: ClassVar[type[msgspec.Struct]]

    def represent(self, row: Any) -> Any:
        """Return what the record looks like in the API."""
        return spelled(shown(self.shows, row, **self.told(row)))

    def told(self, row: Any) -> Mapping[str, Any]:
        """Return the values that are no attributes of the row."""
        return {}


class RecordView(ShowingView):
    """GET one record, with the ETag that a command against it needs as If-Match."""

    def get(self, request: Request, record_id: Any) -> Response:
        """Answer with the record."""
        Parameters(plain(request), known=())
        row = self.find(request, record_id)
        headers = {"ETag": etag(row.version)} if hasattr(row, "version") else {}
        return Response(self.represent(row), headers=headers)


class ListView(ShowingView):
    """GET a page of records, newest first. ``?page_size=`` (at most 200) and ``?cursor=`` from the page before.

    Attributes:
        name: What the cursors of this list are good for, and for no other.
        filters: Query parameters: as ``Filter``, or as names that ``filtered`` understands.
    """

    name: ClassVar[str]
    filters: ClassVar[tuple[str | Filter, ...]] = ()

    def filtered(self, rows: QuerySet[Any], parameters: Parameters) -> QuerySet[Any]:
        """Return the rows that the sender's ``filters`` leave."""
        for one in self.filters:
            if isinstance(one, Filter):
                rows = one.narrow(rows, parameters)
        return rows

    def get(self, request: Request) -> Response:
        """Answer with one page: ``items``, and ``next_cursor`` unless this is the last."""
        names = [one.name if isinstance(one, Filter) else one for one in self.filters]
        parameters = Parameters(plain(request), known=("page_size", "cursor", *names))
        size = parameters.whole_number("page_size", default=PAGE_SIZE, least=1, most=LARGEST_PAGE)
        rows = self.filtered(self.visible(request), parameters).order_by("-pk")
        if sent := parameters.text("cursor"):
            rows = rows.filter(pk__lt=_key(self.model, cursor.read(sent, of=self.name)))
        page = list(rows[: size + 1])
        following = cursor.make(str(page[size - 1].pk), of=self.name) if len(page) > size else None
        response = Response({"items": [self.represent(row) for row in page[:size]], "next_cursor": following})
        if following is not None:
            response["Link"] = parameters.link_to_next(plain(request).path, cursor=following)
        return response


def _key(model: type[Model], text: str) -> Any:
    try:
        return model._meta.pk.to_python(text)
    except ValidationError:
        raise Refusal("cursor-invalid") from None
