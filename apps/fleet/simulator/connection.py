"""One websocket to a simulated Moonraker, and what it asked to be told."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from aiohttp import web

MOST_WAITING = 5000
Wanted = dict[str, list[str] | None]


class Connection:
    """One client. Everything it is told goes through one queue, in order."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None, *, is_known: bool) -> None:
        self.socket = socket
        self._transport = transport
        self.is_known = is_known
        self.agent = ""
        """The name of the agent it says to be; one at a time may have it."""
        self._wanted: Wanted = {}
        self._queue: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)

    def subscribe(self, wanted: Wanted) -> None:
        """Tell changes of these objects from now on, instead of whatever was asked before."""
        self._wanted = wanted

    def forget(self) -> None:
        """Drop the subscription, silently: that is what a restart of Klippy does."""
        self._wanted = {}

    def tell(self, changed: dict[str, dict[str, Any]], eventtime: float) -> None:
        """Tell what changed of what was asked for."""
        news = {name: chosen(changed.get(name, {}), fields) for name, fields in self._wanted.items()}
        news = {name: values for name, values in news.items() if values}
        if news:
            self.notify("notify_status_update", [news, eventtime])

    def notify(self, method: str, params: list[Any]) -> None:
        """Tell something unasked; nobody is told anything before showing a key."""
        if self.is_known:
            self.send({"jsonrpc": "2.0", "method": method, **({"params": params} if params else {})})

    def send(self, message: dict[str, Any]) -> None:
        """Queue a message; a client that does not read is not waited for."""
        with suppress(asyncio.QueueFull):
            self._queue.put_nowait(json.dumps(message))

    def hang_up(self) -> None:
        """Break the connection without a word, as a killed process does."""
        if self._transport is not None:
            self._transport.abort()

    async def deliver(self) -> None:
        """Send what is queued until the connection ends."""
        while True:
            text = await self._queue.get()
            try:
                await self.socket.send_str(text)
            except (ConnectionError, RuntimeError):
                return


def chosen(values: dict[str, Any], fields: list[str] | None) -> dict[str, Any]:
    """Return the fields that were asked for; None means all."""
    return values if fields is None else {name: value for name, value in values.items() if name in fields}
