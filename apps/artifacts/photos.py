"""Photos people send: looked at by a confined program, and drawn anew, so that only what is seen is kept.

What a camera writes beside the picture (where it was taken, when, by which device) never reaches the store.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from apps.artifacts.store import Stored, deposit
from apps.artifacts.store.spool import Readable, disk_errors
from apps.artifacts.store.values import CHUNK
from apps.journal import confined
from apps.journal.refusals import Refusal

JPEG = "image/jpeg"
LARGEST_BYTES = 15_000_000
"""Bytes of a photo as it is sent: what a phone makes, and some more."""

_PROGRAM = ("-P", "-m", "apps.artifacts.domain.redraw")
_TOO_LARGE = 3
"""How the program ends when a photo has more dots than it will draw."""
_BOUNDS = confined.Bounds(wall_s=60, cpu_s=20, memory_bytes=2 * 1024**3, file_bytes=64 * 1024**2)


def keep_photo(sent: Readable) -> Stored:
    """Draw a photo anew without anything that is not seen, store it, and return the receipt. Call it before the command.

    Args:
        sent: JPEG, PNG or WebP, whatever it says of itself; read once. It is turned upright, and at most 2048 dots wide or high afterwards.

    Raises:
        Refusal: ``photo-unreadable``, ``photo-too-large``; ``disk-full``, ``store-unavailable``.
    """
    with _drawn(sent) as photo, photo.open("rb") as file:
        return deposit(file, mime=JPEG, limit=LARGEST_BYTES)


def drawn_anew(content: bytes) -> bytes:
    """Return a picture as a JPEG that is drawn anew, as ``keep_photo`` does, without keeping it: no byte of a stranger's reaches a browser.

    Raises:
        Refusal: ``photo-unreadable``, ``photo-too-large``; ``disk-full``.
    """
    with _drawn(io.BytesIO(content)) as photo:
        return photo.read_bytes()


@contextmanager
def _drawn(sent: Readable) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="farmos-photo-") as place, tempfile.TemporaryFile() as whole:
        folder = Path(place)
        with disk_errors():
            _copy(sent, whole)
            ended = confined.run(
                confined.PYTHON, [*_PROGRAM, place], within=folder, bounds=_BOUNDS, source=whole, environment=confined.OUR_CODE
            )
        drawn = folder / "photo.jpg"
        if ended.status == _TOO_LARGE:
            raise _too_large()
        if ended.status != 0 or not drawn.exists():
            raise Refusal("photo-unreadable")
        yield drawn


def _copy(sent: Readable, whole: BinaryIO) -> None:
    left = LARGEST_BYTES
    while chunk := sent.read(CHUNK):
        left -= len(chunk)
        if left < 0:
            raise _too_large()
        whole.write(chunk)
    whole.flush()


def _too_large() -> Refusal:
    return Refusal("photo-too-large", megabytes=LARGEST_BYTES // 1_000_000)
