"""Machines' access keys at rest: encrypted with a key derived from the farm's secret key, so that a copied database opens no printer."""

from __future__ import annotations

import base64

PURPOSE = b"farmos: access keys of printers, 1"


class Unreadable(ValueError):
    """A sealed text was made with another secret, or altered."""


def seal(text: str, *, secret: str, at: int) -> str:
    """Return ``text`` encrypted; an empty text stays empty.

    Args:
        text: What nobody may read without the secret.
        secret: The farm's secret key.
        at: Unix seconds, which the sealed form carries.
    """
    if not text:
        return ""
    from cryptography.fernet import Fernet

    return Fernet(_derived(secret)).encrypt_at_time(text.encode(), at).decode()


def unseal(sealed: str, *, secret: str) -> str:
    """Return what was sealed.

    Raises:
        Unreadable: made with another secret, or altered.
    """
    if not sealed:
        return ""
    from cryptography.fernet import Fernet, InvalidToken

    try:
        return Fernet(_derived(secret)).decrypt(sealed).decode()
    except (InvalidToken, ValueError) as error:
        raise Unreadable("sealed with another secret, or altered") from error


def _derived(secret: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return base64.urlsafe_b64encode(HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode()))
