"""Moonraker's files: uploads with its dangerous temporary names, and metadata with a new uuid for every upload."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from .errors import RpcError
from .program import read_program

LONGEST_NAME = 255


class Files:
    """The G-code files of one printer.

    Args:
        folder: this printer's part of the state directory; files are in ``gcodes`` below.
        is_loaded: tells whether a path is on the virtual SD card right now.
    """

    def __init__(self, folder: Path, is_loaded: Callable[[str], bool]) -> None:
        self.gcodes = folder / "gcodes"
        self.gcodes.mkdir(parents=True, exist_ok=True)
        self._arriving = folder / "arriving"
        shutil.rmtree(self._arriving, ignore_errors=True)
        self._arriving.mkdir()
        self._kept = folder / "metadata.json"
        self._metadata: dict[str, dict[str, Any]] = read_json(self._kept, {})
        self._is_loaded = is_loaded
        self.corrupts_simultaneous = True
        """Two uploads in one second share a temporary file, as in Moonraker 0.11."""
        self.free: int | None = None
        """Bytes that still fit, where the storage is made small."""

    def path_of(self, path: str) -> Path:
        """Return where ``path`` is; a leading slash is dropped, an escape refused."""
        found = (self.gcodes / path.lstrip("/")).resolve()
        if not found.is_relative_to(self.gcodes.resolve()):
            raise RpcError(400, f"Invalid path: {path}")
        return found

    def stored(self, path: str) -> Path:
        """Return where the existing file ``path`` is."""
        found = self.path_of(path)
        if not found.is_file():
            raise RpcError(404, f"File {path} does not exist")
        return found

    async def receive(self, chunks: AsyncIterator[bytes], second: int) -> tuple[Path, str]:
        """Take an upload in; return the temporary file and the checksum of what was *sent*, which is not always what is in the file."""
        name = f"moonraker.upload-{second}.mru" if self.corrupts_simultaneous else f"{uuid4().hex}.mru"
        digest = hashlib.sha256()
        with (self._arriving / name).open("wb") as out:
            async for chunk in chunks:
                digest.update(chunk)
                out.write(chunk)
                out.flush()
        return self._arriving / name, digest.hexdigest()

    async def store(self, arrived: Path, path: str) -> dict[str, Any]:
        """Move an upload to its place, over whatever is there, and read its metadata; return the item."""
        goal = self.path_of(path)
        relative = goal.relative_to(self.gcodes.resolve()).as_posix()
        if len(goal.name.encode()) > LONGEST_NAME:
            raise RpcError(500, "File name too long")
        if self._is_loaded(relative):
            raise RpcError(403, "File is loaded, upload not permitted")
        goal.parent.mkdir(parents=True, exist_ok=True)
        self._fit(arrived, goal)
        try:
            os.replace(arrived, goal)  # noqa: PTH105 - says what Moonraker does
        except FileNotFoundError as problem:
            raise RpcError(500, f"No such file: {arrived.name}") from problem
        if goal.suffix == ".gcode":
            content = await asyncio.to_thread(goal.read_bytes)
            program = await asyncio.to_thread(read_program, content)
            stat = goal.stat()
            known = {"size": stat.st_size, "modified": stat.st_mtime, "uuid": str(uuid4()), "file_processors": [], **program.metadata}
            self._metadata[relative] = {**known, "print_start_time": None, "job_id": None, "filename": relative}
            self._keep()
        return self.item(relative)

    def _fit(self, arrived: Path, goal: Path) -> None:
        """Take from the room that is left. Where there is too little, Moonraker keeps what fitted and does not say why it failed."""
        if self.free is None or not arrived.exists():
            return
        size = arrived.stat().st_size
        if size > self.free:
            goal.write_bytes(arrived.read_bytes()[: self.free])
            arrived.unlink()
            self.free = 0
            raise RpcError(500, "Unable to save file")
        self.free -= size

    def take_over(self, other: Files) -> None:
        """Be what a copy of another printer's card is: its files, with their ids and their past."""
        shutil.copytree(other.gcodes, self.gcodes, dirs_exist_ok=True)
        self._metadata = json.loads(json.dumps(other._metadata))
        self._keep()

    def directory(self, path: str) -> dict[str, Any]:
        """Return what is in a folder, and how full the storage is."""
        root, _slash, relative = path.strip("/").partition("/")
        found = self.path_of(relative)
        if root != "gcodes" or not found.is_dir():
            raise RpcError(400, f"Directory does not exist ({path})")
        usage = shutil.disk_usage(self.gcodes)
        free = usage.free if self.free is None else self.free
        return {
            "dirs": [{"dirname": one.name, "permissions": "rw"} for one in sorted(found.iterdir()) if one.is_dir()],
            "files": [{"filename": one.name, "permissions": "rw"} for one in sorted(found.iterdir()) if one.is_file()],
            "disk_usage": {"total": usage.total, "used": usage.total - free, "free": free},
            "root_info": {"name": "gcodes", "permissions": "rw"},
        }

    def item(self, relative: str) -> dict[str, Any]:
        """Return a file as Moonraker's answers and notifications have it."""
        path = self.gcodes / relative
        known = {"size": path.stat().st_size, "modified": path.stat().st_mtime} if path.is_file() else {"size": 0, "modified": 0.0}
        return {"path": relative, "root": "gcodes", "permissions": "rw", **known}

    def remove(self, path: str) -> dict[str, Any]:
        """Delete a file of the gcodes root; return the item."""
        root, _slash, relative = path.lstrip("/").partition("/")
        found = self.path_of(relative)
        if root != "gcodes" or not found.is_file():
            raise RpcError(404, f"File {path} does not exist")
        if self._is_loaded(relative):
            raise RpcError(403, "File currently in use")
        item = self.item(relative)
        found.unlink()
        if self.free is not None:
            self.free += int(item["size"])
        self._metadata.pop(relative, None)
        self._keep()
        return item

    def metadata(self, path: str) -> dict[str, Any]:
        """Return what is known of a file."""
        found = self._metadata.get(path.lstrip("/"))
        if found is None:
            raise RpcError(404, f"Metadata not available for <{path}>")
        return found

    def started(self, path: str, job_id: str, at: float) -> dict[str, Any]:
        """Note that a job prints the file; return the metadata for the history."""
        known = self._metadata.get(path)
        if known is None:
            return {}
        known.update(print_start_time=at, job_id=job_id)
        self._keep()
        return dict(known)

    def listing(self) -> list[dict[str, Any]]:
        """Return every file."""
        found = sorted(path.relative_to(self.gcodes).as_posix() for path in self.gcodes.rglob("*") if path.is_file())
        return [self.item(path) for path in found]

    def _keep(self) -> None:
        write_json(self._kept, self._metadata)


def read_json(path: Path, default: Any) -> Any:
    """Return what ``write_json`` kept."""
    return json.loads(path.read_text()) if path.exists() else default


def write_json(path: Path, content: Any) -> None:
    """Replace a file, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(content))
    draft.replace(path)
