"""One demo that really runs, in a data directory of its own, and everything a test may do to its processes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from farmos.supervisor import sessions
from farmos.supervisor.place import Place
from tests.processes.running import ROOT, is_alive

PATIENCE_S = 900.0
"""Many times what a demo takes: only one that hangs is waited for so long."""

SPEED = "2000"


class Demo:
    """``./farm demo --once`` on one data directory, started as often as a test wants."""

    def __init__(self, data: Path, *arguments: str, **environment: str) -> None:
        self.place = Place(data)
        self.arguments = ("--once", "--json", "--data", str(data), *arguments)
        inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "FARMOS_TEST_DB")}
        inherited.pop("DJANGO_SETTINGS_MODULE", None)
        self.environment = {**inherited, "PYTHONPATH": str(ROOT), "FARMOS_LONGEST_PAUSE_S": "0.5", **environment}
        self.words = data.with_suffix(".err")
        self.answer = data.with_suffix(".json")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        command = [sys.executable, "-P", "-m", "farmos.cli", "demo", *self.arguments]
        with self.answer.open("wb") as out, self.words.open("ab") as err:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=out, stderr=err, start_new_session=True)

    def wait(self, patience_s: float = PATIENCE_S) -> int:
        """Wait for its end and return its exit status."""
        assert self.process is not None
        try:
            return self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the demo did not end within {patience_s:.0f} s:\n{self.last_words()}") from None

    @property
    def ended(self) -> bool:
        """Has it ended?"""
        return self.process is not None and self.process.poll() is not None

    def summary(self) -> dict[str, Any]:
        """Return the JSON it printed."""
        found: dict[str, Any] = json.loads(self.answer.read_text())
        return found

    def last_words(self) -> str:
        """Return the end of what it said, and of its processes' logs."""
        told = [self.words.read_text()[-3000:]] if self.words.exists() else []
        for log in sorted(self.place.logs.glob("*.log")):
            trouble = [line for line in log.read_text(errors="replace").splitlines() if '"error"' in line or "Traceback" in line]
            told += [f"-- {log.name}", *trouble[-5:]]
        return "\n".join(told)

    def victims(self) -> dict[str, int]:
        """Return the living processes by name: the demo itself, the story, the supervisor and every role."""
        status = self.place.status()
        found = {role: entry["pid"] for role, entry in status.get("roles", {}).items() if entry.get("pid")}
        if isinstance(status.get("pid"), int):
            found["supervisor"] = status["pid"]
        if self.process is not None and self.process.poll() is None:
            found["demo"] = self.process.pid
            stories = [pid for pid in _children(self.process.pid) if b"demo_story" in _command(pid)]
            found |= dict(zip(["story"], stories, strict=False))
        return {name: pid for name, pid in found.items() if is_alive(pid)}

    def kill(self, pid: int) -> None:
        """Kill one process as a crash does."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def destroy(self) -> None:
        """Leave nothing behind, whatever the test did."""
        pids = list(self.victims().values())
        pids += [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and self._is_its_own(int(entry.name))]
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in pids:
            if is_alive(pid) and self._is_its_own(pid):
                sessions.kill(pid)
        deadline = time.monotonic() + 60
        while any(is_alive(pid) and self._is_its_own(pid) for pid in pids):
            assert time.monotonic() < deadline, "processes of the demo live on"
            time.sleep(0.05)

    def _is_its_own(self, pid: int) -> bool:
        return str(self.place.data).encode() in _command(pid)


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
