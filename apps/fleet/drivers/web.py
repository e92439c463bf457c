"""The guarded client: HTTP to machines with every limit set, and every failure turned into one of ours. All drivers go through it.

No redirect is followed, no cookie kept, no proxy of the environment used, nothing unpacked; an answer has a largest size and a latest moment, and
names are checked where they are resolved, at every connection.
"""

from __future__ import annotations

import asyncio
import errno
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from .address import Address, check
from .errors import AccessRejected, BadAddress, MachineError, NotUnderstood, TimedOut, Unreachable

LARGEST_REPLY = 8 * 1024 * 1024
"""Bytes of a JSON answer; a history of 200 jobs is about 400 KB."""

LARGEST_FILE = 2 * 1024**3
CHUNK = 256 * 1024
CONNECT_S = 5.0
CLOSE_S = 1.0

GATEWAY_DOWN = frozenset({502, 503, 504})
"""What a web server in front of a machine says while the machine's own server is away."""


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


class Web:
    """One session with one address; use it as a context manager, or ``open`` and ``close`` it.

    Args:
        address: where.
        api_key: shown with every request; empty: none.
        timeout_s: the longest a question may take, where nothing else is said.
    """

    def __init__(self, address: Address, api_key: str, timeout_s: float) -> None:
        self.address = address
        self.timeout_s = timeout_s
        self._key = api_key
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Web:
        await self.open()
        return self

    async def __aexit__(self, *_ended: object) -> None:
        await self.close()

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
            raise RuntimeError("use a driver as a context manager: async with connect(…) as machine")
        if not self._fits_a_header():
            raise AccessRejected("The key has characters that no key has.")
        return self._session

    @asynccontextmanager
    async def request(
        self, verb: str, path: str, *, timeout_s: float | None = None, **content: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Ask ``path`` of the address. Its status is the caller's to judge."""
        limit = timeout_s or self.timeout_s
        limits = aiohttp.ClientTimeout(total=limit, sock_connect=min(CONNECT_S, limit))
        with translated():
            async with self.session.request(verb, self.address.url + path, timeout=limits, allow_redirects=False, **content) as response:
                yield response

    @asynccontextmanager
    async def websocket(self, path: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Open a websocket."""
        with translated():
            timeouts = aiohttp.ClientWSTimeout(ws_close=CLOSE_S)
            opening = self.session.ws_connect(f"{self.address.url}{path}", max_msg_size=LARGEST_REPLY, timeout=timeouts)
            async with asyncio.timeout(self.timeout_s):  # ``wait_for`` misses that its task is to end when what it waits for is just done
                opened = await opening
        try:
            yield opened
        finally:
            await opened.close()

    async def fetch(
        self,
        path: str,
        take: Callable[[bytes], object],
        *,
        refusal: Callable[[int, bytes], MachineError],
        timeout_s: float,
        largest: int = LARGEST_FILE,
    ) -> int:
        """Hand the bytes at ``path`` to ``take``, piece by piece; return how many they were. ``refusal`` makes the error of another status."""
        taken = 0
        async with self.request("GET", path, timeout_s=timeout_s) as response:
            if response.status != 200:
                raise refusal(response.status, await read_bounded(response.content))
            async for piece in response.content.iter_chunked(CHUNK):
                taken += len(piece)
                if taken > largest:
                    raise NotUnderstood("What it sends does not end.")
                take(piece)
        return taken


async def refuse_redirects(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Stop at a redirect, before anything is sent where it leads; aiohttp would follow those of a websocket's handshake."""
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise NotUnderstood(f"It redirects elsewhere (HTTP {response.status}).")
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
        raise NotUnderstood(f"It offers no websocket (HTTP {problem.status}).") from problem
    except TimeoutError as problem:
        raise TimedOut("It did not answer in time.") from problem
    except aiohttp.InvalidURL as problem:
        raise BadAddress(f"The address cannot be used: {problem}") from problem
    except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError) as problem:
        raise _unreachable(problem) from problem
    except aiohttp.ClientError as problem:
        raise NotUnderstood(f"It does not speak HTTP as it should: {_in_words(problem)}") from problem


def _unreachable(problem: Exception) -> Unreachable:
    """Return what a broken connection is, as far as the network says it, without the library's own words."""
    if isinstance(problem, aiohttp.ClientConnectorDNSError):
        return Unreachable("No computer of that name is known here.", "no_name")
    if isinstance(problem, aiohttp.ClientConnectorCertificateError):
        return Unreachable("Its certificate is not trusted here.", "certificate")
    if isinstance(problem, aiohttp.ClientSSLError):
        return Unreachable("It does not speak HTTPS.", "no_tls")
    cause = problem.os_error if isinstance(problem, aiohttp.ClientConnectorError) else problem
    if isinstance(cause, ConnectionRefusedError) or getattr(cause, "errno", None) == errno.ECONNREFUSED:
        return Unreachable("Nothing listens at that port.", "closed")
    return Unreachable(f"The connection failed: {_in_words(cause)}")


def refuse_status(status: int, *, files: bool = False) -> None:
    """Raise for a status that is no answer of the machine's own; ``files``: where 4xx carry meaning.

    Raises:
        AccessRejected: 401, and 403 where it does not mean that a file is in use.
        Unreachable: a web server answers in its place.
        NotUnderstood: anything else but 200, unless ``files``.
    """
    if status == 401 or (status == 403 and not files):
        raise AccessRejected("It does not accept our key.")
    if status in GATEWAY_DOWN:
        raise Unreachable(f"A web server answers in its place (HTTP {status}).", "gateway")
    if status != 200 and not files:
        raise NotUnderstood(f"It answers with HTTP {status}.")


async def read_bounded(content: aiohttp.StreamReader) -> bytes:
    """Return a whole answer of bounded size."""
    body = bytearray()
    async for piece in content.iter_chunked(CHUNK):
        body += piece
        if len(body) > LARGEST_REPLY:
            raise NotUnderstood("Its answer does not end.")
    return bytes(body)


def parse(body: bytes | str) -> dict[str, Any]:
    """Return the JSON object in ``body``."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise NotUnderstood("Its answer is not JSON.") from problem
    if not isinstance(found, dict):
        raise NotUnderstood("Its answer is JSON of another shape.")
    return found


def _in_words(problem: BaseException) -> str:
    return (str(problem) or type(problem).__name__)[:300]
