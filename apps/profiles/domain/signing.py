"""Signatures over profile versions, so that an edited row shows: an Ed25519 key derived from the farm's secret key, which is not in the database."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PURPOSE = b"farmos: signatures of profile versions, 1"
SCHEME = "ed25519"


def sign(content_sha256: str, *, secret: str) -> str:
    """Return the signature, with the public key that checks it: ``ed25519:<key>:<signature>`` in base64."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = _key(secret)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return ":".join((SCHEME, _text(public), _text(key.sign(content_sha256.encode()))))


def is_signed(content_sha256: str, signature: str, *, secret: str) -> bool:
    """Was exactly this content signed with this farm's key?"""
    from cryptography.exceptions import InvalidSignature

    try:
        scheme, _public, signed = signature.split(":")
        _key(secret).public_key().verify(base64.b64decode(signed, validate=True), content_sha256.encode())
    except (ValueError, InvalidSignature):
        return False
    return scheme == SCHEME


def _key(secret: str) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return Ed25519PrivateKey.from_private_bytes(HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode()))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
