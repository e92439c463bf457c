"""Open boards for ``./farm bench live``: sockets that do what ``live.js`` does, a few real browsers, and the bare server that is the floor."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.figures import cpu_seconds

PAGE = "/admin/today/"
CHROMIUM_BOARDS = 3
PATIENCE_S = 60.0
PAUSE_S = 0.25
"""The same as in live.js."""


@dataclass(frozen=True, slots=True)
class Farm:
    """The web process under measurement and what a board needs to open."""

    pid: int
    port: int
    cookie: str
    region: str

    @property
    def address(self) -> str:
        """Return the page's address."""
        return f"http://127.0.0.1:{self.port}{PAGE}"


class Board:
    """One open board without a browser: the socket, and what ``live.js`` says over it."""

    def __init__(self, farm: Farm, frames: list[tuple[float, str]] | None) -> None:
        self._farm = farm
        self._frames = frames
        self._tag = ""
        self._read_at = 0.0
        self._wanted: asyncio.Event = asyncio.Event()
        self.is_open = False
        self.returns = 0
        self.reads: list[tuple[int, float]] = []
        """Position of the feed at each reading, and when it was here."""

    async def run(self) -> None:
        """Stay open until cancelled; come back as pages do when the connection is lost."""
        from websockets.exceptions import WebSocketException

        while True:
            with contextlib.suppress(WebSocketException, OSError):
                await self._stay()
            self.returns += 1
            self._wanted.set()
            await asyncio.sleep(0.5)

    async def _stay(self) -> None:
        from websockets.asyncio.client import connect

        headers = {"Cookie": f"sessionid={self._farm.cookie}"}
        origin: Any = f"http://127.0.0.1:{self._farm.port}"
        address = f"ws://127.0.0.1:{self._farm.port}/ws/live"
        options: dict[str, Any] = {"compression": None, "max_size": None, "open_timeout": PATIENCE_S, "ping_interval": None}
        async with connect(address, additional_headers=headers, origin=origin, **options) as socket:
            asking = asyncio.create_task(self._ask(socket.send))
            try:
                async for text in socket:
                    self._hear(str(text))
            finally:
                asking.cancel()

    def _hear(self, text: str) -> None:
        now = time.time()
        if self._frames is not None:
            self._frames.append((now, text))
        kind, _comma, rest = text[9:240].partition('"')  # a browser reads JSON in C++: what is tiny there should not weigh here
        self.is_open = True
        if kind in ("changed", "resync"):
            self._wanted.set()
        elif kind == "fragments":
            found = re.search(r'"tag":"(\w+)"', rest)
            self._tag = found[1] if found else self._tag
            self.reads.append((int(rest.partition('"seq":')[2].partition(",")[0]), now))
            self._read_at = time.monotonic()

    async def _ask(self, send: Callable[[str], Awaitable[None]]) -> None:
        while True:
            await self._wanted.wait()
            await asyncio.sleep(max(0.0, self._read_at + PAUSE_S - time.monotonic()))
            self._wanted.clear()
            await send(json.dumps({"read": [[self._farm.region, self._tag]]}))


class Boards:
    """All of them, in a thread of their own."""

    def __init__(self, farm: Farm, count: int) -> None:
        self._frames: list[tuple[float, str]] = []
        self.boards: list[Board] = []
        self._farm, self._count = farm, count
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._all(),), daemon=True)
        self._ending = asyncio.Event()

    async def _all(self) -> None:
        self.boards = [Board(self._farm, self._frames if number == 0 else None) for number in range(self._count)]
        tasks = [asyncio.create_task(board.run()) for board in self.boards]
        await self._ending.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def recorded(self) -> list[tuple[float, str]]:
        """Return what the first board was told so far, and when."""
        return list(self._frames)

    def wait_for(self, position: int) -> None:
        """Wait until every board has read the state of ``position``."""
        deadline = time.monotonic() + PATIENCE_S
        while max(self.first_reads(position)) == float("inf"):
            if time.monotonic() > deadline:
                raise RuntimeError(f"not every board has read the state of {position}")
            time.sleep(0.05)

    def first_reads(self, position: int) -> list[float]:
        """Return when each board first had read the state of ``position``."""
        return [next((at for seq, at in board.reads if seq >= position), float("inf")) for board in self.boards]


