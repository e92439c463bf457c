"""Keys: accepted, wrong, changed meanwhile; tokens that work once."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from apps.fleet.drivers import AccessRejected
from apps.fleet.drivers.moonraker import Moonraker

from .files import File
from .rigs import PATIENCE_S, Rig, until

PATH = "farmos/agents/a.gcode"

pytestmark = pytest.mark.asyncio


async def answer_to(socket: aiohttp.ClientWebSocketResponse, number: int) -> dict[str, Any]:
    """Return the answer to a question; what is told unasked is passed over."""
    while True:
        told: dict[str, Any] = await socket.receive_json(timeout=PATIENCE_S)
        if told.get("id") == number:
            return told


class TestAWrongKey:
    @pytest.mark.parametrize("key", ["", "wrong", "0" * 32])
    async def test_is_told_apart_from_an_absent_machine(self, rig: Rig, key: str) -> None:
        async with rig.moonraker(api_key=key) as stranger:
            seen = await stranger.observe()

        assert (seen.reachable, seen.access_ok, seen.trouble) == (True, False, "access")

    async def test_gets_nothing_done(self, rig: Rig, file: File) -> None:
        async with rig.moonraker(api_key="wrong") as stranger:
            for attempt in (
                stranger.start("a.gcode"),
                stranger.emergency_stop(),
                stranger.upload("a.gcode", file.local, file.sha256),
                stranger.read_back("a.gcode"),
                stranger.delete("a.gcode"),
            ):
                with pytest.raises(AccessRejected):
                    await attempt

        async with rig.moonraker() as machine:
            assert (await machine.observe()).klippy_state == "ready"
            assert await machine.metadata("a.gcode") is None

    @pytest.mark.parametrize("key", ["two\nlines", "schlüssel", "a\0b"])
    async def test_that_no_header_can_carry_is_one_too(self, rig: Rig, key: str) -> None:
        async with rig.moonraker(api_key=key) as stranger:
            seen = await stranger.observe()

        assert (seen.reachable, seen.access_ok, seen.trouble) == (True, False, "access")


class TestAChangedKey:
    async def test_is_refused_at_once(self, rig: Rig, machine: Moonraker) -> None:
        before = await machine.observe()
        await rig.reach_in("key", key="another")
        after = await machine.observe()

        assert (before.access_ok, after.access_ok) == (True, False)


class TestAToken:
    async def test_opens_once(self, rig: Rig, machine: Moonraker) -> None:
        token = await machine.transport.call("access.oneshot_token")
        async with aiohttp.ClientSession() as session:
            statuses = []
            for _ in range(2):
                async with session.get(f"{rig.address}/printer/info", params={"token": token}) as told:
                    statuses.append(told.status)

        assert statuses == [200, 401]


class TestTheNameOfAnAgent:
    async def test_that_is_taken_keeps_farmos_from_nothing(self, rig: Rig, machine: Moonraker, long_file: File) -> None:
        me = {"client_name": "farmos", "version": "1", "type": "agent", "url": "http://x", "api_key": rig.api_key}
        answers = []
        async with aiohttp.ClientSession() as session:
            sockets = [await session.ws_connect(f"{rig.address}/websocket") for _ in range(2)]
            for socket in sockets:
                await socket.send_json({"jsonrpc": "2.0", "method": "server.connection.identify", "params": me, "id": 1})
                answers.append(await answer_to(socket, 1))
            await machine.upload(PATH, long_file.local, long_file.sha256)
            await machine.start(PATH)
            seen = await until(machine.observe, lambda seen: seen.print_state == "printing")

        assert "connection_id" in answers[0]["result"]
        assert answers[1]["error"]["code"] == 400
        assert "already registered" in answers[1]["error"]["message"]
        assert (seen.filename, seen.access_ok) == (PATH, True)


class TestAWebsocket:
    async def test_opens_to_all_but_answers_only_whoever_has_the_key(self, rig: Rig) -> None:
        async with aiohttp.ClientSession() as session, session.ws_connect(f"{rig.address}/websocket") as socket:
            await socket.send_json({"jsonrpc": "2.0", "method": "server.info", "id": 1})
            refused = await answer_to(socket, 1)
            me = {"client_name": "t", "version": "1", "type": "other", "url": "http://x", "api_key": rig.api_key}
            await socket.send_json({"jsonrpc": "2.0", "method": "server.connection.identify", "params": me, "id": 2})
            identified = await answer_to(socket, 2)

        assert refused["error"] == {"code": -32602, "message": "Unauthorized"}
        assert "connection_id" in identified["result"]
