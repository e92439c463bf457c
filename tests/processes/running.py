"""A farm that really runs, in a data directory of its own, for one test."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from farmos.supervisor import sessions
from farmos.supervisor.place import Place
from tests.services import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 600.0
"""Many times what anything takes: only what never comes is waited for so long."""

ROLES = ("web", "sequencer", "worker", "dispatch", "slice", "beat", "connectors")


def until(condition: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
    """Wait until ``condition()`` is true and return it."""
    deadline = time.monotonic() + patience_s
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {patience_s:.0f} s for {what}"
        time.sleep(0.05)
    return found


def is_alive(pid: int) -> bool:
    """Is there such a process that is not a zombie?"""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


class Farm:
    """One data directory and the processes that ``farm up`` runs on it."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.place = Place(data)
        self.port = free_port()
        self.notebook = data / "notebook"
        own = {
            "DJANGO_SETTINGS_MODULE": "tests.processes.settings",
            "FARMOS_DATA": str(data),
            "FARMOS_TOY_NOTEBOOK": str(self.notebook),
            "PYTHONPATH": str(ROOT),
        }
        inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "FARMOS_TEST_DB")}
        self.environment = {**inherited, **own, **environment}
        self.output = data.with_suffix(".out")
        self.process: subprocess.Popen[bytes] | None = None
        self.seen: set[int] = set()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a verb of ``farm`` to its end."""
        command = [sys.executable, "-P", "-m", "farmos.cli", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=PATIENCE_S)

    def up(self) -> None:
        """Start the farm and wait until it is ready."""
        self.start()
        until(self.is_ready, "the farm to be ready")

    def start(self) -> None:
        """Start the farm."""
        with self.output.open("wb") as out:
            command = [sys.executable, "-P", "-m", "farmos.cli", "up", "--port", str(self.port)]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=out, stderr=out, start_new_session=True)

    def is_ready(self) -> bool:
        """Does the supervisor say that it is ready (and is it the one we started)?"""
        assert self.process is None or self.process.poll() is None, self.output.read_text()
        status = self.place.status()
        self.seen.update(self.pids())
        return status.get("state") == "running" and (self.process is None or status["pid"] == self.process.pid)

    def pids(self) -> list[int]:
        """Return all processes the supervisor knows, itself first."""
        status = self.place.status()
        own = [status[name] for name in ("pid", "guardian") if name in status]
        return [*own, *(role["pid"] for role in status.get("roles", {}).values() if role["pid"])]

    def pid(self, role: str) -> int:
        """Return the process of ``role``, once it has one: between two of its lives it has none."""
        found: int = until(lambda: self.place.status()["roles"][role]["pid"], f"{role} to be started")
        return found

    def freeze(self, role: str) -> None:
        """Stop the process of ``role`` where it keeps nobody else from the database: what is to be seen is its silence, not theirs."""
        pid = self.pid(role)
        until(lambda: self._is_frozen_alone(pid), f"{role} to let go of the database")

    def _is_frozen_alone(self, pid: int) -> bool:
        os.kill(pid, signal.SIGSTOP)
        until(lambda: Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] == b"T", "the process to stand still")
        database = sqlite3.connect(self.place.data / "farmos.sqlite3", timeout=5, isolation_level=None)
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:  # it is locked: by the frozen one, or by others for so long
            os.kill(pid, signal.SIGCONT)
            return False
        finally:
            database.close()
        return True

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        """Return status and JSON of what the web answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def troubles(self) -> dict[str, str]:
        """Return what ``/readyz`` finds wrong, by name."""
        return {name: found for name, found in self.get("readyz")[1]["checks"].items() if found != "ok"}

    def healthy(self) -> bool:
        """Does ``/readyz`` say so?"""
        with contextlib.suppress(OSError):
            return self.get("readyz")[0] == 200
        return False

    def owe(self, times: int) -> None:
        """Run ``times`` commands, each of which owes a note."""
        command = [sys.executable, "-P", "-m", "tests.processes.bolts", str(times)]
        broker = {"REDIS_URL": url} if (url := self.place.environment().get("REDIS_URL", "")) else {}
        done = subprocess.run(command, cwd=ROOT, env={**self.environment, **broker}, capture_output=True, text=True, timeout=PATIENCE_S)
        assert done.returncode == 0, done.stderr

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the farm's database."""
        with contextlib.closing(sqlite3.connect(self.place.data / "farmos.sqlite3", timeout=20)) as database:
            return database.execute(sql).fetchall()

    def deliveries(self) -> Counter[str]:
        """Return how many owed effects are in which state."""
        return Counter(dict(self.query("SELECT state, count(*) FROM journal_delivery GROUP BY state")))

    def notes(self) -> list[str]:
        """Return what was told the outside world."""
        return self.notebook.read_text().splitlines() if self.notebook.exists() else []

    def stop(self) -> subprocess.CompletedProcess[str]:
        """Stop the farm as a person would."""
        stopped = self.run("stop")
        if self.process is not None:
            self.process.wait(PATIENCE_S)
        return stopped

    def leftovers(self) -> list[int]:
        """Return the processes that were this farm's and live."""
        return sorted(pid for pid in self.seen if is_alive(pid) and self._is_ours(pid))

    def is_gone(self) -> bool:
        """Have all of the farm's processes ended, or do so within a moment?"""
        until(lambda: not self.leftovers(), f"{self.leftovers()} to end")
        return True

    def destroy(self) -> None:
        """Leave nothing behind, whatever the test did."""
        self.seen.update(self.pids())
        with contextlib.suppress(ProcessLookupError):
            if self.process is not None and self.process.poll() is None:
                os.kill(self.process.pid, signal.SIGCONT)
                os.kill(self.process.pid, signal.SIGTERM)
                self.process.wait(PATIENCE_S)
        for pid in self.seen:
            if is_alive(pid) and self._is_ours(pid):
                sessions.kill(pid)

    def _is_ours(self, pid: int) -> bool:
        """Is this still our process, and not another that got its number? It was told where the data is, or is there (Redis)."""
        told = f"FARMOS_DATA={self.place.data}".encode()
        with contextlib.suppress(OSError):
            process = Path(f"/proc/{pid}")
            return told in (process / "environ").read_bytes().split(b"\0") or (process / "cwd").readlink() == self.place.run
        return False
