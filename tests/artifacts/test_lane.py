"""Views say on which terms they yield machine output."""

from __future__ import annotations

from functools import wraps
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.views import View
from rest_framework.views import APIView

from apps.artifacts.lane import HEADER, Lane, declared, in_lane
from apps.journal.http import request_id
from apps.journal.http.middleware import RequestIdMiddleware


@in_lane(Lane.UTILITY)
def preview(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("G21")


@in_lane(Lane.OPERATION)
class Execute(View):
    def post(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse("G21")


@in_lane(Lane.UTILITY)
class Simulate(APIView):
    pass


def page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("words")


@wraps(preview)
def wrapped(request: HttpRequest) -> HttpResponse:
    return preview(request)


class TestADeclaration:
    @pytest.mark.parametrize(
        ("view", "lane"),
        [
            (preview, Lane.UTILITY),
            (wrapped, Lane.UTILITY),
            (Execute.as_view(), Lane.OPERATION),
            (Simulate.as_view(), Lane.UTILITY),
            (page, None),
            (View.as_view(), None),
        ],
    )
    def test_is_found_on_what_the_urlconf_holds(self, view: Any, lane: Lane | None) -> None:
        assert declared(view) == lane

    def test_that_is_no_lane_is_an_error(self) -> None:
        def odd(_request: HttpRequest) -> HttpResponse:
            return HttpResponse()

        odd.LANE = "FAST"  # type: ignore[attr-defined]

        with pytest.raises(ValueError, match="FAST"):
            declared(odd)

    def test_means_to_the_middleware_what_it_says(self) -> None:
        assert Lane.OPERATION == request_id.OPERATION

    def test_is_shown_in_the_answer(self) -> None:
        request = RequestFactory().get("/api/v1/preview")

        def respond(request: HttpRequest) -> HttpResponse:
            refused = middleware.process_view(request, preview, (), {})
            return refused or preview(request)

        middleware = RequestIdMiddleware(respond)
        response = middleware(request)

        assert response[HEADER] == "UTILITY"
