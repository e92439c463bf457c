"""OctoPrint's placeholder, which answers while the server starts: silence, not a printer that is set up wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from apps.fleet.drivers.diagnosis import Stage, diagnose
from apps.fleet.drivers.octoprint import OctoPrint

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def placeholder() -> AsyncIterator[str]:
    """The address of a server that answers as the placeholder of 1.11 does: the picture, and "Not found" without a status line."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        picture = b"HTTP/1.0 200 OK\r\nContent-Type: image/gif\r\n\r\nGIF89a\x01\x00\x01\x00"
        writer.write(picture if asked.startswith(b"GET /intermediary.gif ") else b"Not found")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


class TestThePlaceholder:
    async def test_is_silence(self, placeholder: str) -> None:
        async with OctoPrint(placeholder, timeout_s=60.0) as machine:
            seen = await machine.observe()

        assert (seen.reachable, seen.trouble) == (False, "unreachable")
        assert "starting" in seen.message

    async def test_is_known_to_be_octoprint_when_it_is_added(self, placeholder: str) -> None:
        found = await asyncio.to_thread(diagnose, placeholder, patience_s=60.0)

        assert (found.failed_at, found.kind) == (Stage.ANSWERS, "octoprint")
        assert "starting" in found.message
