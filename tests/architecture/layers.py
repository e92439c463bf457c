"""The order of the apps, read from import-linter's contract in pyproject.toml so that there is one place to change it."""

from __future__ import annotations

import re
import tomllib
from functools import cache

from .source import ROOT


@cache
def ranks() -> dict[str, int]:
    """Return each app's height: journal is 0, siblings share a height."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (layers,) = [contract["layers"] for contract in linter["contracts"] if contract["type"] == "layers"]
    return heights(layers)


def heights(layers: list[str]) -> dict[str, int]:
    """Return each app's height from the contract's lines, highest first: ``(apps.machining) | apps.parts``."""
    return {app: height for height, line in enumerate(reversed(layers)) for app in re.findall(r"apps\.(\w+)", line)}


def may_know(app: str, other: str, order: dict[str, int]) -> bool:
    """May ``app`` depend on ``other``: itself, or one strictly below?"""
    return app == other or order[other] < order[app]
