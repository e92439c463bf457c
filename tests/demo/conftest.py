"""A demo for each test that wants one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .running import SPEED, Demo


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    """Return a maker of demos; each is gone after the test."""
    made: list[Demo] = []

    def make(*arguments: str, **environment: str) -> Demo:
        made.append(Demo(tmp_path / f"demo-{len(made)}", "--speed", SPEED, *arguments, **environment))
        return made[-1]

    yield make
    for one in made:
        one.destroy()
