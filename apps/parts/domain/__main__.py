"""The check as a program of its own, so that a file which makes it hang, swell or crash takes nothing else with it.

``python -m apps.parts.domain FOLDER`` reads ``request.json`` in the folder and the file on its standard input, and writes ``report.json`` and the
normalised meshes. ``apps.journal.confined`` keeps it within its limits.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from .check import Request, check


def main(folder: Path) -> None:
    """Check the file on standard input."""
    request = json.loads((folder / "request.json").read_text())
    report = check(Path("/dev/fd/0"), Request.from_record({**request, "seed": int.from_bytes(os.urandom(8), "little")}), folder)
    _write(folder / "report.json", report)


def _write(path: Path, report: dict[str, Any]) -> None:
    """Write the report whole or not at all."""
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(report))
    draft.replace(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
