"""Signed messages: ``t=<seconds>,v1=<hex HMAC-SHA256 of "t.body">``, as payment providers send them."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from .interface import Unverified

TOLERANCE_S = 300
"""How far a message's time may be from ours, in either direction."""
_MOST_PARTS = 20


def signature(secret: str, body: bytes, *, at: int) -> str:
    """Return the header that proves ``body`` was sent at ``at`` (seconds since 1970) by somebody who knows the secret."""
    return f"t={at},v1={_digest(secret, body, at)}"


def check(secret: str, header: str, body: bytes, *, now: datetime) -> None:
    """Check the header. Several ``v1`` are allowed: while a secret changes, messages are signed with both.

    Raises:
        Unverified: ``signature-missing``, ``signature-wrong``, ``signature-old`` or ``signature-early`` (its time is too far from ours).
    """
    parts = [part.strip().partition("=") for part in header.split(",")[:_MOST_PARTS]]
    times = [value for name, _, value in parts if name == "t"]
    proofs = [value for name, _, value in parts if name == "v1"]
    if not secret or len(times) != 1 or not times[0].isascii() or not times[0].isdigit() or len(times[0]) > 12 or not proofs:
        raise Unverified("signature-missing")
    at = int(times[0])
    wanted = _digest(secret, body, at).encode()
    if not any(hmac.compare_digest(wanted, proof.encode("utf-8", "replace")) for proof in proofs):
        raise Unverified("signature-wrong")
    late = now.timestamp() - at
    if abs(late) > TOLERANCE_S:
        raise Unverified("signature-old" if late > 0 else "signature-early")


def _digest(secret: str, body: bytes, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
