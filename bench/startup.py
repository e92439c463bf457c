"""How soon a farm is ready and how much memory all its processes take when idle.

Cold: an empty data directory (schema, static files and the first shop are made). Warm: the same farm again. Measured from the start of
``farm up`` until ``/readyz`` says 200. Memory is the sum of the proportional set sizes (PSS) of every process of the farm, its broker included;
the floor beside it is one bare Python process.

Run: ``./farm bench startup --json``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures import Figure, emit, median
from farmos.supervisor.place import ROOT, Place
from tests.services import free_port

ROUNDS = 5
IDLE_S = 12.0
"""How long a farm runs before its memory is measured: several heartbeats and sweeps."""

READY_GOAL_S = 10.0
MEMORY_GOAL_MB = 350.0
PATIENCE_S = 180.0


@contextmanager
def running(place: Place) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Run a farm on ``place``; yield its supervisor and the seconds until it was ready."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    began = time.monotonic()
    command = [str(ROOT / "farm"), "up", "--port", str(port), "--data", str(place.data)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _is_ready(port):
            if process.poll() is not None or time.monotonic() - began > PATIENCE_S:
                raise RuntimeError(f"the farm did not start; see {place.logs}")
            time.sleep(0.02)
        yield process, time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False


def memory_mb(pid: int) -> float:
    """Return the proportional set size of a process, in MB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"the kernel does not say how much memory {pid} uses")


def cpu_s(pid: int) -> float:
    """Return the CPU seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def farm_pids(place: Place) -> dict[str, int]:
    """Return every process of the farm by name."""
    status = place.status()
    roles = {name: role["pid"] for name, role in status["roles"].items()}
    return {"supervisor": status["pid"], "guardian": status["guardian"], **roles}


def bare_python_mb() -> float:
    """Return what a Python process that has loaded nothing takes."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as bare:
        time.sleep(0.5)
        taken = memory_mb(bare.pid)
        bare.communicate(b"\n")
    return taken


def main() -> None:
    """Measure and print."""
    cold, warm, memory, idle_cpu = [], [], [], []
    by_role: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="farmos-bench-") as directory:
            place = Place(Path(directory) / "data")
            with running(place) as (_process, seconds):
                cold.append(seconds)
            with running(place) as (_process, seconds):
                warm.append(seconds)
                before = sum(map(cpu_s, farm_pids(place).values()))
                time.sleep(IDLE_S)
                pids = farm_pids(place)
                idle_cpu.append((sum(map(cpu_s, pids.values())) - before) / IDLE_S * 100)
                sizes = {name: memory_mb(pid) for name, pid in pids.items()}
                memory.append(sum(sizes.values()))
                for name, size in sizes.items():
                    by_role.setdefault(name, []).append(size)
    report(cold, warm, memory, idle_cpu, by_role)


def report(cold: list[float], warm: list[float], memory: list[float], idle_cpu: list[float], by_role: dict[str, list[float]]) -> None:
    """Print one figure per line."""
    n = len(warm)
    emit(Figure("startup", "cold start until ready (schema, static files, first shop)", median(cold), "s", n=n))
    emit(Figure("startup", "warm start until ready", median(warm), "s", f"< {READY_GOAL_S:.0f}", median(warm) < READY_GOAL_S, n=n))
    bare, total = bare_python_mb(), median(memory)
    ratio = round(total / bare, 1)
    goal = f"< {MEMORY_GOAL_MB:.0f}"
    emit(Figure("startup", "PSS of all processes, idle", total, "MB", goal, total < MEMORY_GOAL_MB, "one bare Python process", ratio, n))
    for name, sizes in by_role.items():
        emit(Figure("startup", f"PSS of {name}, idle", median(sizes), "MB", n=n))
    emit(Figure("startup", "CPU of all processes, idle", median(idle_cpu), "% of one", n=n))


if __name__ == "__main__":
    main()
