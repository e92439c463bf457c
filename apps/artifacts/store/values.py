"""Keys, and the receipt for stored bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

UNKNOWN_TYPE = "application/octet-stream"
CHUNK = 1 << 20
"""Bytes read at once."""

_KEY = re.compile(r"sha256/([0-9a-f]{2})/(\1[0-9a-f]{62})(?:\.[0-9]+)?")
_MIME = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,37}")


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that are safely in a store, waiting for a command to register them.

    Args:
        store: A ``StoreKind`` value.
        key: Where in that store.
        sha256: 64 hex digits, computed here.
        size: Bytes.
        mime: What it was declared to be; a label, nothing trusts it.
    """

    store: str
    key: str
    sha256: str
    size: int
    mime: str


def key_for(sha256: str, generation: int = 1) -> str:
    """Return the key of this content. Later generations (after the content was purged) have keys of their own, so a key is never used twice."""
    return f"sha256/{sha256[:2]}/{sha256}" + (f".{generation}" if generation > 1 else "")


def sha256_in(key: str) -> str | None:
    """Return the hash that a key promises, or None when it is not one of our keys."""
    found = _KEY.fullmatch(key)
    return found.group(2) if found else None


def plain_mime(declared: str) -> str:
    """Return a declared media type without parameters, or ``application/octet-stream`` when it is not one."""
    bare = declared.split(";", 1)[0].strip().lower()
    return bare if _MIME.fullmatch(bare) else UNKNOWN_TYPE
