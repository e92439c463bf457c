"""The directory of a demo: what it is about, kept with its files; nobody else's, and one demo at a time. No Django here."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from farmos.supervisor.place import Place

OF_THE_SUPERVISOR = frozenset({"broker", "logs", "run"})
"""What a demo that was stopped in its first instant may have left in its directory."""


class CannotDemonstrate(Exception):
    """The demo cannot run; the message says why and what to do."""


def require_ours(place: Place) -> None:
    """Leave alone what is no demo's: another farm, or a directory with anything else in it.

    Raises:
        CannotDemonstrate: it is.
    """
    if (place.data / "demo").is_dir() or not place.data.exists():
        return
    if not place.data.is_dir():
        raise CannotDemonstrate(f"{place.data} is no directory. Name another one with --data.")
    if place.has_run():
        raise CannotDemonstrate(f"{place.data} holds a real farm, which a demo must not touch. Name another directory with --data.")
    if {entry.name for entry in place.data.iterdir()} - OF_THE_SUPERVISOR:
        raise CannotDemonstrate(f"{place.data} holds something else. Name a new or an empty directory with --data.")


@contextlib.contextmanager
def alone(place: Place) -> Iterator[None]:
    """Keep a second demo off this directory; the system lets go when this process ends, however it does.

    Raises:
        CannotDemonstrate: a demo runs there.
    """
    with (place.data / "demo" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotDemonstrate(
                f"A demo runs on {place.data} already ({place.describe()}). Stop that one, or name another directory with --data."
            ) from None
        yield


def keep_request(place: Place, asked: argparse.Namespace) -> dict[str, Any]:
    """Return what this demo is about: as kept in its data directory, or, for a new one, as asked for (with copies of the files).

    Raises:
        CannotDemonstrate: a file is not there, or the directory holds a demo of something else.
    """
    kept = place.data / "demo" / "request.json"
    wanted = {
        "models": [digest(path) for path in asked.model],
        "gcode": [digest(path) for path in asked.gcode],
        "quantity": asked.quantity,
        "material": asked.material,
    }
    if kept.exists():
        request: dict[str, Any] = json.loads(kept.read_text())
        given = asked.model or asked.gcode
        if given and wanted != request["wanted"]:
            raise CannotDemonstrate(f"{place.data} holds a demo of other files. Use the same again, or another --data directory.")
        return request
    inputs = place.data / "demo" / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    files = []
    for kind, paths in (("model", asked.model), ("gcode", asked.gcode)):
        for number, path in enumerate(paths):
            copy = inputs / f"{kind}-{number}{path.suffix.lower()}"
            shutil.copyfile(path, copy)
            files.append({"kind": kind, "file": str(copy), "name": path.name})
    request = {
        "wanted": wanted,
        "files": files,
        "quantity": asked.quantity,
        "material": asked.material,
        "day": asked.day,
        "moonraker": asked.moonraker,
        "printers": asked.printers or (4 if asked.day else 2 if asked.once else 6),
        "speed": asked.speed or (300.0 if asked.once else 20.0),
    }
    draft = kept.with_suffix(".new")
    draft.write_text(json.dumps(request, indent=1))
    draft.replace(kept)
    return request


def digest(path: Path) -> str:
    """Return the hash of a file that is to be ordered.

    Raises:
        CannotDemonstrate: it cannot be read.
    """
    import hashlib

    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as problem:
        raise CannotDemonstrate(f"{path} cannot be read: {problem.strerror}.") from problem
