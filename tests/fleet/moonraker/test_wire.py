"""The wire by itself: what ends it, and what is told to whoever asks over it beside its reader."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from apps.fleet.drivers.errors import Unreachable
from apps.fleet.drivers.moonraker.wire import Wire

pytestmark = pytest.mark.asyncio


class Socket:
    """Says what it is given, then nothing."""

    def __init__(self, *said: aiohttp.WSMessage) -> None:
        self.said = list(said)

    async def receive(self) -> aiohttp.WSMessage:
        if self.said:
            return self.said.pop(0)
        await asyncio.Event().wait()
        raise AssertionError("nothing is said after that")


def wire_on(*said: aiohttp.WSMessage) -> Wire:
    socket: Any = Socket(*said)
    return Wire(socket, lambda _name, _params: False, heartbeat_s=60.0)


async def test_whoever_asks_after_it_was_left_is_told_that_it_is_closed_and_is_not_cancelled() -> None:
    wire = wire_on()
    async with wire:
        await asyncio.sleep(0)

    with pytest.raises(Unreachable):
        await wire.call("server.info", timeout_s=1.0)


async def test_the_end_of_a_connection_is_nothing_that_the_machine_said() -> None:
    wire = wire_on(aiohttp.WSMessage(aiohttp.WSMsgType.CLOSED, None, None))
    before = wire.heard_at

    async with wire:
        await wire.news.wait()

    assert wire.heard_at == before


class Sluggish(Socket):
    """Takes a moment to be left."""

    async def receive(self) -> aiohttp.WSMessage:
        try:
            return await super().receive()
        finally:
            await asyncio.sleep(0.05)


async def test_whoever_is_cancelled_while_leaving_it_ends_and_does_not_go_on_with_what_made_him_leave() -> None:
    socket: Any = Sluggish()
    wire, leaving = Wire(socket, lambda _name, _params: False, heartbeat_s=60.0), asyncio.Event()

    async def hear_nothing() -> None:
        await asyncio.sleep(0)
        leaving.set()
        raise Unreachable("It has said nothing.")

    async def follow() -> None:
        try:
            async with wire:
                await hear_nothing()
        except Unreachable:
            await asyncio.Event().wait()

    following = asyncio.create_task(follow())
    await leaving.wait()
    following.cancel()

    done, _ = await asyncio.wait([following], timeout=60.0)
    assert done, "it goes on"
    assert following.cancelled()
