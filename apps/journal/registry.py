"""Load the modules of an app that make themselves known by being imported."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

_SELF_REGISTERING = ("labels", "events", "rights", "commands", "subscribers", "checks")


def load(app: str) -> None:
    """Import the words, events, rights, commands, subscribers and checks of ``app`` (a dotted package name), where it has them."""
    for name in _SELF_REGISTERING:
        module = f"{app}.{name}"
        if find_spec(module) is not None:
            import_module(module)
