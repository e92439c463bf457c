"""The outside world of the toy app: a file, or nothing when no test asked for one."""

from __future__ import annotations

import os
from pathlib import Path


def notebook() -> Path | None:
    """Return the file that notes go to: ``FARMOS_TOY_NOTEBOOK``."""
    name = os.environ.get("FARMOS_TOY_NOTEBOOK", "")
    return Path(name) if name else None
