"""Bytes to and from one Moonraker: HTTP with every limit set, and every failure turned into one of ours.

No redirect is followed, no cookie kept, no proxy of the environment used, nothing unpacked; an answer has a largest size and a latest moment.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from .address import Address, check
from .errors import AccessRejected, BadAddress, MachineError, MachineRefused, NotMoonraker, TimedOut, Unreachable

LARGEST_REPLY = 8 * 1024 * 1024
"""Bytes of a JSON answer; a history of 200 jobs is about 400 KB."""

LARGEST_FILE = 2 * 1024**3
CHUNK = 256 * 1024
CONNECT_S = 5.0
CLOSE_S = 1.0
UNAUTHORIZED = -32602
"""Moonraker's code for a wrong key, and also JSON-RPC's own for wrong parameters: the words decide."""

GATEWAY_DOWN = frozenset({502, 503, 504})
"""What a web server in front of Moonraker says while Moonraker is away."""


class CheckedResolver(AbstractResolver):
    """Resolves names and refuses those that lead where no printer is."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        """Return the addresses of ``host``; all of them must be a printer's."""
        found = await self._inner.resolve(host, port, family)
        for one in found:
            check(one["host"])
        return found

    async def close(self) -> None:
        """Nothing is held."""


class Transport:
    """One session with one Moonraker; use it as a context manager."""

    def __init__(self, address: Address, api_key: str, timeout_s: float) -> None:
        self.address = address
        self.timeout_s = timeout_s
        self._key = api_key
        self._ids = count(1)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make the session; nothing is sent yet."""
        shown = {"X-Api-Key": self._key} if self._key and self._fits_a_header() else {}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=CheckedResolver(), limit=8, family=socket.AF_UNSPEC),
            headers={"Accept-Encoding": "identity", "User-Agent": "farmos", **shown},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            middlewares=(refuse_redirects,),
        )

    def _fits_a_header(self) -> bool:
        return self._key.isascii() and self._key.isprintable()

    async def close(self) -> None:
        """Drop every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session."""
        if self._session is None:
            raise RuntimeError("use Moonraker as a context manager: async with Moonraker(…) as machine")
        if not self._fits_a_header():
            raise AccessRejected("The key has characters that no key has.")
        return self._session

    async def call(self, method: str, params: dict[str, Any] | None = None, *, timeout_s: float | None = None) -> Any:
        """Call a JSON-RPC method over HTTP and return its result."""
        number = next(self._ids)
        request = {"jsonrpc": "2.0", "method": method, "params": params or {}, "id": number}
        async with self._request("POST", "/server/jsonrpc", timeout_s or self.timeout_s, json=request) as response:
            refuse_status(response.status)
            body = await read_bounded(response.content)
        return result_of(parse(body), number)

    async def send_file(self, path: str, local: Path, sha256: str, *, timeout_s: float) -> dict[str, Any]:
        """Upload ``local`` as ``path`` below gcodes, without printing it; return Moonraker's answer."""
        folder, _slash, name = path.rpartition("/")
        with local.open("rb") as content:
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("root", "gcodes")
            form.add_field("path", folder)
            form.add_field("checksum", sha256)
            form.add_field("file", content, filename=name, content_type="application/octet-stream")
            async with self._request("POST", "/server/files/upload", timeout_s, data=form) as response:
                body = await read_bounded(response.content)
                if response.status == 201:
                    return parse(body)
                refuse_status(response.status, files=True)
        raise MachineRefused(response.status, said_last(body))

    async def fetch(self, path: str, take: Callable[[bytes], object], *, timeout_s: float) -> int:
        """Hand the bytes of the stored file ``path`` to ``take``, piece by piece; return how many they were."""
        taken = 0
        async with self._request("GET", f"/server/files/gcodes/{path}", timeout_s) as response:
            if response.status != 200:
                body = await read_bounded(response.content)
                refuse_status(response.status, files=True)
                raise MachineRefused(response.status, said_last(body))
            async for piece in response.content.iter_chunked(CHUNK):
                taken += len(piece)
                if taken > LARGEST_FILE:
                    raise NotMoonraker("The stored file does not end.")
                take(piece)
        return taken

    @asynccontextmanager
    async def websocket(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Open ``/websocket``."""
        with translated():
            timeouts = aiohttp.ClientWSTimeout(ws_close=CLOSE_S)
            opening = self.session.ws_connect(f"{self.address.url}/websocket", max_msg_size=LARGEST_REPLY, timeout=timeouts)
            opened = await asyncio.wait_for(opening, self.timeout_s)
        try:
            yield opened
        finally:
            await opened.close()

    @asynccontextmanager
    async def _request(self, verb: str, path: str, timeout_s: float, **content: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        limits = aiohttp.ClientTimeout(total=timeout_s, sock_connect=min(CONNECT_S, timeout_s))
        with translated():
            async with self.session.request(verb, self.address.url + path, timeout=limits, allow_redirects=False, **content) as response:
                yield response


async def refuse_redirects(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Stop at a redirect, before anything is sent where it leads; aiohttp would follow those of a websocket's handshake."""
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise NotMoonraker(f"It redirects elsewhere (HTTP {response.status}).")
    return response


@contextmanager
def translated() -> Iterator[None]:
    """Turn what aiohttp and the network raise into our errors."""
    try:
        yield
    except MachineError:
        raise
    except aiohttp.WSServerHandshakeError as problem:
        refuse_status(problem.status)
        raise NotMoonraker(f"It offers no websocket (HTTP {problem.status}).") from problem
    except TimeoutError as problem:
        raise TimedOut("It did not answer in time.") from problem
    except aiohttp.InvalidURL as problem:
        raise BadAddress(f"The address cannot be used: {problem}") from problem
    except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError) as problem:
        raise Unreachable(f"The connection failed: {_in_words(problem)}") from problem
    except aiohttp.ClientError as problem:
        raise NotMoonraker(f"It does not speak HTTP as it should: {_in_words(problem)}") from problem


