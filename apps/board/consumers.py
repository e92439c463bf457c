"""Sockets of live pages: ``/ws/live``. Pages hear what changed, and read fragments again over the same connection.

The protocol is told in ``docs/integrators/live.md``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterable
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from apps.accounts.queries import listener_of
from apps.journal.audience import Audience, Thing
from apps.journal.hub import Hub, Outbox, hub

from . import fragments
from .audiences import audience_of, locate

SIGN_IN = 4401
"""Close code: sign in (again), then reconnect."""

NOT_YOURS = 4404
"""Close code: there is no such topic for you. Reconnecting does not help."""

LOOK_AGAIN_S = 30.0
"""How often an open socket's session is looked up again: the session or a right may have ended."""

MOST_TOPICS = 50
LONGEST_REQUEST = 8 * 1024


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


class BadTopic(ValueError):
    """The address of the socket asks for something that is no topic."""


def topics(query: str) -> frozenset[Thing]:
    """Return the things that a socket's address narrows it to (``?topic=run:<id>``, several allowed); none: whatever the person may see.

    Raises:
        BadTopic: one of them cannot be read, or there are too many.
    """
    asked = parse_qs(query, max_num_fields=MOST_TOPICS + 5).get("topic", [])
    if len(asked) > MOST_TOPICS:
        raise BadTopic
    return frozenset(_thing(topic) for topic in asked)


def _thing(topic: str) -> Thing:
    kind, _colon, record_id = topic.partition(":")
    try:
        return kind, UUID(record_id)
    except ValueError as problem:
        raise BadTopic from problem


def position(query: str) -> int | None:
    """Return the last position a page that comes back has heard of; None for a new page."""
    said = parse_qs(query).get("after", [""])[-1]
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


def _person_of(session_key: str | None) -> Any:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return listener_of(request)


@database_sync_to_async
def _listener(session_key: str | None, only: frozenset[Thing]) -> tuple[Any, Audience | None]:
    """Return who this session is and what they may hear. Asked of the database each time: sign-outs and rights count at once."""
    person = _person_of(session_key)
    return person, audience_of(person, only)


class LiveConsumer(AsyncWebsocketConsumer):
    """Says ``hello`` first, then what changes; answers ``{"read": [...]}`` with fragments."""

    outbox: Outbox | None = None
    sender: asyncio.Task[None] | None = None
    person: Any = None

    @property
    def hub(self) -> Hub:
        """The hub of this web process."""
        return hub(locate)

    async def connect(self) -> None:
        """Let people in from our own pages who may hear what they ask for; tell strangers to sign in."""
        if not is_same_origin(self.scope):
            await self.close()
            return
        await self.accept()
        query = self.scope["query_string"].decode("latin-1")
        try:
            only = topics(query)
        except ValueError:
            await self.close(NOT_YOURS)
            return
        session_key = self.scope["session"].session_key
        self.person, audience = await _listener(session_key, only)
        if audience is None:
            await self.close(NOT_YOURS if self.person.is_authenticated and only else SIGN_IN)
            return
        self.outbox = await self.hub.join(audience, position(query))
        self.sender = asyncio.create_task(self._send_all(self.outbox, session_key, only))

    async def disconnect(self, code: int) -> None:
        """Leave the hub."""
        try:
            if self.sender is not None:
                self.sender.cancel()
                with contextlib.suppress(asyncio.CancelledError, DatabaseError):
                    await self.sender
        finally:
            if self.outbox is not None:
                await self.hub.leave(self.outbox)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer a request for fragments. Everything else a page says is ignored: pages act through commands, not here."""
        wanted = _wanted(text_data or "")
        if wanted and self.outbox is not None and not self.outbox.audience.is_minimal:
            with contextlib.suppress(DatabaseError):  # the page asks again
                await self.send(await self._fragments(wanted, self.outbox.audience))

    async def _fragments(self, wanted: dict[str, str], audience: Audience) -> str:
        """Return the answer, made once for all boards that show the same and may see the same."""
        person, stamp = self.person, self.hub.position

        def make() -> str:
            found = fragments.read(person, list(wanted), audience.key, stamp)
            items = [fragments.answer(of, tag, one) for (of, tag), one in zip(wanted.items(), found, strict=True)]
            return json.dumps({"kind": "fragments", "seq": stamp, "items": items}, separators=(",", ":"))

        return await self.hub.shared((audience.key, stamp, tuple(wanted.items())), make)

    async def _send_all(self, outbox: Outbox, session_key: str | None, only: frozenset[Thing]) -> None:
        loop = asyncio.get_running_loop()
        look_again_at = loop.time() + LOOK_AGAIN_S
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(look_again_at):
                    await self.send(await outbox.take())
            if loop.time() >= look_again_at:
                look_again_at = loop.time() + LOOK_AGAIN_S
                with contextlib.suppress(DatabaseError):  # asked again next time
                    self.person, audience = await _listener(session_key, only)
                    if audience is None:
                        await self.close(SIGN_IN)
                        return
                    outbox.audience = audience


def _wanted(text: str) -> dict[str, str]:
    """Return the fragments a page asks for, each with the tag of what it shows; empty when it asks for none."""
    if not text.startswith('{"read":') or len(text) > LONGEST_REQUEST:
        return {}
    try:
        asked: Iterable[Any] = json.loads(text)["read"]
        return {str(of)[:120]: str(tag)[:40] for of, tag in list(asked)[: fragments.MOST_AT_ONCE]}
    except (ValueError, TypeError, KeyError):
        return {}


class NoSuchSocket(AsyncWebsocketConsumer):
    """Refuses sockets at addresses that have none."""

    async def connect(self) -> None:
        """Refuse the handshake."""
        await self.close()
