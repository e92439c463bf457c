"""Where bytes can be kept, and which of the places this farm uses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from apps.artifacts.states import StoreKind
from apps.journal.refusals import Refusal

if TYPE_CHECKING:
    from .spool import Readable, Spooled


class Missing(Exception):
    """There is nothing under this key."""


@dataclass(frozen=True, slots=True)
class FoundBytes:
    """Something a place holds.

    Args:
        key: Where.
        size: Bytes.
        since: When it was written, by the place's clock.
    """

    key: str
    size: int
    since: datetime


class Place(Protocol):
    """One store. Keys are made by us; bytes under a key are whole or not there at all, and are never changed in place."""

    def put(self, spooled: Spooled, key: str) -> None:
        """Make the spooled bytes available under ``key``. Does nothing when sound bytes are there; replaces damaged ones.

        Raises:
            Refusal: ``disk-full`` or ``store-unavailable``.
        """
        ...

    def open(self, key: str) -> Readable:
        """Return the bytes under ``key``, unverified.

        Raises:
            Missing: nothing is there.
            Refusal: ``store-unavailable``.
        """
        ...

    def remove(self, key: str) -> None:
        """Destroy the bytes under ``key``; harmless when they are gone already."""
        ...

    def everything(self) -> Iterator[FoundBytes]:
        """Yield what is stored, in no particular order."""
        ...


def folder() -> Path:
    """Return the folder of the file store; without one, where bytes on their way to object storage rest."""
    url: str = settings.FARMOS_STORE_URL
    return Path(url.removeprefix("file://")) if url.startswith("file://") else Path(settings.DATA_DIR) / "artifacts"


def incoming() -> Path:
    """Return the folder for bytes that are not whole yet; on the same disk as the file store."""
    return folder() / "incoming"


def kind_in_use() -> StoreKind:
    """Return where new bytes go."""
    return StoreKind.S3 if urlsplit(settings.FARMOS_STORE_URL).scheme == "s3" else StoreKind.FILES


def place(kind: str) -> Place:
    """Return the store of this kind.

    Raises:
        Refusal: ``store-unavailable`` when it is not configured (any more).
    """
    if kind == StoreKind.FILES:
        from .files import FileStore

        return FileStore(folder())
    if kind == StoreKind.S3 and kind_in_use() == StoreKind.S3:
        return _bucket(settings.FARMOS_STORE_URL, os.getpid())
    raise Refusal("store-unavailable", problem=f"no {kind} store is configured")


@cache
def _bucket(url: str, _process: int) -> Place:
    from .s3 import BucketStore

    return BucketStore.at(url)
