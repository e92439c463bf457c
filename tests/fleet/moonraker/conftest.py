"""The machine of the contract tests, a client for it, and files to print."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from apps.fleet.drivers.moonraker import Moonraker
from tests.fleet.others_programs import REAL, is_real

from .files import File, file_of, gcode
from .rigs import Rig, simulator_rig


@pytest_asyncio.fixture(params=["simulator", REAL])
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    """One machine of each kind there is."""
    async with simulator_rig(tmp_path / "state", moonraker=is_real(request.param)) as machine:
        yield machine


@pytest_asyncio.fixture
async def machine(rig: Rig) -> AsyncIterator[Moonraker]:
    """A client of that machine."""
    async with rig.moonraker() as client:
        yield client


@pytest.fixture
def make_file(tmp_path: Path) -> Callable[[bytes], File]:
    """Return a maker of local files."""
    return lambda content: file_of(tmp_path, content)


@pytest.fixture
def file(make_file: Callable[[bytes], File]) -> File:
    """A file that prints two objects in ten simulated minutes."""
    return make_file(gcode())


@pytest.fixture
def long_file(make_file: Callable[[bytes], File]) -> File:
    """A file that is still printing when the test ends."""
    return make_file(gcode(estimate="20h 0m 0s"))
