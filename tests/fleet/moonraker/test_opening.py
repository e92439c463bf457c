"""Opening a websocket, and being told to end at that very moment: whoever is told to end, ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from apps.fleet.drivers.address import Address
from apps.fleet.drivers.web import Web


class Opened:
    """A websocket that is open."""

    async def close(self) -> None:
        return


class Opening:
    """A session whose websockets open when they may."""

    def __init__(self) -> None:
        self.may = asyncio.Event()

    async def ws_connect(self, *_where: Any, **_how: Any) -> Opened:
        await self.may.wait()
        return Opened()


@pytest.mark.parametrize("steps", range(6))
def test_who_is_told_to_end_while_it_opens_ends(steps: int) -> None:
    """So many steps of the loop after it may open: before it did, while whoever waits is not told yet, afterwards."""

    async def told_to_end() -> bool:
        session: Any = Opening()
        web = Web(Address.parse("http://10.0.0.1:7125"), "", 3600.0)
        web._session = session

        async def use() -> None:
            async with web.websocket("/websocket"):
                await asyncio.Event().wait()

        task = asyncio.create_task(use())
        await asyncio.sleep(0)
        session.may.set()
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        for _ in range(20):
            await asyncio.sleep(0)
        return task.cancelled()

    assert asyncio.run(told_to_end())
