"""``./farm manage [--data DIR] COMMAND …``: a management command with this farm's database, broker and secrets."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from farmos.supervisor.broker import choose
from farmos.supervisor.place import ROOT, Place


def environment_of(place: Place) -> dict[str, str]:
    """Return the environment in which this farm's commands run: as `farm up` left it, or as it would be."""
    environment = {**os.environ, **place.environment(), "PYTHONPATH": str(ROOT)}
    environment.setdefault("DJANGO_SETTINGS_MODULE", "farmos.settings.dev")
    if "REDIS_URL" not in environment and (url := choose(place, environment).url):
        environment["REDIS_URL"] = url
    return environment


def main(arguments: Sequence[str]) -> int:
    """Become manage.py."""
    data = None
    if len(arguments) > 1 and arguments[0] == "--data":
        _flag, data, *arguments = arguments
    place = Place.chosen(data)
    place.prepare()
    os.execve(sys.executable, [sys.executable, "-P", str(ROOT / "manage.py"), *arguments], environment_of(place))  # noqa: S606
