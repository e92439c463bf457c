"""Every test of parts has a store of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """The folder of this test's file store."""
    folder = tmp_path / "artifacts"
    settings.DATA_DIR = tmp_path
    settings.FARMOS_STORE_URL = f"file://{folder}"
    return folder