@contextmanager
def open_boards(farm: Farm, count: int) -> Iterator[Boards]:
    """Keep so many boards open."""
    boards = Boards(farm, count)
    boards._thread.start()
    deadline = time.monotonic() + PATIENCE_S
    while not boards.boards or not all(board.is_open for board in boards.boards):
        if time.monotonic() > deadline:
            raise RuntimeError("not every board could be opened")
        time.sleep(0.1)
    try:
        yield boards
    finally:
        boards._loop.call_soon_threadsafe(boards._ending.set)
        boards._thread.join(20)


_WATCH = """() => { window.shown = []; new MutationObserver(() => { const board = document.querySelector('[data-live]');
  if (board.dataset.seq) shown.push([Number(board.dataset.seq), Date.now() / 1000]); })
  .observe(document.querySelector('main'), {attributes: true, attributeFilter: ['data-seq'], subtree: true}); }"""


@contextmanager
def open_in_chromium(farm: Farm) -> Iterator[list[Any]]:
    """Keep a few boards open in a real browser."""
    from playwright.sync_api import sync_playwright

    options = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        pages = []
        for _ in range(CHROMIUM_BOARDS):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.add_cookies([{"name": "sessionid", "value": farm.cookie, "url": f"http://127.0.0.1:{farm.port}"}])
            page = context.new_page()
            page.goto(farm.address)
            page.evaluate(_WATCH)
            pages.append(page)
        yield pages
        with contextlib.suppress(Exception):
            browser.close()


def bare_share(frames: list[tuple[float, str]], sockets: int, seconds: float) -> float:
    """Return the share of a core that a bare server needs to send ``frames`` to as many sockets at the same pace."""
    started = frames[0][0]
    plan = [(at - started, len(text)) for at, text in frames if at - started < seconds]
    server = subprocess.Popen([sys.executable, "-m", "bench.boards"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps({"plan": plan, "sockets": sockets}) + "\n")
    server.stdin.flush()
    port = int(server.stdout.readline())
    listening = threading.Thread(target=lambda: asyncio.run(_listen_barely(port, sockets)), daemon=True)  # the browser keeps a loop in ours
    listening.start()
    try:
        return 100 * float(server.stdout.readline()) / seconds
    finally:
        server.kill()
        server.wait(10)
        listening.join(10)


async def _listen_barely(port: int, sockets: int) -> None:
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed

    async def one() -> None:
        async with connect(f"ws://127.0.0.1:{port}", compression=None, max_size=None) as socket:
            with contextlib.suppress(ConnectionClosed):
                async for _text in socket:
                    pass

    await asyncio.gather(*(one() for _ in range(sockets)))


async def _serve_barely(request: dict[str, Any]) -> None:
    from websockets.asyncio.server import ServerConnection, serve

    joined: set[ServerConnection] = set()
    ending, full = asyncio.Event(), asyncio.Event()

    async def hold(socket: ServerConnection) -> None:
        joined.add(socket)
        if len(joined) >= request["sockets"]:
            full.set()
        await ending.wait()

    async with serve(hold, "127.0.0.1", 0, compression=None) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await full.wait()
        began, used = time.monotonic(), cpu_seconds()
        for at, length in request["plan"]:
            await asyncio.sleep(max(0.0, began + at - time.monotonic()))
            text = "x" * length
            for socket in joined:
                await socket.send(text)
        print(cpu_seconds() - used, flush=True)
        ending.set()


if __name__ == "__main__":
    asyncio.run(_serve_barely(json.loads(sys.stdin.readline())))
