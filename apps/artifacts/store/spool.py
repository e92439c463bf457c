"""Take bytes in: into a temporary file on the store's disk, counted and hashed on the way, whole and on the platter before anyone sees them."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from apps.journal.refusals import Refusal

from .values import CHUNK

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
SUFFIX = ".part"


class Readable(Protocol):
    """Anything bytes can be read from: open files, uploads, responses."""

    def read(self, size: int = ..., /) -> bytes:
        """Return at most ``size`` bytes, nothing at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Spooled:
    """A temporary file and what is in it."""

    path: Path
    sha256: str
    size: int


@contextmanager
def disk_errors() -> Iterator[None]:
    """Say in plain words what a disk would not do.

    Raises:
        Refusal: ``disk-full``, or ``store-unavailable`` for everything else the operating system refuses.
    """
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise Refusal("disk-full") from error
        raise Refusal("store-unavailable", problem=error.strerror or type(error).__name__) from error


@contextmanager
def spooled(content: Readable, *, folder: Path, limit: int) -> Iterator[Spooled]:
    """Copy ``content`` into a temporary file in ``folder`` and yield it; it is gone afterwards unless it was moved away.

    Raises:
        Refusal: ``file-too-large`` beyond ``limit`` bytes, ``disk-full``, ``store-unavailable``. Nothing is left behind.
    """
    with disk_errors():
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=SUFFIX)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            sha256, size = _copy(content, file, limit)
        yield Spooled(path, sha256, size)
    finally:
        with suppress(FileNotFoundError):
            path.unlink()


def _copy(content: Readable, file: BinaryIO, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise Refusal("file-too-large", limit=limit)
        digest.update(chunk)
        with disk_errors():
            file.write(chunk)
    with disk_errors():
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size
