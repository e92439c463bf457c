"""A page's websocket, and who opens it, for tests of live pages."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.test import Client

from apps.accounts.models import User
from apps.accounts.states import Role
from farmos.routing import websockets
from tests.factories.accounts import make_user

PATIENCE_S = 60.0


@sync_to_async
def signed_in(*roles: Role) -> tuple[User, str]:
    user, client = make_user(*roles), Client()
    client.force_login(user)
    return user, client.cookies["sessionid"].value


class Socket:
    """A page's websocket. (Channels' own communicator needs a server we do not use just to be imported.)"""

    def __init__(self, session: str = "", *, origin: str = "http://farm.local", path: str = "/ws/live", query: str = "") -> None:
        headers = [(b"host", b"farm.local"), (b"origin", origin.encode()), (b"cookie", f"sessionid={session}".encode())]
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": query.encode(),
            "subprotocols": [],
            "headers": [header for header in headers if header[1]],
        }
        communicator: Any = ApplicationCommunicator
        self._application = communicator(websockets, scope)

    async def connect(self) -> bool:
        await self._application.send_input({"type": "websocket.connect"})
        kind: str = (await self.answer())["type"]
        return kind == "websocket.accept"

    async def answer(self) -> dict[str, Any]:
        message: dict[str, Any] = await self._application.receive_output(timeout=PATIENCE_S)
        return message

    async def news(self) -> dict[str, Any]:
        """Return the next thing that happens on this socket and is no sign of life."""
        async with asyncio.timeout(PATIENCE_S):
            while is_beat(message := await self.answer()):
                pass
        return message

    async def hear(self) -> dict[str, Any]:
        """Return the next message that is no sign of life."""
        message = await self.news()
        assert message["type"] == "websocket.send"
        heard: dict[str, Any] = json.loads(message["text"])
        return heard

    async def hear_changes(self, until: int) -> list[tuple[str, str]]:
        """Return all that changed, as told by messages up to position ``until``."""
        told: list[tuple[str, str]] = []
        while True:
            heard = await self.hear()
            assert heard["kind"] == "changed"
            told += [(item["topic"], item["id"]) for item in heard["items"]]
            if heard["seq"] >= until:
                return told

    async def hears_nothing(self) -> bool:
        """Is nothing said but signs of life?"""
        while not await self._application.receive_nothing():
            if not is_beat(await self.answer()):
                return False
        return True

    async def say(self, **frame: str | bytes) -> None:
        await self._application.send_input({"type": "websocket.receive", **frame})

    async def disconnect(self) -> None:
        await self._application.send_input({"type": "websocket.disconnect", "code": 1001})
        await self._application.wait(timeout=PATIENCE_S)


def is_beat(message: dict[str, Any]) -> bool:
    """Is it the sign of life that every socket hears now and then, whatever happens?"""
    return message["type"] == "websocket.send" and bool(json.loads(message["text"])["kind"] == "beat")


@asynccontextmanager
async def watching(session: str, query: str = "") -> AsyncIterator[tuple[Socket, int]]:
    """Yield a connected socket and the position it said hello with."""
    connected = Socket(session, query=query)
    assert await connected.connect()
    hello = await connected.hear()
    assert hello["kind"] == "hello"
    try:
        yield connected, hello.get("seq", 0)
    finally:
        await connected.disconnect()
