"""Identifiers: time-ordered UUIDs (RFC 9562 version 7), so new rows land at the end of an index and keyset paging follows time."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a fresh, roughly time-ordered UUID."""
    return uuid7()
