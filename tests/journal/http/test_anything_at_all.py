"""Whatever anybody sends: an answer of ours, in our shape, with the request's id, and never a mistake of ours."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.asgi import get_asgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.states import Role
from apps.journal.http.asgi import Guard
from apps.journal.refusals import WORDS
from tests.asking import problem_of, signed_in
from tests.factories.accounts import make_user
from tests.factories.toy import make_jar

from .edge import ANY_JAR

pytestmark = [pytest.mark.urls("tests.journal.http.edge"), pytest.mark.django_db(transaction=True)]

ASKED = [
    ("GET", "/api/jars"),
    ("POST", "/api/jars/open"),
    ("GET", f"/api/jars/{ANY_JAR}"),
    ("POST", f"/api/jars/{ANY_JAR}/add"),
    ("POST", f"/api/jars/{ANY_JAR}/seal"),
    ("POST", f"/api/jars/{uuid4()}/seal"),
    ("POST", "/api/park"),
    ("GET", "/api/operation"),
    ("GET", "/api/v1/"),
    ("GET", "/api/v1/events"),
    ("GET", "/api/v1/event-types"),
    ("GET", "/api/v1/dead-letters"),
    ("GET", "/api/v1/dead-letters/1"),
    ("POST", "/api/v1/dead-letters/1/retry"),
    ("POST", "/api/v1/dead-letters/1/abandon"),
    ("GET", "/api/v1/schemas/events/JarOpened.v1.json"),
]
PARAMETERS = ["page_size", "cursor", "after", "limit", "types", "subject", "state", "format", "x"]
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

latin = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=60)
values = latin | st.integers().map(str) | st.sampled_from(["1", "9" * 30, "-1", "%00", "%ff", "jar/" + str(ANY_JAR), "JarOpened"])
queries: st.SearchStrategy[Any] = st.just([]) | st.lists(st.tuples(st.sampled_from(PARAMETERS), values), max_size=2)
spoilt = {
    "X-Request-Id": latin | st.just("x" * 300) | st.from_regex(REQUEST_ID, fullmatch=True),
    "Idempotency-Key": latin | st.just("k" * 201),
    "If-Match": latin | st.sampled_from(['W/"v1"', "*", '"v1","v2"', '"v2"', '"v99999999999999999999"']),
    "Accept": latin | st.sampled_from(["*/*", "text/html", "application/json", "application/json;q=x", ";;;,,"]),
    "Content-Type": latin | st.sampled_from(["application/json; charset=zlib", "multipart/form-data; boundary=x", "text/plain"]),
    "Content-Encoding": latin,
    "Content-Length": latin | st.sampled_from(["-1", "9" * 30, "5"]),
    "Authorization": latin,
    "Host": latin,
    "Cookie": latin,
}
one_spoilt = st.sampled_from(sorted(spoilt)).flatmap(lambda name: st.tuples(st.just(name), st.none() | spoilt[name]))
headers = st.builds(
    lambda key, wrong: {
        "Content-Type": "application/json",
        "Idempotency-Key": str(key),
        "If-Match": '"v1"',
        "X-Request-Id": "fine",
        **dict(wrong),
    },
    st.uuids(),
    st.lists(one_spoilt, max_size=2),
)
"""Headers as they should be, but for up to two that are missing (None) or wrong."""
nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    max_leaves=8,
)
likely = st.fixed_dictionaries({}, optional={"label": nested, "capacity": nested, "bolts": nested, "note": nested, "version": nested})
bodies = (
    st.binary(max_size=200)
    | (nested | likely).map(lambda value: json.dumps(value).encode())
    | st.sampled_from([b"[" * 10_000, b'{"label": "\\ud800"}'])
)
methods = st.sampled_from(["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
strange = st.tuples(methods, latin.map(lambda text: "/api/" + text.replace("?", "").replace("#", "")))
asked = st.integers(0, 9).flatmap(lambda chance: strange if chance == 7 else st.sampled_from(ASKED))

often = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def client() -> Client:
    """An admin, and one jar to aim at."""
    make_jar(id=ANY_JAR)
    return signed_in(make_user(Role.ADMIN))


class TestThroughDjango:
    @often
    @given(asked, queries, headers, bodies)
    def test_every_answer_is_ours(
        self, client: Client, asked: tuple[str, str], query: Any, sent: dict[str, str | None], body: bytes
    ) -> None:
        method, address = asked
        kind = sent.pop("Content-Type") or ""
        kept = {name: value for name, value in sent.items() if name not in ("Content-Length", "Cookie") and value is not None}

        response = client.generic(method, address, body, kind.partition(";")[0], query_params=query, headers=kept)

        assert response.status_code < 500
        if response.status_code >= 400 and method != "HEAD":
            assert problem_of(response)["code"] in WORDS
        given_id = sent.get("X-Request-Id") or ""
        assert (response.headers["X-Request-Id"] == given_id) == (REQUEST_ID.fullmatch(given_id) is not None)
        assert not any("\n" in value or "\r" in value for value in response.headers.values())


class TestThroughTheWholeApplication:
    @often
    @given(asked, st.just(b"") | st.binary(max_size=40), headers, bodies)
    def test_every_answer_is_ours(
        self, client: Client, asked: tuple[str, str], query: bytes, sent: dict[str, str | None], body: bytes
    ) -> None:
        status, found, content = _ask(client, *asked, query, sent, body)

        assert status < 500, content
        if status >= 400 and asked[0] != "HEAD":
            document = json.loads(content)
            assert found["content-type"] == "application/problem+json"
            assert (document["status"], document["request_id"]) == (status, found["x-request-id"])
            assert document["code"] in WORDS
        assert REQUEST_ID.fullmatch(found["x-request-id"])


def _ask(
    client: Client, method: str, path: str, query: bytes, sent: dict[str, str | None], body: bytes
) -> tuple[int, dict[str, str], bytes]:
    """Send one request to the application as the web server would."""
    proof = "c" * 32
    cookies = f"csrftoken={proof}; sessionid={client.cookies['sessionid'].value}"
    wanted = {"Host": "farm", "Cookie": cookies, "X-CSRFToken": proof, **sent}
    answer: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not receiving:
            await asyncio.sleep(3600)
        return receiving.pop()

    async def send(message: Any) -> None:
        answer.append(message)

    receiving = [{"type": "http.request", "body": body, "more_body": False}]
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in wanted.items() if value is not None]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": query,
        "headers": raw,
        "server": ("farm", 80),
    }
    asyncio.run(Guard(get_asgi_application(), max_bytes=5000)(scope, receive, send))
    found = {name.decode(): value.decode("latin-1") for name, value in answer[0]["headers"]}
    return (
        answer[0]["status"],
        {name.lower(): value for name, value in found.items()},
        b"".join(part.get("body", b"") for part in answer[1:]),
    )
