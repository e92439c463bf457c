"""JSON-RPC over one websocket: questions by number, notifications by name, silence noticed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from itertools import count
from types import TracebackType
from typing import Any, Self

import aiohttp

from apps.fleet.drivers.errors import MachineError, NotUnderstood, TimedOut, Unreachable
from apps.fleet.drivers.web import parse, translated

from .transport import result_of

Notify = Callable[[str, list[Any]], bool]
"""Given the name and parameters of a notification; returns whether it must be looked at now."""

HEARTBEAT = "notify_proc_stat_update"
"""What Moonraker says every second, whatever happens: proof that it lives, and nothing else. Most of what it says in all; it is not even read."""

_TEXT = aiohttp.WSMsgType.TEXT

_HEAD = 60
"""Characters of a message among which its method's name is."""


class Wire:
    """One open websocket. Leaving it cancels its reader; whoever still waits for a reply is told.

    Thousands of messages a second pass here, so nothing is done for each that can be done once: no limit of time around each, no task woken by it
    that has nothing to do.

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
        self.heard_at = time.monotonic()
        """When it last said something, whatever it was; that the connection ended is nothing it said."""
        self.news = asyncio.Event()
        """Set by notifications that must be looked at now, and by the end of the connection."""

    async def __aenter__(self) -> Self:
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, problem: BaseException | None, where: TracebackType | None) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait(
                [self._reader]
            )  # raises only when whoever leaves is cancelled meanwhile, which must not be taken for the reader's end
            if not self._reader.cancelled():
                self._reader.exception()  # why it ended was told by ``check``

    @property
    def silent_at(self) -> float:
        """When it has been silent for too long, by ``time.monotonic()``, if it says nothing from now on."""
        return self.heard_at + self._heartbeat_s

    def check(self) -> None:
        """Raise what ended the connection, if something did, its silence included."""
        if self._reader is not None and self._reader.done():
            if not self._reader.cancelled():  # else we left: whoever asks on beside the reader is told so, and is not cancelled with it
                self._reader.result()
            raise Unreachable("The connection was closed.")
        if time.monotonic() >= self.silent_at:
            raise Unreachable(f"It has said nothing for {self._heartbeat_s:.0f} s.")

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
        receive, clock = self._socket.receive, time.monotonic
        try:
            with translated():
                while True:
                    message = await receive()
                    if message.type is _TEXT:  # the end of a connection is not said by the machine
                        self.heard_at = clock()
                    self._take(message)
        finally:
            self.news.set()
            for reply in self._waiting.values():
                if not reply.done():
                    reply.set_exception(Unreachable("The connection was closed."))

    def _take(self, message: aiohttp.WSMessage) -> None:
        if message.type is not _TEXT:
            raise _end_of(message)
        if HEARTBEAT in message.data[:_HEAD]:
            return
        said = parse(message.data)
        method = said.get("method")
        if isinstance(method, str):
            params = said.get("params")
            if self._notify(method, params if isinstance(params, list) else []):
                self.news.set()
        elif isinstance(number := said.get("id"), int) and (reply := self._waiting.pop(number, None)) is not None and not reply.done():
            reply.set_result(said)


def _end_of(message: aiohttp.WSMessage) -> MachineError:
    """Return the error that ends a connection with this last message."""
    if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED):
        return Unreachable("The connection was closed.")
    if message.type is aiohttp.WSMsgType.ERROR:
        return NotUnderstood(f"It broke the websocket's rules: {message.data}")
    return NotUnderstood("It sent something that is no text.")