def refuse_status(status: int, *, files: bool = False) -> None:
    """Raise for a status that is no answer of Moonraker's own; ``files``: where 4xx carry meaning.

    Raises:
        AccessRejected: 401, and 403 where it does not mean that a file is in use.
        Unreachable: a web server answers in its place.
        NotMoonraker: anything else but 200, unless ``files``.
    """
    if status == 401 or (status == 403 and not files):
        raise AccessRejected("It does not accept our key.")
    if status in GATEWAY_DOWN:
        raise Unreachable(f"A web server answers in its place (HTTP {status}).")
    if status != 200 and not files:
        raise NotMoonraker(f"It answers with HTTP {status}.")


async def read_bounded(content: aiohttp.StreamReader) -> bytes:
    """Return a whole answer of bounded size."""
    body = bytearray()
    async for piece in content.iter_chunked(CHUNK):
        body += piece
        if len(body) > LARGEST_REPLY:
            raise NotMoonraker("Its answer does not end.")
    return bytes(body)


def parse(body: bytes | str) -> dict[str, Any]:
    """Return the JSON object in ``body``."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise NotMoonraker("Its answer is not JSON.") from problem
    if not isinstance(found, dict):
        raise NotMoonraker("Its answer is JSON of another shape.")
    return found


def result_of(reply: dict[str, Any], number: int) -> Any:
    """Return the result in a JSON-RPC reply to request ``number``, or raise its error."""
    if "error" in reply:
        error = reply["error"] if isinstance(reply["error"], dict) else {}
        code, message = error.get("code"), error.get("message")
        raise refusal(code if isinstance(code, int) else 0, message if isinstance(message, str) else "")
    if reply.get("id") != number or "result" not in reply:
        raise NotMoonraker("Its answer belongs to no question of ours.")
    return reply["result"]


def refusal(code: int, message: str) -> MachineError:
    """Return the error that a JSON-RPC error stands for."""
    words = message.lower()
    if code == 401 or (code == UNAUTHORIZED and ("unauthorized" in words or "api key" in words)):
        return AccessRejected("It does not accept our key.")
    return MachineRefused(code, message[:500] or "refused without a reason")


def said_last(body: bytes) -> str:
    """Return the reason in an HTTP error: its message, or the traceback's last line when that only repeats the status."""
    try:
        error = parse(body).get("error")
    except NotMoonraker:
        return "refused without a reason"
    told = error if isinstance(error, dict) else {}
    lines = [line for line in str(told.get("traceback", "")).splitlines() if line.strip()]
    last = lines[-1].partition(": ")[2] if lines else ""
    return (last or str(told.get("message", "")) or "refused without a reason")[:500]


def _in_words(problem: BaseException) -> str:
    return (str(problem) or type(problem).__name__)[:300]
