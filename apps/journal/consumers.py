"""Sockets of live pages: ``/ws/live`` for signed-in staff."""

from __future__ import annotations

import asyncio
import contextlib
import json
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError
from django.http import HttpRequest

from .hub import Outbox, hub

SIGN_IN = 4401
"""Close code: sign in (again), then reconnect."""

LOOK_AGAIN_S = 300.0
"""How often an open socket's session is looked up again: the session or a right may have ended."""


def is_same_origin(scope: Any) -> bool:
    """Was this socket opened by one of our own pages? Browsers always say where a socket comes from; who does not is no page of ours."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    host = headers.get(b"host", b"").decode("latin-1")
    try:
        came_from = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(host) and (came_from == host or origin in settings.CSRF_TRUSTED_ORIGINS)


@database_sync_to_async
def _may_listen(session_key: str | None) -> bool:
    """Is this session still signed in, as somebody who works here? Asked of the database each time: sign-outs and rights count at once."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    person = get_user(request)
    return person.is_authenticated and person.is_active and bool(person.is_staff)


class LiveConsumer(AsyncWebsocketConsumer):
    """Sends ``{"type": "hello", "seq"}`` first, then one message per event after it; listens to nothing."""

    outbox: Outbox | None = None
    sender: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Let staff in from our own pages; tell others to sign in."""
        if not is_same_origin(self.scope):
            await self.close()
            return
        await self.accept()
        session_key = self.scope["session"].session_key
        if not await _may_listen(session_key):
            await self.close(SIGN_IN)
            return
        self.outbox = await hub().join()
        await self.send(json.dumps({"type": "hello", "seq": self.outbox.position}))
        self.sender = asyncio.create_task(self._send_all(self.outbox, session_key))

    async def disconnect(self, code: int) -> None:
        """Leave the hub."""
        try:
            if self.sender is not None:
                self.sender.cancel()
                with contextlib.suppress(asyncio.CancelledError, DatabaseError):
                    await self.sender
        finally:
            if self.outbox is not None:
                await hub().leave(self.outbox)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Ignore what pages say: they act through commands, not here."""

    async def _send_all(self, outbox: Outbox, session_key: str | None) -> None:
        loop = asyncio.get_running_loop()
        look_again_at = loop.time() + LOOK_AGAIN_S
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(look_again_at):
                    await self.send(await outbox.take())
            if loop.time() >= look_again_at:
                look_again_at = loop.time() + LOOK_AGAIN_S
                with contextlib.suppress(DatabaseError):  # asked again next time
                    if not await _may_listen(session_key):
                        await self.close(SIGN_IN)
                        return


class NoSuchSocket(AsyncWebsocketConsumer):
    """Refuses sockets at addresses that have none."""

    async def connect(self) -> None:
        """Refuse the handshake."""
        await self.close()
