"""What stands at a printer's address, before its real Moonraker: hands everything on, and does to it what the faults say."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from io import BytesIO
from typing import Any

import aiohttp
from aiohttp import WSMsgType, web

from apps.fleet.simulator.faults import Rule
from apps.fleet.simulator.faulty import MACHINE, follow_up, with_faults
from apps.fleet.simulator.methods import REST, SNAPSHOT
from apps.fleet.simulator.web import LARGEST_UPLOAD, parsed, snapshot

from .host import RealHost

REAL = web.AppKey("real", RealHost)
_ONLY_HERE = frozenset({"host", "connection", "transfer-encoding", "content-encoding", "content-length", "upgrade", "keep-alive"})
FILES = "/server/files/gcodes/"
KEY = "x-api-key"


def application(host: RealHost) -> web.Application:
    """Return the application of one printer."""
    app = web.Application(client_max_size=LARGEST_UPLOAD)
    app[REAL] = app[MACHINE] = host
    app.router.add_get("/websocket", websocket)
    app.router.add_get(SNAPSHOT, snapshot)
    app.router.add_route("*", "/{rest:.*}", forwarded)
    return app


async def forwarded(request: web.Request) -> web.StreamResponse:
    """Hand a request on, and its answer back."""
    host, body = request.app[REAL], await request.read()

    async def work() -> web.StreamResponse:
        headers = [(name, host.key_within(value) if name.lower() == KEY else value) for name, value in _further(request.headers)]
        try:
            asked = host.session.request(
                request.method, host.url(request.rel_url), headers=headers, data=BytesIO(body) if body else None, allow_redirects=False
            )
            async with asked as told:
                return web.Response(status=told.status, body=await told.read(), headers=_further(told.headers))
        except aiohttp.ClientError:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()

    return await with_faults(request, _method(request, body), work)


def _further(headers: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name.lower() not in _ONLY_HERE]


def _method(request: web.Request, body: bytes) -> str:
    """Return the JSON-RPC name of what is asked for, by which faults are ordered."""
    if request.path == "/server/jsonrpc":
        asked = parsed(body.decode(errors="replace"))
        return asked["method"] if isinstance(asked, dict) else ""
    if request.path == "/server/files/upload":
        return "server.files.upload"
    if request.path.startswith(FILES):
        return "server.files.delete_file" if request.method == "DELETE" else "server.files.download"
    return REST.get((request.method, request.path), "")


class _Line:
    """One client's websocket, as long as it lasts."""

    def __init__(self, request: web.Request, client: web.WebSocketResponse, server: aiohttp.ClientWebSocketResponse) -> None:
        self._transport = request.transport
        self.client = client
        self.server = server
        self.host = request.app[REAL]
        self._unsaid: dict[Any, Rule] = {}

    def hang_up(self) -> None:
        """Break it without a word."""
        if self._transport is not None:
            self._transport.abort()

    async def onward(self) -> None:
        """Hand on what the client asks."""
        async for message in self.client:
            if message.type is WSMsgType.TEXT:
                self.host.spawn(self._ask(message.data))

    async def back(self) -> None:
        """Hand back what Moonraker tells."""
        async for message in self.server:
            if message.type is not WSMsgType.TEXT:
                continue
            rule = self._unsaid.pop(json.loads(message.data).get("id"), None) if self._unsaid else None
            if rule is None or rule.kind != "lose_reply":
                await self.client.send_str(message.data)
            if rule is not None and rule.kind == "duplicate":
                await self.client.send_str(message.data)
            if rule is not None:
                follow_up(self.host, rule)

    async def _ask(self, text: str) -> None:
        asked = parsed(text)
        rule = self.host.faults.draw(asked["method"]) if isinstance(asked, dict) else None
        if rule is not None and isinstance(asked, dict):
            if rule.kind == "drop":
                return
            if rule.kind == "refuse":
                failure = {"code": 500, "message": "Internal Server Error"}
                await self.client.send_str(json.dumps({"jsonrpc": "2.0", "error": failure, "id": asked.get("id")}))
                return
            if rule.kind == "delay":
                await self.host.faults.hold_back(rule)
            else:
                self._unsaid[asked.get("id")] = rule
        with suppress(ConnectionError, RuntimeError):
            await self.server.send_str(text)


async def websocket(request: web.Request) -> web.StreamResponse:
    """Hand a websocket on, both ways, until either side ends it."""
    host = request.app[REAL]
    try:
        server = await host.session.ws_connect(host.url(request.rel_url), headers=_ours(request), max_msg_size=LARGEST_UPLOAD)
    except aiohttp.WSServerHandshakeError as problem:
        return web.Response(status=problem.status)
    except aiohttp.ClientError:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    client = web.WebSocketResponse(max_msg_size=LARGEST_UPLOAD)
    await client.prepare(request)
    line = _Line(request, client, server)
    host.connected.add(line)
    try:
        ways = [asyncio.create_task(line.onward()), asyncio.create_task(line.back())]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
    finally:
        host.connected.discard(line)
        await server.close()
        await client.close()
    return client


def _ours(request: web.Request) -> dict[str, str]:
    told = {name: request.headers[name] for name in ("Authorization", "Origin") if name in request.headers}
    return told if KEY not in request.headers else {**told, KEY: request.app[REAL].key_within(request.headers[KEY])}
