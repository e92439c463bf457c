"""Where the code is and where this farm keeps its data."""

from __future__ import annotations

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = Path(os.environ.get("FARMOS_DATA", BASE_DIR / "data")).resolve()
