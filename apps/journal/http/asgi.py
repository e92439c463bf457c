"""What must be refused before Django sees it, because Django would fail, or fill the disk, where no middleware can answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from typing import Any

from django.utils.http import parse_header_parameters

from apps.journal.refusals import Refusal

from .problem import rendered
from .request_id import HEADER, choose

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_UTF_8 = ("utf-8", "utf8")
"""The one encoding we speak. Django would decode addresses and forms with any other that the sender names, or fail before it can answer."""


class Guard:
    """An ASGI application around another: bounds the body, whatever the sender declares, and refuses undecodable requests in our one shape.

    Args:
        app: What answers everything else.
        max_bytes: The largest body of any request. Django keeps a whole body in a temporary file before a view can look at it.
        larger: Paths that may be sent more by POST: those where files are taken in.
    """

    def __init__(self, app: App, *, max_bytes: int, larger: Mapping[str, int] | None = None) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.larger = larger or {}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass the connection on, unless it is a request to be refused here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        limit = self.larger.get(scope["path"], self.max_bytes) if scope["method"] == "POST" else self.max_bytes
        if refusal := self._unreadable(scope, headers, limit):
            await _refuse(scope, headers, refusal, send)
            return
        counter = _Counter(receive, limit)
        await self.app(scope, counter.receive, send)
        if counter.overflowed:
            await _refuse(scope, headers, Refusal("body-too-large", limit=limit), send)

    def _unreadable(self, scope: Message, headers: dict[bytes, bytes], limit: int) -> Refusal | None:
        declared = b",".join(value for name, value in scope["headers"] if name == b"content-type").decode("latin-1")
        try:
            scope["query_string"].decode("utf-8")
            media_type, options = parse_header_parameters(declared)
        except Exception:
            return Refusal("bad-request")
        if options.get("charset", "utf-8").strip("'\"").lower() not in _UTF_8:
            return Refusal("media-type-unsupported", expected=f"{media_type}; charset=utf-8", given=declared[:200])
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length[:19]) > limit:
            return Refusal("body-too-large", limit=limit)
        return None


class Proxied:
    """An ASGI application behind exactly one proxy: requests come from where the proxy says, by the scheme it says.

    The proxy adds whom it saw at the end of ``X-Forwarded-For``; whatever stands before that came from the visitor and may be made up.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass the connection on."""
        if scope["type"] in ("http", "websocket"):
            scope = {**scope, **self._told(scope)}
        await self.app(scope, receive, send)

    def _told(self, scope: Message) -> Message:
        told: Message = {}
        last = dict(scope["headers"])  # of several headers of one name: the last
        scheme = last.get(b"x-forwarded-proto", b"").decode("latin-1").strip()
        if scheme in ("http", "https"):
            told["scheme"] = scheme if scope["type"] == "http" else scheme.replace("http", "ws")
        if address := _address(last.get(b"x-forwarded-for", b"").decode("latin-1").rpartition(",")[2].strip()):
            told["client"] = (address, 0)
        return told


def _address(said: str) -> str:
    """Return the address in what a proxy says, which may add a port; empty where it says none."""
    host = said[1:].partition("]")[0] if said.startswith("[") else said.partition(":")[0] if said.count(":") == 1 else said
    try:
        return str(ip_address(host))
    except ValueError:
        return ""


class _Counter:
    """Hands on the parts of a body until they are too many; then it plays a sender who hung up, and Django drops what it has."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit
        self.overflowed = False

    async def receive(self) -> Message:
        """Return the next part of the request."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.overflowed = True
            return {"type": "http.disconnect"}
        return message


async def _refuse(scope: Message, headers: dict[bytes, bytes], refusal: Refusal, send: Send) -> None:
    request_id, _given = choose(headers.get(HEADER.lower().encode(), b"").decode("latin-1"))
    response = rendered(refusal, request_id=request_id, path=scope["path"])
    response[HEADER] = request_id
    response["Connection"] = "close"
    fields = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": fields})
    await send({"type": "http.response.body", "body": response.content})
