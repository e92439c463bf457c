"""Programs of others that tests speak with: installed at the first use, and left out, saying so, where the package registry does not have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.fleet.simulator.real.environment import NotInstalled, python_with
from apps.fleet.simulator.real.moonraker import VERSION as MOONRAKER

REAL = pytest.param("real Moonraker", marks=(pytest.mark.slow, pytest.mark.processes))
"""A parameter for what runs on the real Moonraker too, in ``./farm test --all``."""


def is_real(kind: str) -> bool:
    """Is this the kind with the real Moonraker? It is there then; else the test is skipped."""
    return kind != "simulator" and bool(there_is("moonraker", MOONRAKER))


def there_is(package: str, version: str) -> Path:
    """Return the Python that has the package, or skip the test with what pip said."""
    try:
        return python_with(package, version)
    except NotInstalled as problem:
        pytest.skip(str(problem))
