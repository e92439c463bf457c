"""Photos to send: real ones, with what cameras write beside the picture, and hostile ones."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

PLACE = b"GPS-48.2082N-16.3738E"


def photo(width: int = 120, height: int = 80, kind: str = "JPEG", *, orientation: int = 1, color: str = "#a06030") -> bytes:
    """Return a photo; its EXIF block says which way is up, and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = PLACE.decode()
    file = io.BytesIO()
    Image.new("RGB", (width, height), color).save(file, kind, exif=exif.tobytes())
    return file.getvalue()


def bomb(side: int) -> bytes:
    """Return a PNG of a few kilobytes that unpacks to ``side`` dots each way."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + side // 8)) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
