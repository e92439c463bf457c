"""Every test of the shop has a store and a data directory of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """The folder of this test's files."""
    settings.DATA_DIR = tmp_path
    settings.FARMOS_STORE_URL = f"file://{tmp_path / 'artifacts'}"
    return tmp_path
