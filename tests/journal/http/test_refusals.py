"""Every refusal, whoever makes it, leaves in one shape: problem+json for programs, a plain page for people, never a trace."""

from __future__ import annotations

import json
import re
from typing import Any
from unittest.mock import Mock, patch

import pytest
from django.db import DatabaseError
from django.test import Client, RequestFactory, override_settings
from structlog.testing import capture_logs

from apps.accounts.states import Role
from apps.journal.http import handlers, problem
from apps.journal.refusals import IllegalTransition, Invalid, Refusal
from tests.asking import post, problem_of, signed_in
from tests.factories.accounts import make_user

pytestmark = [pytest.mark.urls("tests.journal.http.edge"), pytest.mark.django_db]

EXPECTED = {
    "refusal": (409, "jar-full"),
    "undeclared": (500, "internal-error"),
    "missing": (404, "not-found"),
    "denied": (403, "permission-denied"),
    "suspicious": (400, "bad-request"),
    "bad": (400, "bad-request"),
    "too-big": (413, "body-too-large"),
    "locked": (503, "busy"),
    "gone": (503, "unavailable"),
    "closed": (503, "unavailable"),
    "full": (507, "disk-full"),
    "throttled": (429, "too-many-requests"),
    "parse": (400, "bad-request"),
    "validation": (400, "bad-request"),
    "not-found": (404, "not-found"),
    "teapot": (500, "internal-error"),
    "bug": (500, "internal-error"),
}
OF_PAGES = [kind for kind in EXPECTED if kind not in ("throttled", "parse", "validation", "not-found")]
"""All but REST framework's own errors."""


class TestAnApiAddress:
    @pytest.mark.parametrize("view", ["/api/failing", "/api/page"])
    @pytest.mark.parametrize("kind", EXPECTED)
    def test_refuses_with_a_problem_document(self, admin: Client, view: str, kind: str) -> None:
        response = admin.get(f"{view}/{kind}")

        document = problem_of(response)
        assert (document["status"], document["code"]) == EXPECTED[kind]
        assert document["instance"] == f"{view}/{kind}"
        assert "secret inner words" not in response.content.decode()

    def test_says_when_to_come_back_after_too_many_requests(self, admin: Client) -> None:
        assert admin.get("/api/failing/throttled").headers["Retry-After"] == "8"

    def test_fills_the_sentences_from_the_parameters(self, admin: Client) -> None:
        document = problem_of(admin.get("/api/failing/refusal"))

        assert document["detail"] == "3 more bolts do not fit: there is room for 1."
        assert document["params"] == {"bolts": 3, "room": 1}
        assert document["title"] == "The jar is full"

    @pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 410, 413, 415, 418, 429, 500, 502, 503])
    @pytest.mark.parametrize("words", ["", "?words=1"])
    def test_lets_no_foreign_shape_through(self, stranger: Client, status: int, words: str) -> None:
        document = problem_of(stranger.get(f"/api/bare/{status}{words}"))

        assert document["status"] // 100 == status // 100

    def test_that_does_not_exist_is_a_problem_too(self, stranger: Client) -> None:
        for address in ("/api/", "/api/v1/nothing", "/api/v1/dead-letters/abc", "/api/v2/", "/api/%00", "/api/v1/%f0%9f"):
            assert problem_of(stranger.get(address))["code"] == "not-found"

    def test_names_the_methods_it_has(self, admin: Client) -> None:
        response = admin.delete("/api/jars")
        bare = admin.get("/api/bare/405")

        document = problem_of(response)
        assert (document["code"], document["params"]) == ("method-not-allowed", {"method": "DELETE", "allowed": ["GET", "HEAD"]})
        assert response.headers["Allow"] == "GET, HEAD"
        assert (problem_of(bare)["code"], bare.headers["Allow"]) == ("method-not-allowed", "PUT")

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "OPTIONS", "BREW"])
    def test_knows_only_its_methods(self, admin: Client, method: str) -> None:
        assert problem_of(admin.generic(method, "/api/jars"))["code"] == "method-not-allowed"

    def test_answers_in_json_only(self, admin: Client) -> None:
        document = problem_of(admin.get("/api/jars", headers={"Accept": "text/html"}))

        assert (document["code"], document["params"]) == ("not-acceptable", {"available": ["application/json"]})

    def test_shows_no_debug_page_either(self, admin: Client) -> None:
        with override_settings(DEBUG=True):
            assert problem_of(admin.get("/api/failing/bug"))["code"] == "internal-error"
            assert problem_of(admin.get("/api/page/bug"))["code"] == "internal-error"
            assert problem_of(admin.get("/api/nowhere"))["code"] == "not-found"

    @override_settings(ALLOWED_HOSTS=["farm.example"])
    def test_refuses_foreign_hosts(self, stranger: Client) -> None:
        assert problem_of(stranger.get("/api/jars", headers={"Host": "evil.example"}))["code"] == "bad-request"


