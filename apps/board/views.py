"""Fragments over plain HTTP: what pages read again where there is no socket, and what a program may look at."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views import View

from apps.journal import queries
from apps.journal.audience import Audience
from apps.journal.refusals import NotFound, Refusal

from . import fragments
from .audiences import audience_of


class _ForStaff(View):
    """For people who work here. Nothing is kept by anybody between."""

    http_method_names = ["get", "head"]
    audience: Audience

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse strangers.

        Raises:
            Refusal: ``not-signed-in``.
        """
        found = audience_of(request.user)
        if found is None or found.is_minimal:
            raise Refusal("not-signed-in")
        self.audience = found
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Cookie"])
        return response

    def read(self, addresses: list[str]) -> list[fragments.Fragment | None]:
        """Return the fragments with these addresses as the asker may see them."""
        return fragments.read(self.request.user, addresses, self.audience.key, self.stamp)

    @property
    def stamp(self) -> int:
        """How far the feed was when this was asked."""
        if not hasattr(self, "_stamp"):
            self._stamp = queries.feed_position()
        return self._stamp


class OneFragment(_ForStaff):
    """``/admin/f/<kind>/<id>/``: one fragment as HTML, with an ETag."""

    def get(self, request: HttpRequest, kind: str, id: str) -> HttpResponse:  # noqa: A002 - the address says id
        """Answer with the fragment, or with 304 when the asker has it.

        Raises:
            NotFound: there is none, or not for the asker.
        """
        found = self.read([f"{kind}:{id}"])[0]
        if found is None:
            raise NotFound(kind, id=id)
        tag = f'"{found.tag}"'
        if request.headers.get("If-None-Match") == tag:
            return HttpResponse(status=304, headers={"ETag": tag})
        return HttpResponse(found.html, headers={"ETag": tag})


class ManyFragments(_ForStaff):
    """``/admin/f/?of=<kind>:<id>[@<tag>]&of=…``: many at once as JSON, in the order asked; the same answer as over the socket."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with those that differ from the tag the asker has, and say which are the same or gone."""
        asked = dict(_address(of) for of in request.GET.getlist("of")[: fragments.MOST_AT_ONCE])
        found = self.read(list(asked))
        items = [fragments.answer(of, asked[of], one) for of, one in zip(asked, found, strict=True)]
        return JsonResponse({"kind": "fragments", "seq": self.stamp, "items": items})


def _address(of: str) -> tuple[str, str]:
    address, _at, tag = of.partition("@")
    return address[:120], tag[:40]
