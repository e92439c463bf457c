"""JSON-RPC over one websocket: questions by number, notifications by name, silence noticed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Any, Self

import aiohttp

from apps.fleet.drivers.errors import MachineError, NotUnderstood, TimedOut, Unreachable
from apps.fleet.drivers.web import parse, translated

from .transport import result_of

Notify = Callable[[str, list[Any]], None]


class Wire:
    """One open websocket. Leaving it cancels its reader; whoever still waits for a reply is told.

    Args:
        socket: the open websocket.
        notify: called with the name and parameters of each notification, in order.
        heartbeat_s: Moonraker says something every second; silence for this long means that it hangs.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, notify: Notify, *, heartbeat_s: float) -> None:
        self._socket = socket
        self._notify = notify
        self._heartbeat_s = heartbeat_s
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader: asyncio.Task[None] | None = None
        self.news = asyncio.Event()
        """Set by every notification and by the end of the connection."""

    async def __aenter__(self) -> Self:
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, problem: BaseException | None, where: TracebackType | None) -> None:
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError, MachineError):
                await self._reader

    def check(self) -> None:
        """Raise what ended the connection, if something did."""
        if self._reader is not None and self._reader.done():
            self._reader.result()
            raise Unreachable("The connection was closed.")

    async def call(self, method: str, params: dict[str, Any] | None = None, *, timeout_s: float) -> Any:
        """Ask and return the result. A reply that comes too late is dropped."""
        self.check()
        number = next(self._ids)
        reply: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = reply
        try:
            async with asyncio.timeout(timeout_s):
                with translated():
                    await self._socket.send_json({"jsonrpc": "2.0", "method": method, "params": params or {}, "id": number})
                return result_of(await reply, number)
        except TimeoutError as problem:
            raise TimedOut("It did not answer in time.") from problem
        finally:
            self._waiting.pop(number, None)

    async def _read(self) -> None:
        try:
            while True:
                self._take(await self._next())
        finally:
            self.news.set()
            for reply in self._waiting.values():
                if not reply.done():
                    reply.set_exception(Unreachable("The connection was closed."))

    async def _next(self) -> aiohttp.WSMessage:
        try:
            async with asyncio.timeout(self._heartbeat_s):
                with translated():
                    return await self._socket.receive()
        except (TimeoutError, TimedOut) as problem:
            raise Unreachable(f"It has said nothing for {self._heartbeat_s:.0f} s.") from problem

    def _take(self, message: aiohttp.WSMessage) -> None:
        if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED):
            raise Unreachable("The connection was closed.")
        if message.type is aiohttp.WSMsgType.ERROR:
            raise NotUnderstood(f"It broke the websocket's rules: {message.data}")
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise NotUnderstood("It sent something that is no text.")
        said = parse(message.data)
        if isinstance(said.get("method"), str):
            params = said.get("params")
            self._notify(said["method"], params if isinstance(params, list) else [])
            self.news.set()
        elif isinstance(number := said.get("id"), int) and (reply := self._waiting.pop(number, None)) is not None and not reply.done():
            reply.set_result(said)
