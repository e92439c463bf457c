"""Run the check as a process of its own: limited, in a group of its own, gone when it takes too long or when we are gone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
from django.conf import settings

from apps.artifacts.store.spool import disk_errors

WALL_S = 300.0
"""Seconds a check may take, on however busy a machine."""

_ROOT = Path(__file__).resolve().parents[3]
_ERRORS_KEPT = 2_000
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


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


def run(file: BinaryIO, request: dict[str, Any], folder: Path, *, wall_s: float = WALL_S) -> dict[str, Any]:
    """Check ``file`` as ``request`` says and return the report; meshes are left in ``folder``.

    Raises:
        CheckTooLong: it used up its seconds of processor time.
        CheckDied: it ended otherwise, or took too long by the clock, which may be the machine's fault.
        Refusal: ``disk-full`` and other troubles of the disk.
    """
    with disk_errors():
        (folder / "request.json").write_bytes(msgspec.json.encode(request))
        with (folder / "errors.txt").open("wb") as errors, _as_file(file) as source:
            ended = _wait(_start(source, errors, folder), wall_s)
        said = (folder / "errors.txt").read_text(errors="replace")[-_ERRORS_KEPT:]
    if ended == -signal.SIGXCPU:
        raise CheckTooLong
    report = folder / "report.json"
    if ended != 0 or not report.exists():
        raise CheckDied(f"the check ended with {ended}: {said}")
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def _start(source: BinaryIO, errors: BinaryIO, folder: Path) -> subprocess.Popen[bytes]:
    """Start the program with nothing of our environment: what reads strangers' files knows no secrets."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", **_ONE_THREAD}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "apps.parts.domain", str(folder), str(os.getpid())],
        cwd=_ROOT,
        env=environment,
        stdin=source,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        process_group=0,
    )


def _wait(process: subprocess.Popen[bytes], wall_s: float) -> int:
    try:
        return process.wait(wall_s)
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL
    finally:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


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
