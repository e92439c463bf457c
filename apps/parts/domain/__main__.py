"""The check as a program of its own, so that a file which makes it hang, swell or crash takes nothing else with it.

``python -m apps.parts.domain FOLDER PARENT`` reads ``request.json`` in the folder and the file on its standard input, and writes ``report.json``
and the normalised meshes. It limits itself before it looks at the file, and dies with the process that started it.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

MEMORY_BYTES = 4 << 30
CPU_S = 120
FILE_BYTES = 2 << 30

_PR_SET_PDEATHSIG = 1
_ORPHANED = 75


def main(folder: Path, parent: int) -> None:
    """Check the file on standard input."""
    _die_with(parent)
    _limit_oneself()
    from .check import Request, check

    request = json.loads((folder / "request.json").read_text())
    report = check(Path("/dev/fd/0"), Request.from_record({**request, "seed": int.from_bytes(os.urandom(8), "little")}), folder)
    _write(folder / "report.json", report)


def _die_with(parent: int) -> None:
    """Have the kernel end this process when whoever waits for it is gone, also when that was before we could ask."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(_ORPHANED)


def _limit_oneself() -> None:
    for what, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_FSIZE, FILE_BYTES)):
        _soft, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write(path: Path, report: dict[str, Any]) -> None:
    """Write the report whole or not at all."""
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(report))
    draft.replace(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
