"""What every API view has in common: who may use it, which records it shows them, how codes look, how often one may ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException, Throttled
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.journal.refusals import NotFound, Refusal

from . import limits


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view answers to GET, for OpenAPI.

    Args:
        shape: The Struct of the JSON, or a ready JSON Schema.
        media_type: Of the answer.
        description: In a sentence; empty: the view's docstring says it.
        parameters: Query parameters by name, each as a JSON Schema with a description.
        example: An answer; None: one is made from the schema.
    """

    shape: Any
    media_type: str = "application/json"
    description: str = ""
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    example: Any = None


def labelled(code: str, label: object) -> dict[str, str]:
    """Return a code with its label beside it, as the API shows every code."""
    return {"code": str(code), "label": str(label)}


class ApiView(APIView):
    """An API view for those who work here.

    Attributes:
        permission: The right it needs: ``<app>.view_<model>`` to look, the command's name to act; ``""``: whoever works here.
        open_to_customers: Whether customers may ask too. What they then see and do is bounded by ``visible``: what is their own.
        is_public: Whether anybody may ask, signed in or not.
        LANE: Set where the answer is, or becomes, something a machine follows (``UTILITY`` or ``OPERATION``).
        answers: What GET answers, for OpenAPI, where the kind of view does not say.
    """

    http_method_names = ["get", "head", "post"]
    permission: ClassVar[str]
    open_to_customers: ClassVar[bool] = False
    is_public: ClassVar[bool] = False
    LANE: ClassVar[str | None] = None
    answers: ClassVar[Answer | None] = None

    def permission_for(self, method: str) -> str:
        """Return the right that a request with this method needs."""
        return self.permission

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the request, then ask who it is and whether they may: also whoever is refused asks only so often.

        Raises:
            Throttled: too many requests.
        """
        person: Any = None
        refused: Exception | None = None
        try:
            person = request.user
        except (APIException, Refusal) as error:
            refused = error
        self.allowance = limits.count(plain(request), person)
        if self.allowance.wait_s > 0:
            raise Throttled(wait=self.allowance.wait_s)
        if refused is not None:
            raise refused
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Any:
        """Tell the sender what is left of their allowance."""
        answer = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        for name, value in limits.headers(getattr(self, "allowance", None)).items():
            answer[name] = value
        return answer


class RecordsView(ApiView):
    """A view of records of one model; what ``visible`` leaves out does not exist for the asker."""

    model: ClassVar[type[Model]]

    def visible(self, request: Request) -> QuerySet[Any]:
        """Return the records that this person may know of.

        Every view says so itself: a view that forgets must not show the records of another site.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say which records its visitors may know of")

    def may(self, request: Request, right: str, row: Any) -> bool:
        """May the asker do this to a record they see? Where records belong to sites, the right must be held there."""
        return right == "" or bool(request.user.has_perm(right))

    def find(self, request: Request, record_id: object) -> Any:
        """Return one visible record.

        Raises:
            NotFound: there is none, or the asker may not know.
        """
        row = self.visible(request).filter(pk=record_id).first()
        if row is None:
            raise NotFound(str(self.model._meta.verbose_name), id=str(record_id))
        return row

    def require(self, request: Request, right: str, row: Any) -> None:
        """Go on only if the asker may do this to a record they see.

        Raises:
            Refusal: ``permission-denied``.
        """
        if not self.may(request, right, row):
            raise Refusal("permission-denied")


def plain(request: Request) -> HttpRequest:
    """Return Django's own request inside REST framework's."""
    inner: HttpRequest = request._request
    return inner
