"""What a simulated camera shows: a grey picture with a white bar as long as the print is far."""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 64, 48
GREY, WHITE = 0x40, 0xFF


def picture(progress: float) -> bytes:
    """Return a PNG of a print that is ``progress`` (0 to 1) done."""
    done = round(min(max(progress, 0.0), 1.0) * WIDTH)
    empty, bar = bytes([GREY]) * WIDTH, bytes([WHITE]) * done + bytes([GREY]) * (WIDTH - done)
    rows = b"".join(b"\0" + (bar if HEIGHT * 2 // 3 <= row < HEIGHT * 5 // 6 else empty) for row in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
