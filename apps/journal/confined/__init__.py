"""Runs a program that is not trusted to behave: in a folder and a process group of its own, with limits on memory, time and file size.

Effects use it for whatever reads strangers' files: slicers, and the check of uploads.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LAUNCHER = Path(__file__).with_name("launch.py")
KEPT_LOG_BYTES = 8_000
PYTHON = Path(sys.executable)
OUR_CODE = {
    "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
    "PYTHONUTF8": "1",
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
}
"""What a program of ours is told: where its own code is. What reads strangers' files knows no secrets."""
EMPTY = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "MALLOC_ARENA_MAX": "2"}
"""All a program gets to see of ours: nothing. Numbers are written with points, memory is not reserved per processor."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a program may take."""

    wall_s: float = 300
    cpu_s: int = 1200
    memory_bytes: int = 4 * 1024**3
    file_bytes: int = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: its exit status (negative: the signal that ended it), whether time ran out, and the end of what it said."""

    status: int
    timed_out: bool
    log: str


def run(
    program: Path,
    arguments: Sequence[str],
    *,
    within: Path,
    bounds: Bounds,
    source: BinaryIO | None = None,
    environment: Mapping[str, str] | None = None,
) -> Ended:
    """Run ``program`` in the folder ``within``, which is also its home and its place for temporary files.

    Whatever it started is gone when this returns or raises; should this process die first, the kernel ends the program.

    Args:
        program: What to run.
        arguments: Its arguments.
        within: The folder; ``said.log`` there receives all it says.
        bounds: How much it may take.
        source: An open file to be its standard input; without one it reads nothing.
        environment: What it is told besides ``EMPTY`` and where it is.
    """
    said = within / "said.log"
    limits = (bounds.memory_bytes, bounds.cpu_s, bounds.file_bytes)
    command = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), *map(str, limits), str(program), *arguments]
    told = {**EMPTY, **dict.fromkeys(("HOME", "TMPDIR", "XDG_CONFIG_HOME"), str(within)), **(environment or {})}
    with said.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=within, env=told, stdin=source or subprocess.DEVNULL, stdout=log, stderr=log, process_group=0
        )
        try:
            timed_out = _wait(process, bounds.wall_s)
        finally:
            _end(process)
    return Ended(process.returncode, timed_out, tail(said, within))


def _wait(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the whole group, also what the program left behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tail(said: Path, within: Path) -> str:
    """Return the end of what the program said, our folder's name left out."""
    with said.open("rb") as log:
        log.seek(max(0, said.stat().st_size - KEPT_LOG_BYTES))
        text = log.read().decode(errors="replace")
    return text.replace(f"{within}/", "").replace("\0", "")
