"""The slicer: the PrusaSlicer that ``FARMOS_PRUSA_SLICER`` names (a path, or a name to look for), or the installed one."""

from __future__ import annotations

import os

FARMOS_PRUSA_SLICER = os.environ.get("FARMOS_PRUSA_SLICER") or "prusa-slicer"
