"""Whatever else may answer at a printer's address: it is refused, within limits of size and time, and never believed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from aiohttp import web

from apps.fleet.drivers import AccessRejected, Driver, LostReply, MachineError, NotUnderstood, Pace, TimedOut, Unreachable
from apps.fleet.drivers.moonraker import Moonraker
from apps.fleet.drivers.octoprint import OctoPrint
from apps.fleet.drivers.web import LARGEST_REPLY

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("driver", [Moonraker, OctoPrint])]

PATIENCE_S = 60.0
"""Longer than any answer takes: only one that never comes is waited for so long."""

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Peer:
    """A web server that answers everything with ``answer``, and what it was asked."""

    def __init__(self) -> None:
        self.answer: Answer = self._ok
        self.asked: list[web.Request] = []
        self.address = ""

    async def _ok(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(text="hello")

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        self.asked.append(request)
        return await self.answer(request)


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[Peer]:
    """A server of our choosing."""
    async for one in serving():
        yield one


@pytest_asyncio.fixture
async def elsewhere() -> AsyncIterator[Peer]:
    """Another one, that nobody should be led to."""
    async for one in serving():
        yield one


async def serving() -> AsyncIterator[Peer]:
    peer, app = Peer(), web.Application()
    app.router.add_route("*", "/{path:.*}", peer.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    peer.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield peer
    await runner.cleanup()


def text(body: str, status: int = 200) -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=body, status=status)

    return answer


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(LARGEST_REPLY // 65536 * 4):
        await response.write(b"[" * 65536)
    return response


async def drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.05)


async def silent(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(600)
    return web.Response()


async def half(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"jsonrpc"')
    if request.transport is not None:
        request.transport.close()
    return response


class TestAnAnswer:
    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (text("hello"), NotUnderstood),
            (text(""), NotUnderstood),
            (text("[1,2]"), NotUnderstood),
            (text("{}"), NotUnderstood),
            (text('{"jsonrpc":"2.0","id":77,"result":{}}'), NotUnderstood),
            (text('{"jsonrpc":"2.0","id":1,"result":[]}'), NotUnderstood),
            (text('{"id":1,"result":' + "[" * 100_000 + "]" * 100_000 + "}"), NotUnderstood),
            (text('{"id":1,"result":{"a":' + "9" * 100_000 + "}}"), NotUnderstood),
            (text('{"id":1,"error":"no"}'), MachineError),
            (text("<html>router</html>", 404), NotUnderstood),
            (text("<html>nginx</html>", 502), Unreachable),
            (text("login", 401), AccessRejected),
            (text("forbidden", 403), AccessRejected),
            (endless, NotUnderstood),
            (half, Unreachable),
            (silent, TimedOut),
            (drip, TimedOut),
        ],
    )
    async def test_that_is_none_is_an_error_of_ours(
        self, driver: type[Driver], peer: Peer, answer: Answer, error: type[MachineError]
    ) -> None:
        peer.answer = answer
        async with driver(peer.address, timeout_s=1 if error is TimedOut else PATIENCE_S) as machine:
            with pytest.raises(error):
                await machine.identify()
            seen = await machine.observe()

        assert not (seen.reachable and seen.access_ok)
        assert seen.trouble

    async def test_that_redirects_leads_nowhere_and_shows_nobody_the_key(self, driver: type[Driver], peer: Peer, elsewhere: Peer) -> None:
        async def redirect(_request: web.Request) -> web.StreamResponse:
            raise web.HTTPTemporaryRedirect(elsewhere.address)

        peer.answer = redirect
        async with driver(peer.address, api_key="secret", timeout_s=PATIENCE_S) as machine:
            with pytest.raises(NotUnderstood, match="redirects"):
                await machine.identify()
            if isinstance(machine, Moonraker):
                with pytest.raises(NotUnderstood, match="redirects"):
                    async with machine.transport.websocket("/websocket"):
                        pass

        assert len(peer.asked) == 2
        assert elsewhere.asked == []

    async def test_of_a_packed_kind_is_not_unpacked(self, driver: type[Driver], peer: Peer) -> None:
        async def bomb(_request: web.Request) -> web.StreamResponse:
            response = web.Response(body=b" " * 50_000_000)
            response.enable_compression(web.ContentCoding.gzip)
            return response

        peer.answer = bomb
        async with driver(peer.address, timeout_s=PATIENCE_S) as machine:
            with pytest.raises(NotUnderstood):
                await machine.identify()


class TestNobody:
    async def test_at_the_address_is_unreachable(self, driver: type[Driver]) -> None:
        async with driver("http://127.0.0.1:9", timeout_s=PATIENCE_S) as machine:
            seen = await machine.observe()
            with pytest.raises(LostReply):
                await machine.start("a.gcode")

        assert (seen.reachable, seen.trouble) == (False, "unreachable")

    async def test_of_that_name_is_unreachable(self, driver: type[Driver]) -> None:
        async with driver("http://printer.invalid", timeout_s=5) as machine:
            seen = await machine.observe()

        assert not seen.reachable


class TestAWatch:
    async def test_of_a_peer_that_talks_nonsense_goes_on_saying_so(self, driver: type[Driver], peer: Peer) -> None:
        async def nonsense(request: web.Request) -> web.StreamResponse:
            if request.path != "/websocket":
                return web.Response(text="hello")
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            await socket.send_str("not json")
            await socket.close()
            return socket

        peer.answer = nonsense
        told: asyncio.Queue[str] = asyncio.Queue()

        async def note(seen: object) -> None:
            await told.put(getattr(seen, "trouble", ""))

        async with driver(peer.address, timeout_s=PATIENCE_S) as machine:
            watching = asyncio.create_task(machine.watch(note, pace=Pace(first_retry_s=0.05, longest_retry_s=0.1, coarse_s=0.1)))
            troubles = [await asyncio.wait_for(told.get(), PATIENCE_S) for _ in range(3)]
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

        assert troubles == ["not_understood"] * 3
