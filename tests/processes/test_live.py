"""Live pages: one reader per web process, every event once, slow readers told to read again, nobody let in who may not."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.db import OperationalError
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.board import consumers, fragments
from apps.board.audiences import NEVER_TOLD, RECORDS
from apps.journal import live, queries, sequencer, ticks
from apps.journal import hub as hubs
from apps.journal.context import Context
from apps.journal.audience import Audience
from apps.journal.event import SUBJECT_KINDS
from apps.journal.hub import OUTBOX_LENGTH, Outbox
from farmos.routing import websockets
from tests import services
from tests.factories.accounts import make_user
from tests.processes.running import until
from tests.toy import commands


@sync_to_async
def signed_in(*roles: Role) -> tuple[User, str]:
    user, client = make_user(*roles), Client()
    client.force_login(user)
    return user, client.cookies["sessionid"].value


@sync_to_async
def happens(ctx_factory: Callable[..., Context], times: int = 1) -> None:
    for _ in range(times):
        commands.open_jar(ctx_factory(), label=uuid4().hex)
    while sequencer.sequence_batch():
        pass


class Socket:
    """A page's websocket. (Channels' own communicator needs a server we do not use just to be imported.)"""

    def __init__(self, session: str = "", *, origin: str = "http://farm.local", path: str = "/ws/live") -> None:
        headers = [(b"host", b"farm.local"), (b"origin", origin.encode()), (b"cookie", f"sessionid={session}".encode())]
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
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
        message: dict[str, Any] = await self._application.receive_output(timeout=5)
        return message

    async def hear(self) -> dict[str, Any]:
        message = await self.answer()
        assert message["type"] == "websocket.send"
        heard: dict[str, Any] = json.loads(message["text"])
        return heard

    async def hears_nothing(self) -> bool:
        silent: bool = await self._application.receive_nothing()
        return silent

    async def say(self, **frame: str | bytes) -> None:
        await self._application.send_input({"type": "websocket.receive", **frame})

    async def disconnect(self) -> None:
        await self._application.send_input({"type": "websocket.disconnect", "code": 1001})
        await self._application.wait(timeout=5)


@asynccontextmanager
async def watching(session: str) -> AsyncIterator[tuple[Socket, int]]:
    """Yield a connected socket and the position it said hello with."""
    connected = Socket(session)
    assert await connected.connect()
    hello = await connected.hear()
    assert hello["type"] == "hello"
    try:
        yield connected, hello["seq"]
    finally:
        await connected.disconnect()


def readers() -> int:
    return sum(thread.name.startswith("live-feed") for thread in threading.enumerate())


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
class TestWhoMayWatch:
    @pytest.mark.parametrize("roles", [(), (Role.CUSTOMER,)])
    async def test_people_without_a_staff_role_are_told_to_sign_in(self, roles: tuple[Role, ...]) -> None:
        _user, session = await signed_in(*roles)

        refused = Socket(session)
        await refused.connect()

        assert await refused.answer() == {"type": "websocket.close", "code": consumers.SIGN_IN}

    async def test_strangers_are_told_to_sign_in(self) -> None:
        refused = Socket()
        await refused.connect()

        assert await refused.answer() == {"type": "websocket.close", "code": consumers.SIGN_IN}

    @pytest.mark.parametrize("origin", ["http://evil.example", "http://farm.local.evil.example", "null", ""])
    async def test_pages_of_others_are_refused(self, origin: str) -> None:
        _user, session = await signed_in(Role.OPERATOR)

        accepted = await Socket(session, origin=origin).connect()

        assert not accepted

    async def test_other_addresses_have_no_socket(self) -> None:
        _user, session = await signed_in(Role.OPERATOR)

        accepted = await Socket(session, path="/ws/else").connect()

        assert not accepted

    async def test_who_loses_the_role_is_put_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(consumers, "LOOK_AGAIN_S", 0.2)
        user, session = await signed_in(Role.OPERATOR)
        async with watching(session) as (connected, _position):
            await sync_to_async(_revoke)(user)

            assert await connected.answer() == {"type": "websocket.close", "code": consumers.SIGN_IN}


def _revoke(user: User) -> None:
    from apps.journal import frame
    from tests.factories.context import NOW

    grant = user.grants.get()
    with frame.seeding("test"):
        grant.revoke(by="service:tests", now=NOW)
        type(grant).objects.filter(pk=grant.pk).update(revoked_at=grant.created_at, revoked_by="service:tests")


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
class TestAWatchingPage:
    async def test_hears_each_event_once_in_order_and_nothing_older(self, ctx_factory: Callable[..., Context]) -> None:
        _user, session = await signed_in(Role.OPERATOR)
        await happens(ctx_factory, 2)
        async with watching(session) as (connected, position):
            await happens(ctx_factory, 3)

            heard = [await connected.hear() for _ in range(3)]

            assert [message["seq"] for message in heard] == [position + 1, position + 2, position + 3]
            assert {message["type"] for message in heard} == {"JarOpened"}
            assert set(heard[0]) == {"seq", "type", "subjects"}
            assert heard[0]["subjects"][0][0] == "jar"
            assert await connected.hears_nothing()

    async def test_shares_one_reader_with_all_others_and_leaves_none(self, ctx_factory: Callable[..., Context]) -> None:
        _user, session = await signed_in(Role.VIEWER)
        async with watching(session) as (first, _), watching(session) as (second, _), watching(session) as (third, _):
            assert readers() == 1
            await happens(ctx_factory)

            heard = [await each.hear() for each in (first, second, third)]

        assert heard[0] == heard[1] == heard[2]
        until(lambda: readers() == 0, "the reader to end", patience_s=5)

    async def test_is_told_to_read_again_when_the_feed_ran_away(
        self, ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hubs, "MOST_BEHIND", 2)
        _user, session = await signed_in(Role.OPERATOR)
        async with watching(session) as (connected, position):
            await happens(ctx_factory, 3)

            assert await connected.hear() == {"type": "resync", "seq": position + 3}

    async def test_goes_on_after_the_database_was_away(self, ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch) -> None:
        _user, session = await signed_in(Role.OPERATOR)
        async with watching(session) as (connected, position):
            with monkeypatch.context() as away:
                away.setattr(queries, "feed_position", _gone)
                await asyncio.sleep(hubs.TAIL_S * 2)
            await happens(ctx_factory)

            assert (await connected.hear())["seq"] == position + 1

    async def test_may_talk_without_being_heard(self, ctx_factory: Callable[..., Context]) -> None:
        _user, session = await signed_in(Role.OPERATOR)
        async with watching(session) as (connected, position):
            await connected.say(text="x" * 1000)
            await connected.say(bytes=b"\x00")
            await happens(ctx_factory)

            assert (await connected.hear())["seq"] == position + 1


def _gone() -> int:
    raise OperationalError("the database is away")


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
class TestWithRedis:
    async def test_announcements_wake_the_reader_at_once(
        self, ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch, settings: Settings
    ) -> None:
        monkeypatch.setattr(hubs, "TAIL_S", 600.0)
        monkeypatch.setattr(hubs, "ANNOUNCED_TAIL_S", 600.0)
        monkeypatch.setattr(live, "_announcer", None)
        with services.redis() as redis:
            settings.REDIS_URL = redis.url
            _user, session = await signed_in(Role.OPERATOR)
            async with watching(session) as (connected, position):
                await _subscribed(redis.url)
                await happens(ctx_factory)
                live.announce(position + 1)

                assert (await connected.hear())["seq"] == position + 1

    async def test_announcing_never_waits_for_a_stopped_redis(self, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
        monkeypatch.setattr(live, "_announcer", None)
        with services.redis() as redis:
            settings.REDIS_URL = redis.url
            live.announce(1)
            os.kill(redis.process.pid, signal.SIGSTOP)
            began = time.monotonic()

            for sequence in range(2, 2000):
                live.announce(sequence)

            assert time.monotonic() - began < 0.2
            os.kill(redis.process.pid, signal.SIGCONT)


async def _subscribed(url: str) -> None:
    import redis.asyncio as redis

    async with redis.Redis.from_url(url) as client:
        while not (await client.pubsub_numsub(live.CHANNEL))[0][1]:
            await asyncio.sleep(0.02)


class TestAnOutbox:
    def test_that_is_full_becomes_one_resync_and_fills_again(self) -> None:
        outbox = Outbox(position=0)

        for sequence in range(1, OUTBOX_LENGTH + 4):
            outbox.put(json.dumps({"seq": sequence}), sequence)
        taken = [json.loads(outbox._messages.popleft()) for _ in range(len(outbox._messages))]

        assert taken == [{"type": "resync", "seq": OUTBOX_LENGTH + 1}, {"seq": OUTBOX_LENGTH + 2}, {"seq": OUTBOX_LENGTH + 3}]
