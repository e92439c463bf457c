"""One machine for each driver, and a driver for it. OctoPrint's tests need its server: they run in ``./farm test --all``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import pytest_asyncio

from apps.fleet.drivers import Driver
from tests.fleet.contract.octoprint_server import OctoPrintServer, octoprint
from tests.fleet.contract.rigs import Rig, SimulatedMachine, VirtualMachine
from tests.fleet.moonraker.rigs import simulator_rig
from tests.fleet.others_programs import REAL, is_real

OCTOPRINT = (pytest.mark.slow, pytest.mark.processes)
PICTURE = b"\xff\xd8\xff\xe0" + b"\0" * 60 + b"\xff\xd9"


class _Camera(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if "X-Api-Key" in self.headers:
            self.send_error(500, "it was shown a key")
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(PICTURE)

    def log_request(self, *_said: object) -> None:
        """Stay quiet."""


@pytest.fixture(scope="session")
def camera() -> Iterator[str]:
    """The address of a camera at a port of this machine, as its own server would name it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Camera) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}/?action=snapshot"
        server.shutdown()


@pytest.fixture(scope="session")
def octoprint_server(tmp_path_factory: pytest.TempPathFactory, camera: str) -> Iterator[OctoPrintServer]:
    """A server for the whole session: it takes seconds to start."""
    with octoprint(tmp_path_factory.mktemp("octoprint") / "base", camera) as running:
        yield running


@pytest_asyncio.fixture(params=["simulator", REAL, pytest.param("octoprint", marks=OCTOPRINT)])
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    """One machine of each kind."""
    async with AsyncExitStack() as stack:
        if request.param == "octoprint":
            server: OctoPrintServer = request.getfixturevalue("octoprint_server")
            server.renew()
            yield VirtualMachine(tmp_path, server)
        else:
            inner = simulator_rig(tmp_path / "state", moonraker=is_real(request.param))
            yield SimulatedMachine(tmp_path, await stack.enter_async_context(inner))


@pytest_asyncio.fixture
async def machine(rig: Rig) -> AsyncIterator[Driver]:
    """Its driver."""
    async with rig.driver() as driver:
        yield driver
