"""What every API view has in common: who may use it, which records it shows them, how codes look."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.journal.refusals import NotFound


def labelled(code: str, label: object) -> dict[str, str]:
    """Return a code with its label beside it, as the API shows every code."""
    return {"code": str(code), "label": str(label)}


class ApiView(APIView):
    """An API view for those who work here.

    ``permission`` is the right it needs: the name of a command, or ``<app>.view_<model>``; ``""`` means whoever works here. ``LANE`` is set where
    the answer is, or becomes, something a machine follows (``UTILITY`` or ``OPERATION``).
    """

    http_method_names = ["get", "head", "post"]
    permission: ClassVar[str]
    LANE: ClassVar[str | None] = None

    def permission_for(self, method: str) -> str:
        """Return the right that a request with this method needs."""
        return self.permission


class RecordsView(ApiView):
    """A view of records of one model; what ``visible`` leaves out does not exist for the asker."""

    model: ClassVar[type[Model]]

    def visible(self, request: Request) -> QuerySet[Any]:
        """Return the records that this person may know of.

        Every view says so itself: a view that forgets must not show the records of another site.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say which records its visitors may know of")

    def find(self, request: Request, record_id: object) -> Any:
        """Return one visible record.

        Raises:
            NotFound: there is none, or the asker may not know.
            PermissionDenied: they may know, but lack the right at its site.
        """
        row = self.visible(request).filter(pk=record_id).first()
        if row is None:
            raise NotFound(str(self.model._meta.verbose_name), id=str(record_id))
        self.check_object_permissions(request, row)
        return row


def plain(request: Request) -> HttpRequest:
    """Return Django's own request inside REST framework's."""
    inner: HttpRequest = request._request
    return inner
