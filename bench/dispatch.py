"""A hundred starts at once on a hundred simulated printers, each at a host of its own, and what that costs.

In one run: the farm's dispatching process as ``./farm up`` runs it, its web process, its sequencer, and the printers in a process of their own. A
hundred attempts are given out at once; until the last is confirmed, somebody reads the page of today again and again, and PostgreSQL is asked who is
connected. The floor beside it is the bare work on as many fresh printers, with as many at once: upload, read back and hash, start; no database, no
checks, no proof.

Run: ``./farm bench dispatch --json`` (about two minutes; on PostgreSQL where it is installed, else on SQLite without counting connections).
``--printers`` and ``--kib`` (size of each file) make it smaller or larger.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.boards import PAGE
from bench.figures import Figure, emit, percentile
from bench.live import cpu_of, rss_of, serving
from farmos.work import QUEUES
from tests import services

if TYPE_CHECKING:
    from apps.runs.models import Run
    from tests.runs.floor import Floor

STARTED_GOAL_S, PAGE_GOAL_MS, CONNECTIONS_GOAL = 20, 200, 10
PRINT_S = 36_000
PATIENCE_S = 240.0
AT_ONCE = QUEUES["dispatch"][1]


def main() -> None:
    """Measure in a process of its own with a fresh database."""
    if "--measure" in sys.argv:
        measure(_size())
        return
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "FARMOS_STORE_URL")}
        environment = {**kept, "FARMOS_DATA": folder, "DJANGO_SETTINGS_MODULE": "farmos.settings.dev", "FARMOS_HOST": "127.0.0.1"}
        try:
            environment["DATABASE_URL"] = stack.enter_context(services.postgres())
        except services.ServiceMissing:
            sys.stderr.write("PostgreSQL is not installed: measured on SQLite, connections are not counted\n")
        subprocess.run([sys.executable, "-m", "bench.dispatch", "--measure", *sys.argv[1:]], env=environment, check=True)


def _size() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--printers", type=int, default=100)
    parser.add_argument("--kib", type=int, default=256)
    return parser.parse_known_args()[0]


def measure(size: argparse.Namespace) -> None:
    """Measure with so many printers, and files of so many KiB."""
    import django

    django.setup()
    logging.disable(logging.WARNING)
    from django.core.management import call_command
    from django.db import connection

    from tests.runs.floor import simulated

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    folder = Path(os.environ["FARMOS_DATA"])
    for name in ("messages", "control"):
        (folder / "broker" / name).mkdir(parents=True, exist_ok=True)
    with simulated(folder / "printers", size.printers, speed=1.0, tick=0.25, own_hosts=True) as floor:
        runs = _furnish(floor, size)
        with serving() as web, _working("sequencer") as sequencer, _working("dispatch") as worker:
            reader, counter = Reader(web), Asker()
            pids = {"dispatch": worker, "sequencer": sequencer, "web": web.pid, "printers": floor.process.pid}
            used = {name: cpu_of(pid) for name, pid in pids.items()}
            with reader, counter:
                began = time.monotonic()
                _give(runs)
                given_s = time.monotonic() - began
                _wait(runs)
                started_s = time.monotonic() - began
            spent = {name: cpu_of(pid) - used[name] for name, pid in pids.items()}
            memory = rss_of(worker)
        physical = Counter(one.path for one in floor.all_prints())
    engine = connection.vendor
    bare_s, bare_cpu = _bare(folder, size)
    _tell(engine, size, (given_s, started_s), spent, memory, reader, counter, physical, (bare_s, bare_cpu))


def _furnish(floor: Floor, size: argparse.Namespace) -> list[tuple[Run, Any]]:
    """Make the records: printers, and an attempt that waits for each."""
    from django.contrib.auth.hashers import make_password

    from apps.accounts.states import Role
    from tests.factories.accounts import make_user
    from tests.runs.floor import make_work

    make_user(Role.LEAD, email="lead@example.org", name="Ines K.", password=make_password(None))
    printers = [floor.printer(number, code=one["name"]) for number, one in enumerate(floor.machines)]
    return [(make_work(printer, _content(number, size.kib), seconds=PRINT_S), printer) for number, printer in enumerate(printers)]


def _content(number: int, kib: int) -> bytes:
    from tests.runs.floor import gcode

    return gcode(PRINT_S, mark=str(number), body="\n".join(["; " + "x" * 125] * (kib * 8)))


def _give(runs: Sequence[tuple[Run, Any]]) -> None:
    from tests.runs.floor import give

    for run, printer in runs:
        give(run, printer)


def _wait(runs: Sequence[tuple[Run, Any]]) -> None:
    """Wait until all print."""
    from apps.runs.models import Run
    from apps.runs.states import RunState

    ids = [run.pk for run, _printer in runs]
    deadline = time.monotonic() + PATIENCE_S
    while (left := len(ids) - Run.objects.filter(pk__in=ids, state=RunState.PRINTING).count()) > 0:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{left} of {len(ids)} attempts were not started within {PATIENCE_S:.0f} s")
        time.sleep(0.1)


@contextmanager
def _working(role: str) -> Iterator[int]:
    """Run a process of the farm for the body's time; give its pid."""
    command = ["manage.py", role] if role == "sequencer" else ["-m", "farmos.work", role]
    process = subprocess.Popen([sys.executable, *command], env={**os.environ, "FARMOS_ROLE": role}, stderr=subprocess.DEVNULL)
    try:
        time.sleep(5.0)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


