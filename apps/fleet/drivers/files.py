"""Files on their way to a machine: under which names, whether they are the ones that were meant, and how long they may take."""

from __future__ import annotations

import asyncio
import hashlib
import re
from pathlib import Path

from .errors import UploadCorrupt

LONGEST_PATH = 200
SLOWEST_BYTES_PER_S = 50_000

_PATH = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*\.gcode")


def checked_path(path: str) -> str:
    """Return ``path`` if every machine stores, finds and prints it under exactly that name: short, lower case, plain characters.

    Raises:
        ValueError: it is another kind of path.
    """
    if len(path) > LONGEST_PATH or not _PATH.fullmatch(path):
        raise ValueError(f"{path[:80]!r} is not a path farmos uses on a machine")
    return path


def sha256_of(local: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with local.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


async def require_sha256(local: Path, sha256: str) -> None:
    """Check that ``local`` is the file that is meant.

    Raises:
        UploadCorrupt: it is not.
    """
    if await asyncio.to_thread(sha256_of, local) != sha256:
        raise UploadCorrupt("The local file is not the one that was meant.")


def limit_s(size: int) -> float:
    """Return how long ``size`` bytes may take to go one way."""
    return 60 + size / SLOWEST_BYTES_PER_S
