"""Run the check as a process of its own, confined: it takes nothing else with it, however the file makes it end."""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
from django.conf import settings

from apps.artifacts.store.spool import disk_errors
from apps.journal import confined

BOUNDS = confined.Bounds(wall_s=300, cpu_s=120)
"""What a check may take: no honest file needs the processor for so long, and 300 s pass on however busy a machine."""

PROGRAM = ("-P", "-m", "apps.parts.domain")


class CheckDied(RuntimeError):
    """The check ended without a report; the message is the end of what it printed."""


class CheckTooLong(RuntimeError):
    """The check used more of the processor than any honest file needs."""


@contextmanager
def workplace(upload_id: UUID, fence: int) -> Iterator[Path]:
    """Yield an empty folder for one check of this upload; what an earlier, killed check left behind is removed, and so is this at the end."""
    checks = Path(settings.DATA_DIR) / "checks"
    with disk_errors():
        checks.mkdir(parents=True, exist_ok=True)
        for leftover in checks.glob(f"{upload_id}-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        folder = checks / f"{upload_id}-{fence}"
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(file: BinaryIO, request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Check ``file`` as ``request`` says and return the report; meshes are left in ``folder``.

    Raises:
        CheckTooLong: it used up its seconds of processor time.
        CheckDied: it ended otherwise, or took too long by the clock, which may be the machine's fault.
        Refusal: ``disk-full`` and other troubles of the disk.
    """
    with disk_errors():
        (folder / "request.json").write_bytes(msgspec.json.encode(request))
        with _as_file(file) as source:
            ended = confined.run(
                confined.PYTHON, [*PROGRAM, str(folder)], within=folder, bounds=BOUNDS, source=source, environment=confined.OUR_CODE
            )
    if ended.status == -signal.SIGXCPU:
        raise CheckTooLong
    report = folder / "report.json"
    if ended.status != 0 or not report.exists():
        raise CheckDied(f"the check ended with {ended.status}: {ended.log}")
    found: dict[str, Any] = json.loads(report.read_text())
    return found


@contextmanager
def _as_file(file: BinaryIO) -> Iterator[BinaryIO]:
    """Yield ``file`` as one the operating system knows: small ones are kept in memory."""
    try:
        file.fileno()
    except OSError:
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield copy
    else:
        yield file
