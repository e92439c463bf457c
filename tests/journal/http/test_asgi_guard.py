"""What is refused before Django sees it, seen from the outside of the whole web application."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from apps.journal.http.asgi import Guard, Proxied

PLAIN = [(b"host", b"farm")]


class Wire:
    """One request to the application, and what came back."""

    def __init__(self, parts: Iterable[bytes] = (b"",)) -> None:
        self.parts = list(parts)
        self.taken = 0
        self.sent: list[Mapping[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        """Hand out the next part; hang up after the last."""
        if self.taken == len(self.parts):
            await asyncio.sleep(3600)
        self.taken += 1
        return {"type": "http.request", "body": self.parts[self.taken - 1], "more_body": self.taken < len(self.parts)}

    async def send(self, message: Mapping[str, Any]) -> None:
        """Keep what the application answers."""
        self.sent.append(message)

    @property
    def status(self) -> int:
        """The status of the one answer."""
        (start,) = [message for message in self.sent if message["type"] == "http.response.start"]
        return int(start["status"])

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        return {name.decode().lower(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def body(self) -> Any:
        """The body of the answer, read as JSON."""
        return json.loads(b"".join(message.get("body", b"") for message in self.sent[1:]))


def ask(
    wire: Wire,
    *,
    path: str = "/api/v1/",
    query: bytes = b"",
    headers: Iterable[tuple[bytes, bytes]] = (),
    max_bytes: int = 1000,
    larger: dict[str, int] | None = None,
) -> Wire:
    """Send one POST through the guard to farmos itself."""
    from django.core.asgi import get_asgi_application

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [*PLAIN, *headers],
        "server": ("farm", 80),
    }
    asyncio.run(Guard(get_asgi_application(), max_bytes=max_bytes, larger=larger)(scope, wire.receive, wire.send))
    return wire


@pytest.mark.django_db(transaction=True)
class TestARequestWeCanRead:
    @pytest.mark.parametrize("declared", [b"application/json", b"application/json; charset=UTF-8", b'text/plain; charset="utf8"', b""])
    def test_reaches_django(self, declared: bytes) -> None:
        answer = ask(Wire([b"{", b"}"]), headers=[(b"content-type", declared), (b"x-request-id", b"mine")])

        assert (answer.status, answer.body["code"]) == (401, "not-signed-in")
        assert answer.headers["x-request-id"] == "mine"


class TestARequestDjangoWouldChokeOn:
    @pytest.mark.parametrize(
        ("query", "declared", "code"),
        [
            (b"x=\xff", b"", "bad-request"),
            (b"", b"application/json; x*=nonsense'en'y", "bad-request"),
            (b"", b"application/json; charset=zlib", "media-type-unsupported"),
            (b"", b"application/json; charset=undefined", "media-type-unsupported"),
            (b"a=%ff", b"text/plain; charset=utf-16", "media-type-unsupported"),
        ],
    )
    def test_is_refused_in_our_shape(self, query: bytes, declared: bytes, code: str) -> None:
        answer = ask(Wire(), query=query, headers=[(b"content-type", declared), (b"x-request-id", b"mine\r\nx: y")])

        assert answer.status in (400, 415)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.body["code"] == code
        assert answer.body["request_id"] == answer.headers["x-request-id"]
        assert "mine" not in answer.headers["x-request-id"]

    def test_cannot_hide_behind_a_second_header(self) -> None:
        answer = ask(Wire(), headers=[(b"content-type", b"text/plain; charset=zlib;"), (b"content-type", b"text/plain")])

        assert answer.body["code"] == "media-type-unsupported"

    def test_gets_a_page_where_people_ask(self) -> None:
        answer = ask(Wire(), path="/orders", query=b"x=\xff")

        assert answer.headers["content-type"].startswith("text/html")
        assert b"What you can do" in answer.sent[1]["body"]


class TestABodyThatIsTooLarge:
    def test_is_refused_unread_when_it_says_so(self) -> None:
        wire = Wire([b"x" * 500] * 10)

        answer = ask(wire, headers=[(b"content-length", b"5000")])

        assert (answer.status, answer.body["code"], wire.taken) == (413, "body-too-large", 0)

    def test_is_refused_while_it_arrives_when_it_does_not(self) -> None:
        wire = Wire([b"x" * 500] * 10)

        answer = ask(wire)

        assert (answer.status, answer.body["params"], wire.taken) == (413, {"limit": 1000}, 3)

    def test_may_be_exactly_as_large_as_allowed(self) -> None:
        assert ask(Wire([b"x" * 500, b"x" * 500]), path="/api/nowhere").status == 404

    def test_may_be_larger_where_files_are_taken_in(self) -> None:
        wire = Wire([b"x" * 500] * 10)

        assert ask(wire, path="/api/files", larger={"/api/files": 10_000}).status == 404
        assert ask(Wire([b"x" * 500] * 30), path="/api/files", larger={"/api/files": 10_000}).status == 413
        assert ask(Wire([b"x" * 500] * 10), path="/api/other", larger={"/api/files": 10_000}).status == 413


class TestBehindAProxy:
    def seen(self, *headers: tuple[str, str], kind: str = "http") -> dict[str, Any]:
        """Return what the application is told about a request that came with these headers."""
        told: list[dict[str, Any]] = []

        async def application(scope: dict[str, Any], _receive: Any, _send: Any) -> None:
            told.append(scope)

        sent = [(name.lower().encode(), value.encode()) for name, value in headers]
        scope = {"type": kind, "scheme": "http" if kind == "http" else "ws", "client": ("10.0.0.1", 5), "headers": sent}
        asyncio.run(Proxied(application)(scope, Wire().receive, Wire().send))
        return told[0]

    @pytest.mark.parametrize(
        ("headers", "address"),
        [
            ((), "10.0.0.1"),
            ((("X-Forwarded-For", "198.51.100.7"),), "198.51.100.7"),
            ((("X-Forwarded-For", "1.2.3.4, 198.51.100.7"),), "198.51.100.7"),
            ((("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-For", "198.51.100.7")), "198.51.100.7"),
            ((("X-Forwarded-For", "198.51.100.7:443"),), "198.51.100.7"),
            ((("X-Forwarded-For", "[2001:db8::7]:443"),), "2001:db8::7"),
            ((("X-Forwarded-For", "2001:db8::7"),), "2001:db8::7"),
            ((("X-Forwarded-For", "1.2.3.4, unknown"),), "10.0.0.1"),
        ],
    )
    def test_a_request_comes_from_whom_the_proxy_saw_and_not_from_whom_it_names(
        self, headers: tuple[tuple[str, str], ...], address: str
    ) -> None:
        assert self.seen(*headers)["client"][0] == address

    @pytest.mark.parametrize(("kind", "scheme"), [("http", "https"), ("websocket", "wss")])
    def test_the_proxy_says_by_which_scheme(self, kind: str, scheme: str) -> None:
        assert self.seen(("X-Forwarded-Proto", "https"), kind=kind)["scheme"] == scheme
        assert self.seen(("X-Forwarded-Proto", "gopher"), kind=kind)["scheme"] != "gopher"
