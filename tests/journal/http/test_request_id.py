"""X-Request-Id: the sender's where it is harmless, otherwise a new one; always in the answer, the logs and what commands record."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from django.http import HttpResponse
from django.test import Client, RequestFactory

from apps.journal.http import request_id
from apps.journal.http.middleware import RequestIdMiddleware
from apps.journal.models import Event
from tests.asking import problem_of

pytestmark = [pytest.mark.urls("tests.journal.http.edge")]

HARMFUL = [
    "a\r\nSet-Cookie: x=1",
    "a\nb",
    "x" * 129,
    "x" * 300,
    "überprüfung",
    "a b",
    "a,b",
    "<script>",
    "a\x00b",
    "",
    "id\n",
    "١٢٣",
]


class TestAHarmlessId:
    @pytest.mark.parametrize("sent", ["a", "x" * 128, "0197-ab.c_D", "9f0c"])
    def test_comes_back(self, stranger: Client, sent: str) -> None:
        response = stranger.get("/api/nowhere", headers={"X-Request-Id": sent})

        assert response.headers["X-Request-Id"] == sent
        assert problem_of(response)["request_id"] == sent

    def test_is_recorded_with_what_the_command_did(self, ask: Callable[..., Any]) -> None:
        ask("/api/jars/open", {"label": "M3"}, X_Request_Id="from-the-shop")

        assert Event.objects.get().request_id == "from-the-shop"

    def test_is_on_every_log_line_of_the_request_and_on_none_after_it(self) -> None:
        seen = []

        def respond(request: Any) -> Any:
            seen.append(structlog.contextvars.get_contextvars())
            return HttpResponse()

        RequestIdMiddleware(respond)(RequestFactory().get("/", headers={"X-Request-Id": "mine"}))

        assert seen == [{"request_id": "mine"}]
        assert "request_id" not in structlog.contextvars.get_contextvars()

    def test_is_on_the_line_that_says_what_was_refused(self, stranger: Client) -> None:
        lines: list[dict[str, Any]] = []

        class Keep(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                lines.append({"text": record.getMessage(), **structlog.contextvars.get_contextvars()})

        logger, keep = logging.getLogger("django.request"), Keep()
        logger.addHandler(keep)
        stranger.get("/api/nowhere", headers={"X-Request-Id": "mine"})
        logger.removeHandler(keep)

        assert lines == [{"text": "Not Found: /api/nowhere", "request_id": "mine"}]


class TestAHarmfulId:
    @pytest.mark.parametrize("sent", HARMFUL)
    def test_is_replaced(self, stranger: Client, sent: str) -> None:
        response = stranger.get("/api/nowhere", headers={"X-Request-Id": sent})

        given = response.headers["X-Request-Id"]
        assert given != sent
        assert request_id.choose(given) == (given, True)
        assert "Set-Cookie" not in response.headers

    def test_is_replaced_when_sent_twice(self, stranger: Client) -> None:
        response = stranger.get("/api/nowhere", HTTP_X_REQUEST_ID="one,two")

        assert response.headers["X-Request-Id"] not in ("one", "two", "one,two")


class TestEveryAnswer:
    @pytest.mark.parametrize("address", ["/api/failing/bug", "/api/page/bug", "/failing/bug", "/nowhere", "/bare/500", "/admin/login/"])
    def test_carries_the_id(self, admin: Client, address: str) -> None:
        response = admin.get(address, headers={"X-Request-Id": "find-me"})

        assert response.headers["X-Request-Id"] == "find-me"


@pytest.mark.django_db
class TestAnOperation:
    @pytest.mark.parametrize("sent", [{}, {"X-Request-Id": "a\r\nb"}, {"X-Request-Id": "x" * 300}])
    def test_without_a_usable_id_is_refused_with_one_of_ours(self, admin: Client, sent: dict[str, str]) -> None:
        response = admin.get("/api/operation", headers=sent)

        assert (problem_of(response)["code"], response.status_code) == ("request-id-missing", 400)

    def test_with_an_id_is_answered_and_names_its_lane(self, admin: Client) -> None:
        response = admin.get("/api/operation", headers={"X-Request-Id": "job-7"})

        assert response.json() == {"request_id": "job-7"}
        assert response.headers["X-Lane"] == "OPERATION"

    def test_is_recognised_in_plain_views_too(self, stranger: Client) -> None:
        refused = stranger.get("/operation")
        answered = stranger.get("/operation", headers={"X-Request-Id": "job-7"})

        assert (refused.status_code, answered.status_code) == (400, 200)

    def test_is_no_matter_for_a_preview(self, admin: Client) -> None:
        response = admin.get("/api/utility")

        assert response.status_code == 200
        assert response.headers["X-Lane"] == "UTILITY"
        assert response.json()["request_id"] == response.headers["X-Request-Id"]
