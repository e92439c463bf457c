"""The ZIP around a 3MF: judged by its directory before a byte of it is unpacked, read in bounded steps afterwards."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from apps.parts.domain.problem import Unusable

MOST_ENTRIES = 10_000
MOST_UNPACKED = 512 << 20
MOST_RATIO = 100
"""How much smaller than its contents an entry may be. Models shrink to about a tenth; only bombs shrink more."""

_SMALL = 1 << 20
"""Entries up to this size may shrink as they like: they can do no harm."""

_MOST_DIRECTORY = 8 << 20
_END = b"PK\x05\x06"
_END_REACH = 65_557
_LARGE_LOCATOR = b"PK\x06\x07"
_LARGE_END = b"PK\x06\x06"
_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError)
"""What Python's reader raises about archives that are not right."""


class Archive:
    """A ZIP whose directory was judged."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        """Look at the directory.

        Raises:
            Unusable: ``archive-broken``, ``archive-too-many-entries``, ``archive-too-large``, ``archive-is-bomb``, ``archive-unsafe-name``,
                ``archive-encrypted``.
        """
        _require_small_directory(file, size)
        try:
            self._zip = zipfile.ZipFile(file)
        except BROKEN:
            raise Unusable("archive-broken") from None
        entries = self._zip.infolist()
        if len(entries) > MOST_ENTRIES:
            raise Unusable("archive-too-many-entries", most=MOST_ENTRIES)
        _require_bounded(entries)
        for entry in entries:
            _require_safe(entry)
        self._entries = {entry.filename.lower().lstrip("/"): entry for entry in entries}

    def has(self, name: str) -> bool:
        """Is there an entry of this name? Names are compared as 3MF does: without regard to case."""
        return name.lower().lstrip("/") in self._entries

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield an entry's contents in pieces, never more than its directory promised.

        Raises:
            Unusable: ``archive-broken`` when there is no such entry or its contents are damaged.
        """
        entry = self._entries.get(name.lower().lstrip("/"))
        if entry is None:
            raise Unusable("archive-broken")
        try:
            with self._zip.open(entry) as content:
                while chunk := content.read(_CHUNK):
                    yield chunk
        except BROKEN:
            raise Unusable("archive-broken") from None


def _require_small_directory(file: BinaryIO, size: int) -> None:
    """Refuse an archive whose list of entries alone would fill the memory: the list is read whole."""
    reach = min(size, _END_REACH)
    file.seek(size - reach)
    tail = file.read(reach)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise Unusable("archive-broken")
    plain = (int.from_bytes(tail[at + 10 : at + 12], "little"), int.from_bytes(tail[at + 12 : at + 16], "little"))
    for entries, directory in _large_ends(file, size - reach + at) or [plain]:
        if entries > MOST_ENTRIES or directory > _MOST_DIRECTORY:
            raise Unusable("archive-too-many-entries", most=MOST_ENTRIES)


def _large_ends(file: BinaryIO, end: int) -> list[tuple[int, int]]:
    """Return how many entries and bytes the directory has by what stands in front of its plain end at ``end``, where ZIP64 is used.

    Readers believe it, whatever the plain end says. It may be in two places: where it is said to be, and where Python looks for it.
    """
    locator = _bytes_at(file, end - 20, 20)
    if not locator.startswith(_LARGE_LOCATOR):
        return []
    ends = [_bytes_at(file, place, 56) for place in (end - 76, int.from_bytes(locator[8:16], "little"))]
    return [(int.from_bytes(one[32:40], "little"), int.from_bytes(one[40:48], "little")) for one in ends if one.startswith(_LARGE_END)]


def _bytes_at(file: BinaryIO, place: int, count: int) -> bytes:
    if not 0 <= place < 2**63:
        return b""
    file.seek(place)
    return file.read(count)


def _require_bounded(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise Unusable("archive-too-large", unpacked_mb=unpacked >> 20, most_mb=MOST_UNPACKED >> 20)
    for entry in entries:
        if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise Unusable("archive-is-bomb", ratio=entry.file_size // max(entry.compress_size, 1), most=MOST_RATIO)


def _require_safe(entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0] or "\x00" in name:
        raise Unusable("archive-unsafe-name")
    if entry.flag_bits & _ENCRYPTED:
        raise Unusable("archive-encrypted")
    if entry.header_offset < 0 or entry.compress_type not in _METHODS:
        raise Unusable("archive-broken")
