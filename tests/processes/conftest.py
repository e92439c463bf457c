"""Farms that really run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.processes.running import ROOT, Farm


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with its schema made and its static files collected, to copy from."""
    data = tmp_path_factory.mktemp("prepared") / "data"
    farm = Farm(data)
    farm.place.prepare()
    collect = "import django; django.setup(); from farmos.supervisor import prepare; prepare.collect_static_files()"
    for command in (["manage.py", "migrate", "--run-syncdb", "--verbosity", "0"], ["-c", collect]):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=farm.environment, check=True)
    return data


@pytest.fixture
def make_farm(prepared: Path, tmp_path: Path) -> Iterator[Callable[..., Farm]]:
    """Return a maker of farms on a copy of the prepared data; keyword arguments are added to their environment."""
    made: list[Farm] = []

    def make(**environment: str) -> Farm:
        data = tmp_path / f"farm{len(made)}"
        shutil.copytree(prepared, data)
        made.append(Farm(data, **environment))
        return made[-1]

    yield make
    for farm in made:
        farm.destroy()


@pytest.fixture
def farm(make_farm: Callable[..., Farm]) -> Farm:
    """One farm that runs."""
    running = make_farm()
    running.up()
    return running
