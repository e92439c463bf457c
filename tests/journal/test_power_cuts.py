"""The power fails where a test says so, once, and nowhere else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

SCRIPT = """
from apps.journal import power_cuts
power_cuts.may_happen("before")
print("alive", flush=True)
power_cuts.may_happen("after")
print("done", flush=True)
"""


def lived(**environment: str) -> tuple[int, str]:
    """Return how a process that passes both places ended, and what it said."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FARMOS_KILL")}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env={**clean, **environment}, capture_output=True, text=True)
    return done.returncode, done.stdout


class TestAPowerCut:
    def test_never_happens_unasked(self) -> None:
        assert lived() == (0, "alive\ndone\n")

    def test_kills_at_its_place(self) -> None:
        assert lived(FARMOS_KILL_AT="after") == (-signal.SIGKILL, "alive\n")

    def test_is_told_by_its_whole_name(self) -> None:
        assert lived(FARMOS_KILL_AT="afte,aft") == (0, "alive\ndone\n")

    def test_happens_once_at_each_place_where_marks_are_kept(self, tmp_path: Path) -> None:
        wanted = {"FARMOS_KILL_AT": "before,after", "FARMOS_KILL_MARKS": str(tmp_path)}

        assert [lived(**wanted) for _ in range(3)] == [(-signal.SIGKILL, ""), (-signal.SIGKILL, "alive\n"), (0, "alive\ndone\n")]
