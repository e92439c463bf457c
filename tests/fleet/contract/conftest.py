"""One machine for each driver, and a driver for it. Those that need a real server run in ``./farm test --all``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from apps.fleet.drivers import Driver
from apps.fleet.simulator.real.moonraker import VERSION as MOONRAKER
from tests.fleet.contract.cameras import camera_on
from tests.fleet.contract.octoprint_server import OctoPrintServer, octoprint
from tests.fleet.contract.rigs import Rig, SimulatedMachine, VirtualMachine
from tests.fleet.moonraker.rigs import simulator_rig
from tests.fleet.others_programs import there_is

REAL = (pytest.mark.slow, pytest.mark.processes)


@pytest.fixture(scope="session")
def camera() -> Iterator[str]:
    """The address of a camera beside OctoPrint."""
    with camera_on("127.0.0.1") as address:
        yield address


@pytest.fixture(scope="session")
def octoprint_server(tmp_path_factory: pytest.TempPathFactory, camera: str) -> Iterator[OctoPrintServer]:
    """A server for the whole session: it takes seconds to start."""
    with octoprint(tmp_path_factory.mktemp("octoprint") / "base", camera) as running:
        yield running


@pytest_asyncio.fixture(params=["simulator", pytest.param("real-moonraker", marks=REAL), pytest.param("octoprint", marks=REAL)])
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    """One machine of each kind."""
    if request.param == "octoprint":
        server: OctoPrintServer = request.getfixturevalue("octoprint_server")
        server.renew()
        yield VirtualMachine(tmp_path, server)
        return
    is_real = request.param == "real-moonraker"
    if is_real:
        there_is("moonraker", MOONRAKER)
    async with simulator_rig(tmp_path / "state", moonraker=is_real) as inner:
        yield SimulatedMachine(tmp_path, inner)


@pytest_asyncio.fixture
async def machine(rig: Rig) -> AsyncIterator[Driver]:
    """Its driver."""
    async with rig.driver() as driver:
        yield driver