@dataclass
class Reader:
    """Somebody who reads the page of today again as soon as it is there, and how long each took (seconds)."""

    farm: Any
    took: list[float] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> None:
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def __exit__(self, *_ended: object) -> None:
        self.ending.set()
        self.thread.join()

    def _read(self) -> None:
        import urllib.request

        while not self.ending.wait(0.2):
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.farm.port}{PAGE}", headers={"Cookie": f"sessionid={self.farm.cookie}"}
            )
            began = time.monotonic()
            with urllib.request.urlopen(request, timeout=30) as answer:
                answer.read()
            self.took.append(time.monotonic() - began)


class Asker(threading.Thread):
    """Asks PostgreSQL all the time who is connected; keeps the most at once, without its own connection and the bench's."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self.most_of_dispatch = 0
        self.ending = threading.Event()

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *_ended: object) -> None:
        self.ending.set()
        self.join()

    def run(self) -> None:
        """Ask until told to stop."""
        from django.db import connection

        if connection.vendor != "postgresql":
            return
        mine = f"bench {os.getpid()}"
        connection.settings_dict["OPTIONS"]["application_name"] = mine
        asked = "SELECT application_name, state FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with contextlib.closing(connection):
            while not self.ending.wait(0.02):
                with connection.cursor() as cursor:
                    cursor.execute(asked)
                    found: list[tuple[str, str]] = cursor.fetchall()
                self.most = max(self.most, len(found) - 1)
                ours = [state for name, state in found if name == "farmos dispatch"]
                self.most_of_dispatch = max(self.most_of_dispatch, len(ours))


# -- the floor ---------------------------------------------------------------------------------------------------------------------------


def _bare(folder: Path, size: argparse.Namespace) -> tuple[float, float]:
    """Return the seconds, and the CPU seconds of this process, that the bare work takes on as many fresh printers."""
    from bench.figures import cpu_seconds
    from tests.runs.floor import simulated

    with simulated(folder / "bare", size.printers, speed=1.0, tick=0.25, own_hosts=True) as floor:
        contents = [_content(number, size.kib) for number in range(size.printers)]
        used, began = cpu_seconds(), time.monotonic()
        asyncio.run(_start_all(floor.machines, contents))
        return time.monotonic() - began, cpu_seconds() - used


async def _start_all(machines: Sequence[dict[str, Any]], contents: Sequence[bytes]) -> None:
    import aiohttp

    few = asyncio.Semaphore(AT_ONCE)

    async def start(machine: dict[str, Any], content: bytes) -> None:
        async with few, aiohttp.ClientSession(headers={"X-Api-Key": machine["api_key"]}) as session:
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("checksum", hashlib.sha256(content).hexdigest())
            form.add_field("file", content, filename="bare.gcode")
            async with session.post(f"{machine['address']}/server/files/upload", data=form) as told:
                assert told.status == 201
            async with session.get(f"{machine['address']}/server/files/gcodes/bare.gcode") as told:
                assert hashlib.sha256(await told.read()).digest() == hashlib.sha256(content).digest()
            async with session.post(f"{machine['address']}/printer/print/start", json={"filename": "bare.gcode"}) as told:
                assert told.status == 200

    await asyncio.gather(*(start(machine, content) for machine, content in zip(machines, contents, strict=True)))


def _tell(
    engine: str,
    size: argparse.Namespace,
    took: tuple[float, float],
    spent: dict[str, float],
    memory: float,
    reader: Reader,
    counter: Asker,
    physical: Counter[str],
    bare: tuple[float, float],
) -> None:
    given_s, started_s = took
    under = f"{size.printers} starts at once, {size.kib} KiB each, {engine}"
    floor = f"bare upload, read back, start, {AT_ONCE} at once, same run: {bare[0]:.1f} s ({bare[1]:.1f} CPU s)"
    ratio, is_soon = round(started_s / bare[0], 1), started_s <= STARTED_GOAL_S
    emit(
        Figure(
            *("dispatch", f"all started: {under}", round(started_s, 1), "s", f"<= {STARTED_GOAL_S}", is_soon, floor, ratio),
            n=size.printers,
            cpu_s=round(spent["dispatch"], 1),
            rss_mb=memory,
        )
    )
    once = sum(times == 1 for times in physical.values())
    emit(Figure("dispatch", "physically started exactly once", once, "printers", f">= {size.printers}", once == size.printers, n=1))
    emit(Figure("dispatch", "of that, giving them out (commands)", round(given_s, 1), "s", n=size.printers))
    if engine == "postgresql":
        is_few = counter.most <= CONNECTIONS_GOAL
        emit(Figure("dispatch", "database connections of the farm, most at once", counter.most, "", f"<= {CONNECTIONS_GOAL}", is_few, n=1))
        emit(Figure("dispatch", "of those, of the dispatching process", counter.most_of_dispatch, "", n=1))
    p95 = round(percentile(reader.took, 0.95) * 1000)
    emit(Figure("dispatch", "the page of today meanwhile, p95", p95, "ms", f"<= {PAGE_GOAL_MS}", p95 <= PAGE_GOAL_MS, n=len(reader.took)))
    for name, seconds in spent.items():
        emit(Figure("dispatch", f"CPU of {name}", round(seconds, 1), "CPU s", n=size.printers))


if __name__ == "__main__":
    main()
