"""Signed heads: how far the log was and what its hash was, kept outside the database, so that a cut tail or a rewritten log shows.

Each line of ``heads.jsonl`` is one head, signed with an Ed25519 key that lives beside it. Put ``FARMOS_HEADS_DIR`` on another disk or machine
for it to protect against someone who owns this one.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from . import canonical, clock, sequencer

KEY_FILE = "signing-key.pem"


class HeadsDamaged(ValueError):
    """A line of the heads file cannot be read or its signature does not fit."""


@dataclass(frozen=True, slots=True)
class Head:
    """The log's position and chain hash (hex) at an instant (RFC 3339)."""

    seq: int
    chain_hash: str
    at: str


def directory() -> Path:
    """Return where heads are kept (made if needed)."""
    path = Path(settings.FARMOS_HEADS_DIR)
    path.mkdir(parents=True, exist_ok=True)
    return path


def export() -> Head | None:
    """Append the present head, signed, and flush it to disk; return it, or None when nothing happened since the last one."""
    sequence, chain = sequencer.head()
    known = last()
    if sequence == 0 or (known is not None and known.seq == sequence):
        return None
    head = Head(sequence, chain.hex(), canonical.instant(clock.now()))
    signature = base64.b64encode(_private_key().sign(_signed_bytes(head))).decode()
    line = json.dumps({"seq": head.seq, "chain_hash": head.chain_hash, "at": head.at, "signature": signature})
    path = directory() / "heads.jsonl"
    torn = _ends_torn(path)
    with path.open("a") as file:
        file.write(("\n" if torn else "") + line + "\n")
        file.flush()
        os.fsync(file.fileno())
    return head


def _ends_torn(path: Path) -> bool:
    """Did a full disk or a power cut leave half a line at the end? What is appended must not become part of it."""
    return path.exists() and path.stat().st_size > 0 and path.read_bytes()[-1:] != b"\n"


def last() -> Head | None:
    """Return the newest readable head, or None. A damaged line does not hide the others: exporting must go on after it."""
    newest = None
    for head in read(verify=False):
        newest = head if isinstance(head, Head) else newest
    return newest


def read(*, verify: bool = True) -> Iterator[Head | HeadsDamaged]:
    """Yield the exported heads, oldest first, and in place of each that is unreadable or (with ``verify``) wrongly signed what is wrong with it."""
    path = directory() / "heads.jsonl"
    if not path.exists():
        if (directory() / KEY_FILE).exists():
            yield HeadsDamaged("heads.jsonl is gone, but the key that signed it is there")
        return
    key = _private_key().public_key() if verify else None
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield _parse(line, number, key)
            except HeadsDamaged as damage:
                yield damage


def _parse(line: bytes, number: int, key: Any) -> Head:
    from cryptography.exceptions import InvalidSignature

    try:
        found = json.loads(line)
        head = Head(int(found["seq"]), str(found["chain_hash"]), str(found["at"]))
        if key is not None:
            key.verify(base64.b64decode(found["signature"]), _signed_bytes(head))
    except (ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise HeadsDamaged(f"line {number} of heads.jsonl was altered or torn") from error
    return head


def _signed_bytes(head: Head) -> bytes:
    return canonical.encode({"seq": head.seq, "chain_hash": head.chain_hash, "at": head.at})


def _private_key() -> Any:
    """Return the signing key, made on first use with access for its owner only."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = directory() / KEY_FILE
    if not path.exists():
        fresh = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "wb") as file:
                file.write(fresh)
    return serialization.load_pem_private_key(path.read_bytes(), password=None)
