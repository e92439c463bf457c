"""The file store: one folder, one file per content, written beside and linked into place."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.core.files.storage import FileSystemStorage

from .places import FoundBytes, Missing
from .reading import is_sound
from .spool import Spooled, disk_errors

_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
READ_ONLY = 0o440


class FileStore:
    """Bytes in a folder. Concurrent writers of the same content end with the same one file; a crash leaves nothing under a key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._storage = FileSystemStorage(location=folder)

    def _path(self, key: str) -> Path:
        return Path(self._storage.path(key))

    def put(self, spooled: Spooled, key: str) -> None:
        """Link the spooled file into place, never over sound bytes (see ``Place.put``)."""
        target = self._path(key)
        with disk_errors():
            self._make_folder(target.parent)
            spooled.path.chmod(READ_ONLY)
            try:
                os.link(spooled.path, target)
            except FileExistsError:
                if not is_sound(self, key, spooled.sha256):
                    spooled.path.replace(target)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                spooled.path.replace(target)
            _sync_folder(target.parent)

    def _make_folder(self, wanted: Path) -> None:
        if not wanted.is_dir():
            wanted.mkdir(parents=True, exist_ok=True)
            for made in (wanted.parent, wanted.parent.parent):
                _sync_folder(made)

    def open(self, key: str) -> BinaryIO:
        """Open the file under ``key`` (see ``Place.open``)."""
        with disk_errors():
            try:
                return self._path(key).open("rb")
            except (FileNotFoundError, NotADirectoryError):
                raise Missing(key) from None

    def remove(self, key: str) -> None:
        """Unlink the file under ``key`` (see ``Place.remove``)."""
        target = self._path(key)
        with disk_errors():
            target.unlink(missing_ok=True)
            if target.parent.is_dir():
                _sync_folder(target.parent)

    def everything(self) -> Iterator[FoundBytes]:
        """Yield the files in the store's folders (see ``Place.everything``)."""
        for shard in sorted(self.folder.glob("sha256/*")):
            for file in sorted(shard.iterdir()):
                try:
                    found = file.stat()
                except FileNotFoundError:
                    continue  # removed while we look
                since = datetime.fromtimestamp(found.st_mtime, tz=UTC)
                yield FoundBytes(str(file.relative_to(self.folder)), found.st_size, since)


def _sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
