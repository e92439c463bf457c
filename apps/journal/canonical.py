"""One spelling for every value: the bytes that fingerprints, hashes and stored JSON are made of."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any

import msgspec


def _encode_other(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} has no canonical JSON form")


_encoder = msgspec.json.Encoder(order="sorted", decimal_format="string", enc_hook=_encode_other)


def encode(value: Any) -> bytes:
    """Return canonical JSON: keys sorted, no spaces, UUIDs and decimals as strings, times in UTC as RFC 3339.

    Raises:
        TypeError: the value holds something without a JSON form.
        ValueError: it holds a number that is none (NaN, infinity): JSON would make it null.
    """
    return _encoder.encode(_sorted(value))


def text(value: Any) -> str:
    """Return canonical JSON as text."""
    return encode(value).decode()


def digest(value: Any) -> bytes:
    """Return the SHA-256 of the canonical JSON of ``value``."""
    return sha256(encode(value)).digest()


def instant(moment: datetime) -> str:
    """Return ``moment`` as the RFC 3339 text used in envelopes: UTC, always six decimals."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _sorted(value: Any) -> Any:
    """Normalise what the encoder would spell in more than one way (instants in other zones, sets)."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, dict):
        return {str(key): _sorted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_sorted(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(_sorted(item) for item in value)
    if isinstance(value, Decimal):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _sorted(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} has no canonical JSON form")
    return value
