"""Reading: lists that page by key, and single records with their version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from apps.journal.refusals import Refusal

from . import cursor
from .api_view import RecordsView, plain
from .parameters import Parameters
from .preconditions import etag

PAGE_SIZE = 50
LARGEST_PAGE = 200


class RecordView(RecordsView):
    """GET one record, with the ETag that a command against it needs as If-Match."""

    def represent(self, row: Any) -> Mapping[str, Any]:
        """Return what the record looks like in the API."""
        raise NotImplementedError

    def get(self, request: Request, record_id: Any) -> Response:
        """Answer with the record."""
        Parameters(plain(request), known=())
        row = self.find(request, record_id)
        return Response(self.represent(row), headers={"ETag": etag(row.version)})


class ListView(RecordsView):
    """GET a page of records, newest first. ``?page_size=`` (at most 200) and ``?cursor=`` from the page before.

    Attributes:
        name: What the cursors of this list are good for, and for no other.
        filters: Query parameters that ``filtered`` understands.
    """

    name: ClassVar[str]
    filters: ClassVar[tuple[str, ...]] = ()

    def represent(self, row: Any) -> Mapping[str, Any]:
        """Return what one record of the list looks like in the API."""
        raise NotImplementedError

    def filtered(self, rows: QuerySet[Any], parameters: Parameters) -> QuerySet[Any]:
        """Return the rows that the sender's ``filters`` leave."""
        return rows

    def get(self, request: Request) -> Response:
        """Answer with one page: ``items``, and ``next_cursor`` unless this is the last."""
        parameters = Parameters(plain(request), known=("page_size", "cursor", *self.filters))
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
