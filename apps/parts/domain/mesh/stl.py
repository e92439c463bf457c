"""STL in and out, binary and ASCII, by blocks. What a file says about itself is believed only where its bytes agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from apps.parts.domain.problem import Unusable

Triangles = NDArray[np.floating]
"""Corners of triangles, shape (n, 3, 3): triangle, corner, axis."""

MOST_TRIANGLES = 10_000_000
MOST_ASCII_BYTES = 400_000_000
BLOCK = 16_384
"""Triangles worked on at once, so that every temporary array stays in the processor's cache."""

HEADER = b"farmos normalised mesh, millimetres".ljust(80, b"\0")
_HEAD_BYTES, _RECORD_BYTES = 84, 50
_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_ASCII_BLOCK = 8 << 20
_TOKENS = 21
_KEYWORDS = {
    **{0: b"facet", 1: b"normal", 5: b"outer", 6: b"loop", 7: b"vertex", 11: b"vertex", 15: b"vertex"},
    **{19: b"endloop", 20: b"endfacet"},
}
_NUMBERS = (8, 9, 10, 12, 13, 14, 16, 17, 18)
_SOLID_LINE = re.compile(rb"^[ \t]*(?:end)?solid\b[^\n]*", re.MULTILINE)


def box_of(triangles: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lowest and the highest coordinates, axis by axis: several times faster than asking for all three at once."""
    low, high = np.empty(3), np.empty(3)
    for axis in range(3):
        column = triangles[:, :, axis]
        low[axis], high[axis] = column.min(), column.max()
    return low, high


def looks_like_text(head: bytes) -> bool:
    """Does a file that begins with ``head`` begin like ASCII STL?"""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:5].lower()
    return start == b"solid" and b"\0" not in head


def read_stl(file: BinaryIO, size: int) -> Triangles:
    """Return the triangles of an STL file of ``size`` bytes: float32 as written in binary files, float64 from text.

    Raises:
        Unusable: ``upload-not-a-model``, ``stl-truncated``, ``stl-count-wrong``, ``stl-malformed``, ``model-without-faces``,
            ``model-too-many-triangles``, ``model-too-large-as-text``.
    """
    file.seek(0)
    head = file.read(1_024)
    claimed = int.from_bytes(head[80:_HEAD_BYTES], "little") if len(head) >= _HEAD_BYTES else 0
    if claimed and size == _HEAD_BYTES + claimed * _RECORD_BYTES:
        return _read_binary(file, claimed)
    if looks_like_text(head):
        return _read_text(file, size)
    if size < _HEAD_BYTES:
        raise Unusable("upload-not-a-model")
    _require_honest(file, size, claimed)
    return _read_binary(file, claimed)


def _require_honest(file: BinaryIO, size: int, claimed: int) -> None:
    """Refuse a binary file whose count and size disagree, except for a little padding at its end."""
    present, rest = divmod(size - _HEAD_BYTES, _RECORD_BYTES)
    if not claimed and not present:
        raise Unusable("model-without-faces")
    if _is_text(file, size):
        raise Unusable("upload-not-a-model")
    if claimed > present:
        raise Unusable("stl-truncated", claimed=claimed, present=present)
    if claimed < present and not _is_padding(file, _HEAD_BYTES + claimed * _RECORD_BYTES):
        raise Unusable("stl-count-wrong", claimed=claimed, present=present, rest=rest)


def _is_text(file: BinaryIO, size: int) -> bool:
    """Is there nothing but printable characters where a binary file would hold numbers?"""
    file.seek(0)
    sample = file.read(min(size, 4_096))
    return all(byte in b"\t\r\n" or byte >= 32 for byte in sample)


def _is_padding(file: BinaryIO, start: int) -> bool:
    file.seek(start)
    return not any(any(chunk) for chunk in iter(lambda: file.read(1 << 20), b""))


def _read_binary(file: BinaryIO, count: int) -> Triangles:
    if count > MOST_TRIANGLES:
        raise Unusable("model-too-many-triangles", triangles=count, most=MOST_TRIANGLES)
    triangles = np.empty((count, 3, 3), dtype=np.float32)
    file.seek(_HEAD_BYTES)
    for start in range(0, count, BLOCK):
        wanted = min(BLOCK, count - start)
        records = np.frombuffer(file.read(wanted * _RECORD_BYTES), dtype=_RECORD)
        if len(records) != wanted:
            raise Unusable("stl-truncated", claimed=count, present=start + len(records))
        triangles[start : start + wanted] = records["corners"]
    return triangles


def _read_text(file: BinaryIO, size: int) -> Triangles:
    if size > MOST_ASCII_BYTES:
        raise Unusable("model-too-large-as-text", size=size, most=MOST_ASCII_BYTES)
    blocks, total, text = [], 0, b""
    for text in _text_blocks(file):
        block = _facets(text)
        total += len(block)
        if total > MOST_TRIANGLES:
            raise Unusable("model-too-many-triangles", triangles=total, most=MOST_TRIANGLES)
        blocks.append(block)
    if not total:
        raise Unusable("model-without-faces" if b"endsolid" in text.lower() else "upload-not-a-model")
    return np.concatenate(blocks)


def _text_blocks(file: BinaryIO) -> Iterator[bytes]:
    """Yield the text in pieces that end after a facet, and what is left at the end."""
    file.seek(0)
    kept = b""
    while chunk := file.read(_ASCII_BLOCK):
        text = kept + chunk
        cut = text.lower().rfind(b"endfacet")
        if cut < 0:
            if len(text) > 2 * _ASCII_BLOCK:
                raise Unusable("stl-malformed")
            kept = text
            continue
        yield text[: cut + len(b"endfacet")]
        kept = text[cut + len(b"endfacet") :]
    yield kept


def _facets(text: bytes) -> Triangles:
    """Return the facets of a piece of text that holds whole facets and the lines where solids begin and end."""
    plain = text.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n").lower()
    tokens = _SOLID_LINE.sub(b"", plain).split()
    if len(tokens) % _TOKENS:
        raise Unusable("stl-malformed")
    for place, keyword in _KEYWORDS.items():
        if set(tokens[place::_TOKENS]) - {keyword}:
            raise Unusable("stl-malformed")
    try:
        columns = [np.array(list(map(float, tokens[place::_TOKENS])), dtype=np.float64) for place in _NUMBERS]
    except ValueError:
        raise Unusable("stl-malformed") from None
    return np.stack(columns, axis=1).reshape(-1, 3, 3)


def write_stl(triangles: NDArray[np.float32], file: BinaryIO) -> None:
    """Write canonical binary STL: our header, no normals (readers compute them), no attributes. The same triangles give the same bytes."""
    file.write(HEADER)
    file.write(len(triangles).to_bytes(4, "little"))
    for start in range(0, len(triangles), BLOCK):
        corners = triangles[start : start + BLOCK]
        records = np.zeros(len(corners), dtype=_RECORD)
        records["corners"] = corners
        file.write(records.tobytes())
