"""The HTTP and websocket face of one simulated Moonraker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, WSMsgType, web

from .connection import Connection
from .errors import RpcError
from .faults import Rule
from .faulty import MACHINE, follow_up, with_faults
from .host import Host
from .methods import PUBLIC, REST, SNAPSHOT, call, remove_file
from .telling import status_of
from .webcam import picture

LARGEST_UPLOAD = 1024**3
CHUNK = 64 * 1024
HOST = web.AppKey("host", Host)


def application(host: Host) -> web.Application:
    """Return the application of one printer."""
    app = web.Application(client_max_size=LARGEST_UPLOAD)
    app[HOST] = app[MACHINE] = host
    for (verb, path), method in REST.items():
        app.router.add_route(verb, path, _rest(method))
    app.router.add_post("/server/jsonrpc", jsonrpc)
    app.router.add_get("/websocket", websocket)
    app.router.add_post("/server/files/upload", upload)
    app.router.add_get("/server/files/gcodes/{path:.+}", download)
    app.router.add_get(SNAPSHOT, snapshot)
    app.router.add_delete("/server/files/gcodes/{path:.+}", _delete)
    return app


def _is_known(request: web.Request) -> bool:
    return request.app[HOST].accepts(key=request.headers.get("X-Api-Key"), token=request.query.get("token"))


def _let_in(request: web.Request) -> None:
    if not _is_known(request):
        raise RpcError(401, "Unauthorized")


# -- requests ---------------------------------------------------------------------------------------------------------------------------


def _rest(method: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handler(request: web.Request) -> web.StreamResponse:
        async def work() -> web.StreamResponse:
            if method not in PUBLIC:
                _let_in(request)
            given = await _json(request) if request.can_read_body else {}
            return web.json_response({"result": await call(request.app[HOST], method, {**dict(request.query), **given})})

        return await with_faults(request, method, work)

    return handler


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        found = await request.json()
    except ValueError as problem:
        raise RpcError(400, "Invalid JSON") from problem
    return found if isinstance(found, dict) else {}


async def jsonrpc(request: web.Request) -> web.StreamResponse:
    """Answer JSON-RPC over HTTP: always 200, with the error inside."""
    asked = parsed(await request.text())
    if isinstance(asked, RpcError):
        return web.json_response(_failure(asked, None))

    async def work() -> web.StreamResponse:
        return web.json_response(await _answer(request.app[HOST], asked, None, is_known=_is_known(request)))

    return await with_faults(request, str(asked.get("method")), work)


def parsed(text: str) -> dict[str, Any] | RpcError:
    """Return a request, or why it is none."""
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError):
        return RpcError(-32700, "Parse error")
    if not isinstance(asked, dict) or not isinstance(asked.get("method"), str):
        return RpcError(-32600, "Invalid Request")
    return asked


async def _answer(host: Host, asked: dict[str, Any], connection: Connection | None, *, is_known: bool) -> dict[str, Any]:
    method, params = asked["method"], asked.get("params")
    if not is_known and method not in PUBLIC:
        return _failure(RpcError(401, "Unauthorized"), asked.get("id"))
    try:
        result = await call(host, method, params if isinstance(params, dict) else {}, connection)
    except RpcError as problem:
        return _failure(problem, asked.get("id"))
    return {"jsonrpc": "2.0", "result": result, "id": asked.get("id")}


def _failure(problem: RpcError, number: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "error": {"code": problem.over_rpc, "message": problem.message}, "id": number}


# -- websocket --------------------------------------------------------------------------------------------------------------------------


async def websocket(request: web.Request) -> web.StreamResponse:
    """Serve one connection. The handshake is open to all; requests are not."""
    host = request.app[HOST]
    await host.awake.wait()
    socket = web.WebSocketResponse(max_msg_size=LARGEST_UPLOAD, autoping=True)
    await socket.prepare(request)
    connection = Connection(socket, request.transport, is_known=_is_known(request))
    host.connections.add(connection)
    sender = asyncio.create_task(connection.deliver())
    try:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                host.spawn(_serve(host, connection, message.data))
    finally:
        host.connections.discard(connection)
        sender.cancel()
        with suppress(asyncio.CancelledError):
            await sender
    return socket


async def _serve(host: Host, connection: Connection, text: str) -> None:
    """Answer one message; messages do not wait for each other."""
    await host.awake.wait()
    asked = parsed(text)
    if isinstance(asked, RpcError):
        connection.send(_failure(asked, None))
        return
    rule = host.faults.draw(asked["method"]) or Rule("delay", seconds=0)
    if rule.kind == "drop":
        return
    if rule.kind == "delay" and rule.seconds:
        await host.faults.hold_back(rule)
    if rule.kind == "refuse":
        connection.send(_failure(RpcError(500, "Internal Server Error"), asked.get("id")))
        return
    answer = await _answer(host, asked, connection, is_known=connection.is_known)
    if "id" in asked and rule.kind != "lose_reply":
        connection.send(answer)
        if rule.kind == "duplicate":
            connection.send(answer)
    follow_up(host, rule)


# -- files ------------------------------------------------------------------------------------------------------------------------------


async def upload(request: web.Request) -> web.StreamResponse:
    """Take a file in."""

    async def work() -> web.StreamResponse:
        _let_in(request)
        return web.json_response(await _take_upload(request), status=201)

    return await with_faults(request, "server.files.upload", work)


async def _take_upload(request: web.Request) -> dict[str, Any]:
    host, fields = request.app[HOST], dict[str, str]()
    arrived: tuple[Path, str] | None = None
    second = int(asyncio.get_running_loop().time())
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise RpcError(400, "Nested forms are not accepted")
        if part.filename is None:
            fields[part.name or ""] = await part.text()
            continue
        fields["filename"] = part.filename
        arrived = await host.files.receive(_chunks(part), second)
    if arrived is None:
        raise RpcError(500, "No file part in the request")
    if fields.get("root", "gcodes") != "gcodes":
        raise RpcError(400, f"Invalid root request: {fields['root']}")
    if "checksum" in fields and fields["checksum"].lower() != arrived[1]:
        arrived[0].unlink(missing_ok=True)
        raise RpcError(422, f"File checksum mismatch: expected {fields['checksum']}, calculated {arrived[1]}")
    item = await host.files.store(arrived[0], "/".join(part for part in (fields.get("path", "").strip("/"), fields["filename"]) if part))
    host.notify("notify_filelist_changed", {"action": "create_file", "item": item})
    started = {"print_started": await _print_at_once(host, item, fields), "print_queued": False} if item["path"].endswith(".gcode") else {}
    return {"action": "create_file", "item": item, **started}


async def _print_at_once(host: Host, item: dict[str, Any], fields: dict[str, str]) -> bool:
    """Print what was uploaded with ``print=true``. That it did not work is told by one field of a 201."""
    if fields.get("print") != "true" or host.klippy.job is not None:
        return False
    try:
        await host.script(f'SDCARD_PRINT_FILE FILENAME="{item["path"]}"')
    except RpcError:
        return False
    return True


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(CHUNK):
        yield chunk


async def download(request: web.Request) -> web.StreamResponse:
    """Send a stored file."""

    async def work() -> web.StreamResponse:
        _let_in(request)
        return web.FileResponse(request.app[HOST].files.stored(request.match_info["path"]))

    return await with_faults(request, "server.files.download", work)


async def _delete(request: web.Request) -> web.StreamResponse:
    async def work() -> web.StreamResponse:
        _let_in(request)
        path = f"gcodes/{request.match_info['path']}"
        return web.json_response({"result": remove_file(request.app[HOST], {"path": path})})

    return await with_faults(request, "server.files.delete_file", work)


async def snapshot(request: web.Request) -> web.StreamResponse:
    """Show the print. Cameras ask for no key."""
    card = status_of(request.app[MACHINE].klippy)["virtual_sdcard"]
    return web.Response(body=picture(card["progress"]), content_type="image/png")
