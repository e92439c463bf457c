"""The real PrusaSlicer, programs that pretend to be it, and a plate."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from apps.slicing.domain.job import SliceJob
from apps.slicing.drivers.prusaslicer import program
from tests.slicing.shapes import box, job, placed

Pretend = Callable[[str], Path]


@pytest.fixture
def slicer() -> Path:
    """The installed PrusaSlicer."""
    if shutil.which("prusa-slicer") is None:
        pytest.fail("PrusaSlicer is missing. Install it:  sudo apt-get install prusa-slicer")
    return program()


@pytest.fixture
def pretend(tmp_path: Path, settings: Settings, slicer: Path) -> Pretend:
    """Makes a shell script the slicer. ``$SLICER`` is the real one, ``$*`` what it was asked; asked for help it says it is PrusaSlicer."""

    def script(body: str) -> Path:
        path = tmp_path / "pretender"
        path.write_text(f'#!/bin/sh\nSLICER={slicer}\n[ "$1" = --help ] && echo PrusaSlicer-2.5.0 && exit 0\n{body}\n')
        path.chmod(0o755)
        settings.FARMOS_PRUSA_SLICER = str(path)
        return path

    return script


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """Where G-code goes."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def small(tmp_path: Path) -> SliceJob:
    """A plate with two boxes on it, one turned."""
    return job(tmp_path, placed(tmp_path, "slot-1", box(20, 10, 2), 60, 60), placed(tmp_path, "slot-2", box(20, 10, 2), 100, 60, 90))