class TestAPage:
    @pytest.mark.parametrize("kind", OF_PAGES)
    def test_refuses_in_plain_words(self, admin: Client, kind: str) -> None:
        response = admin.get(f"/failing/{kind}", headers={"X-Request-Id": "find-me"})

        status, code = EXPECTED[kind]
        text = response.content.decode()
        assert response.status_code == status
        assert response.headers["Content-Type"].startswith("text/html")
        assert all(part in text for part in ("<h1>", "What you can do", code, "find-me"))
        assert not any(part in text for part in ("Traceback", "secret inner words", "<script", "{"))

    def test_without_words_gets_some(self, stranger: Client) -> None:
        assert b"What you can do" in stranger.get("/bare/404").content
        assert b"What you can do" in stranger.get("/bare/405").content

    def test_with_its_own_words_keeps_them(self, stranger: Client) -> None:
        assert stranger.get("/bare/404?words=1").content == b"<h1>foreign</h1>"

    def test_that_does_not_exist_says_so(self, stranger: Client) -> None:
        response = stranger.get("/<b>nowhere</b>")

        assert response.status_code == 404
        assert b"There is no such address." in response.content
        assert b"<b>nowhere" not in response.content

    def test_shows_our_mistakes_while_developing(self, admin: Client) -> None:
        with override_settings(DEBUG=True):
            assert "ZeroDivisionError" in admin.get("/failing/bug").content.decode()

    def test_explains_a_form_without_its_proof(self, admin: Client) -> None:
        response = Client(enforce_csrf_checks=True).post("/form", {"name": "x"})

        assert response.status_code == 403
        assert b"Reload the page and send it again." in response.content

    def test_explains_a_form_that_is_too_large(self, stranger: Client) -> None:
        with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
            response = stranger.post("/form", {"name": "x" * 100})

        assert response.status_code == 413
        assert b"10 bytes" in response.content


class TestAMistakeOfOurs:
    def test_is_logged_with_its_trace_and_request(self, admin: Client) -> None:
        with capture_logs() as lines:
            admin.get("/api/failing/bug", headers={"X-Request-Id": "find-me"})

        (line,) = [line for line in lines if line["event"] == "request-failed"]
        assert (line["request_id"], line["path"], line["log_level"]) == ("find-me", "/api/failing/bug", "error")
        assert isinstance(line["exc_info"], ZeroDivisionError)

    def test_in_a_middleware_is_translated_as_well(self) -> None:
        request = RequestFactory().get("/api/x")
        middleware = Mock(side_effect=DatabaseError("database is locked"))
        try:
            middleware(request)
        except DatabaseError:
            response = handlers.server_error(request)

        assert json.loads(response.content)["code"] == "busy"

    def test_in_the_session_store_is_a_503_with_retry_after(self, stranger: Client) -> None:
        with patch("django.contrib.sessions.backends.db.SessionStore.load", side_effect=OSError(28, "No space left on device")):
            stranger.cookies["sessionid"] = "x" * 32
            response = stranger.get("/api/jars")

        assert problem_of(response)["code"] == "disk-full"


class TestTheDocument:
    @pytest.mark.parametrize("hard", [object(), {object(): 1}, "\ud800", b"x", {"a": ["\udfff", {1, 2}]}, float("nan"), 10**30])
    def test_gets_through_whatever_its_parameters_hold(self, hard: Any) -> None:
        response = problem.rendered(Refusal("bad-request", hard=hard), request_id="r", path="/api/x")

        assert json.loads(response.content)["code"] == "bad-request"

    def test_is_never_kept_by_caches(self, stranger: Client) -> None:
        assert stranger.get("/api/nowhere").headers["Cache-Control"] == "no-store"

    def test_names_the_address_as_a_reference(self, stranger: Client) -> None:
        document = problem_of(stranger.get("/api/schön%0d%0a<b>"))

        assert re.fullmatch(r"/api/sch%C3%B6n%0D%0A%3Cb%3E", document["instance"])


class TestTheSentences:
    def test_spell_lists_and_fields_out(self) -> None:
        assert IllegalTransition("jar", "7", move="seal", state="sealed", allowed=["open", "empty"]).fix == "Possible now: open, empty."
        assert IllegalTransition("jar", "7", move="seal", state="sealed", allowed=[]).fix == "Possible now: nothing."
        assert Invalid({"a": "too long", "b[1]": "no number"}).detail == "These values cannot be used: a: too long; b[1]: no number."

    def test_have_a_question_mark_for_what_nobody_told(self) -> None:
        assert Refusal("key-reused").detail == "This key already stands for another ? request. Nothing was done."


class TestAskingWithoutRights:
    def test_is_401_for_strangers(self, stranger: Client) -> None:
        response = stranger.get("/api/jars")

        assert problem_of(response)["code"] == "not-signed-in"
        assert response.headers["WWW-Authenticate"].startswith("Bearer")

    def test_is_403_for_staff_without_the_permission(self, viewer: Client) -> None:
        assert problem_of(viewer.get("/api/jars"))["code"] == "permission-denied"
        assert problem_of(post(viewer, "/api/jars/open", {"label": "a"}))["code"] == "permission-denied"

    def test_is_403_for_customers(self, db: None) -> None:
        assert problem_of(signed_in(make_user()).get("/api/failing/bug"))["code"] == "permission-denied"

    def test_is_403_without_the_proof_of_origin(self, db: None) -> None:
        client = signed_in(make_user(Role.ADMIN), enforce_csrf_checks=True)

        assert problem_of(post(client, "/api/jars/open", {"label": "a"}))["code"] == "csrf-failed"

    def test_is_not_with_the_proof_of_origin(self, db: None) -> None:
        client = signed_in(make_user(Role.ADMIN), enforce_csrf_checks=True)
        client.cookies["csrftoken"] = "c" * 32

        assert post(client, "/api/jars/open", {"label": "a"}, X_CSRFToken="c" * 32).status_code == 201
