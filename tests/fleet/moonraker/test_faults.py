"""What a Moonraker may answer that is too late, too much, unreadable or unkind, played by a server that says exactly that."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from apps.fleet.domain.observation import Observation
from apps.fleet.drivers import Pace, Refused, StorageFull, TimedOut
from apps.fleet.drivers.moonraker import Moonraker
from apps.fleet.drivers.moonraker.wire import Wire

from .files import File, gcode
from .rigs import SimulatorRig
from .test_contract_files import PATH

pytestmark = pytest.mark.asyncio

Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]
ERROR = {
    "error": {
        "code": 400,
        "message": "Unknown",
        "traceback": 'Traceback (most recent call last):\n  File "/opt/moonraker/app.py", line 1, in post\nServerError: Move out of range: 999\n',
    }
}


@asynccontextmanager
async def server(serve: Serve) -> AsyncIterator[str]:
    """Serve every address in one way; give the server's address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class TestAReply:
    async def test_to_a_question_that_was_given_up_is_dropped(self) -> None:
        """The first answer comes after its question timed out, together with that to the second, and once more after that."""

        async def late(request: web.Request) -> web.StreamResponse:
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            first = json.loads((await socket.receive()).data)
            second = json.loads((await socket.receive()).data)
            for number, said in ((first["id"], "first"), (second["id"], "second"), (first["id"], "first"), (second["id"], "second")):
                await socket.send_json({"jsonrpc": "2.0", "id": number, "result": said})
            third = json.loads((await socket.receive()).data)
            await socket.send_json({"jsonrpc": "2.0", "id": third["id"], "result": "third"})
            await socket.receive()
            return socket

        async with (
            server(late) as address,
            Moonraker(address) as machine,
            machine.transport.websocket("/websocket") as socket,
            Wire(socket, lambda _name, _params: False, heartbeat_s=60) as wire,
        ):
            with pytest.raises(TimedOut):
                await wire.call("server.info", timeout_s=0.1)
            second = await wire.call("server.info", timeout_s=60)
            third = await wire.call("server.info", timeout_s=60)

        assert (second, third) == ("second", "third")


class TestAStatusMessage:
    @pytest.mark.parametrize("what", ["ten megabytes", "no utf-8"])
    async def test_that_nobody_can_read_ends_the_connection_and_not_the_watch(self, what: str) -> None:
        async def shout(request: web.Request) -> web.StreamResponse:
            if request.path != "/websocket":
                return web.json_response({"jsonrpc": "2.0", "id": (await request.json())["id"], "result": {"klippy_connected": False}})
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            if what == "no utf-8":
                await socket._writer.send_frame(b'{"method":"\xff\xfe"}', 1)  # type: ignore[union-attr]
            else:
                await socket.send_json({"jsonrpc": "2.0", "method": "notify_gcode_response", "params": ["x" * 10_000_000]})
            await socket.receive()
            return socket

        told: asyncio.Queue[Observation] = asyncio.Queue()
        pace = Pace(first_retry_s=0.05, longest_retry_s=0.1, coarse_s=0.1, heartbeat_s=60)
        async with server(shout) as address, Moonraker(address, timeout_s=2) as machine:
            watching = asyncio.create_task(machine.watch(told.put, pace=pace))
            seen = [await asyncio.wait_for(told.get(), 60) for _ in range(4)]
            assert not watching.done()
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

        assert len(seen) == 4
        assert all(len(one.message) <= 500 for one in seen)


class TestKlippyThatGoesWhileItIsAskedAbout:
    """Moonraker says first that Klippy is ready, and then that there is none to ask."""

    @staticmethod
    def said(asked: Any) -> dict[str, Any]:
        if asked["method"] == "server.info":
            return {"id": asked["id"], "result": {"klippy_connected": True, "klippy_state": "ready"}}
        return {"id": asked["id"], "error": {"code": 503, "message": "Klippy Host not connected"}}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if request.path != "/websocket":
            return web.json_response(self.said(await request.json()))
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await socket.send_json(self.said(json.loads(message.data)))
        return socket

    async def test_is_disconnected_to_whoever_looks(self) -> None:
        async with server(self.serve) as address, Moonraker(address, timeout_s=60) as machine:
            seen = await machine.observe()

        assert (seen.reachable, seen.klippy_state, seen.klippy_pid) == (True, "disconnected", None)

    async def test_is_disconnected_to_whoever_watches(self) -> None:
        told: asyncio.Queue[Observation] = asyncio.Queue()
        async with server(self.serve) as address, Moonraker(address, timeout_s=60) as machine:
            watching = asyncio.create_task(machine.watch(told.put, pace=Pace(heartbeat_s=60)))
            seen = await asyncio.wait_for(told.get(), 60)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

        assert (seen.source, seen.klippy_state, seen.klippy_pid) == ("ws", "disconnected", None)


class TestARefusal:
    async def test_that_says_unknown_is_told_by_its_last_words_without_the_traceback(self, file: File) -> None:
        async def refuse(_request: web.Request) -> web.StreamResponse:
            return web.json_response(ERROR, status=400)

        async with server(refuse) as address, Moonraker(address, timeout_s=60) as machine:
            with pytest.raises(Refused) as refused:
                await machine.upload(PATH, file.local, file.sha256)

        assert refused.value.message == "Move out of range: 999"
        assert "Traceback" not in str(refused.value)
        assert "/opt/moonraker" not in str(refused.value)


class TestAFullStorage:
    async def test_is_told_as_such_with_what_is_left(self, rig: SimulatorRig, make_file: Callable[[bytes], File]) -> None:
        if not await can_be_full(rig):
            pytest.skip("the real Moonraker's storage is this computer's")
        large = make_file(gcode(layers=100))
        async with rig.moonraker() as machine:
            with pytest.raises(StorageFull, match="KiB left"):
                await machine.upload(PATH, large.local, large.sha256)
            assert await machine.read_back(PATH) != large.sha256, "Moonraker keeps what fitted, under the whole file's name"
            await machine.delete(PATH)
            await rig.reach_in("storage", free=10_000_000)
            await machine.upload(PATH, large.local, large.sha256)
            assert await machine.read_back(PATH) == large.sha256


async def can_be_full(rig: SimulatorRig) -> bool:
    """Leave room for 20,000 bytes; tell whether that can be done."""
    try:
        await rig.reach_in("storage", free=20_000)
    except AssertionError:
        return False
    return True
