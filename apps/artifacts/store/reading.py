"""Bytes out of a store, given only when their hash is right."""

from __future__ import annotations

import hashlib
import io
import tempfile
from typing import TYPE_CHECKING, BinaryIO, cast

from apps.artifacts.states import StoreKind
from apps.journal.refusals import Refusal

from .places import Missing, Place, incoming, place
from .spool import Readable, disk_errors
from .values import CHUNK

if TYPE_CHECKING:
    from apps.artifacts.models import Artifact

_IN_MEMORY = 8 << 20
"""Bytes of a download from object storage that are checked in memory; more go through a temporary file."""


def open_verified(artifact: Artifact) -> BinaryIO:
    """Return the artifact's bytes as an open file at its start, after all of them were checked. The caller closes it.

    Raises:
        Refusal: ``artifact-purged``, ``artifact-missing``, ``artifact-corrupt``, ``store-unavailable``. For the middle two whoever called runs
            the command ``report_damage``.
    """
    _refuse_purged(artifact)
    try:
        source = _source(artifact)
    except Missing:
        artifact.refresh_from_db(fields=["purged_at", "purge_reason"])  # purged and destroyed since it was loaded: that is no damage
        _refuse_purged(artifact)
        raise Refusal("artifact-missing", id=str(artifact.pk), sha256=artifact.sha256) from None
    checked = _local(source)
    if _digest(checked) != artifact.sha256:
        checked.close()
        raise Refusal("artifact-corrupt", id=str(artifact.pk), sha256=artifact.sha256)
    checked.seek(0)
    return checked


def read_verified(artifact: Artifact) -> bytes:
    """Return all of a small artifact's bytes, checked. Raises what ``open_verified`` raises."""
    with open_verified(artifact) as file:
        return file.read()


def is_sound(where: Place, key: str, sha256: str) -> bool:
    """Are the bytes under ``key`` there and unchanged?"""
    try:
        source = where.open(key)
    except Missing:
        return False
    try:
        return _digest(source) == sha256
    finally:
        if isinstance(source, io.IOBase):
            source.close()


def _refuse_purged(artifact: Artifact) -> None:
    if artifact.purged_at is not None:
        raise Refusal("artifact-purged", id=str(artifact.pk), sha256=artifact.sha256, reason=artifact.purge_reason)


def _source(artifact: Artifact) -> Readable:
    if artifact.store != StoreKind.INLINE:
        return place(artifact.store).open(artifact.key)
    inline = artifact.inline_contents.filter(erased_at=None).first()
    if inline is None:
        raise Missing(artifact.key)
    return io.BytesIO(inline.content)


def _local(source: Readable) -> BinaryIO:
    """Return ``source`` as a file that gives the same bytes twice: itself if it is one, else a temporary copy."""
    if isinstance(source, io.BufferedReader | io.BytesIO):
        return source
    with disk_errors():
        incoming().mkdir(parents=True, exist_ok=True)
        copy = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(incoming()))  # noqa: SIM115 - handed to the caller
    while chunk := source.read(CHUNK):
        with disk_errors():
            copy.write(chunk)
    copy.seek(0)
    return cast(BinaryIO, copy)


def _digest(source: Readable) -> str:
    digest = hashlib.sha256()
    with disk_errors():
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
