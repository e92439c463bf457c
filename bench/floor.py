"""Simulated printers with their records, and processes that are watched: what the benches of the floor share."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

TICK_S = os.sysconf("SC_CLK_TCK")
PATIENCE_S = 240.0
SECRET = "a secret key that only this bench's own farm has, and nobody else"  # noqa: S105 - of no farm that lasts


@dataclass
class Machines:
    """Simulated printers."""

    process: subprocess.Popen[str]
    control: str
    known: list[dict[str, Any]]

    def tell(self, number: int, action: str, **given: Any) -> Any:
        """Reach into one."""
        url = f"{self.control}/sim/printers/{self.known[number]['name']}/{action}"
        asked = urllib.request.Request(url, json.dumps(given).encode(), {"Content-Type": "application/json"}, method="POST")
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.load(answer)["result"]


@contextmanager
def machines(printers: int, rate: int) -> Iterator[Machines]:
    """Run simulated printers, each telling its numbers ``rate`` times a second, for the body's time."""
    with tempfile.TemporaryDirectory() as state:
        command = [sys.executable, "manage.py", "simulate_printers", "--json", "--tick", str(1 / rate), "--speed", "1"]
        process = subprocess.Popen(
            [*command, "--printers", str(printers), "--state", state], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert process.stdout is not None
        try:
            described = json.loads(process.stdout.readline())
            yield Machines(process, described["control"], described["printers"])
        finally:
            process.terminate()
            process.communicate(timeout=60)


def records(machines: Machines) -> list[UUID]:
    """Make the records of the printers, each with an attempt that prints, and let the machines print its file; return the attempts."""
    from django.core.management import call_command
    from django.db import transaction

    from apps.fleet.domain import sealing
    from apps.fleet.states import Connection
    from tests.factories.fleet import make_occupied_printer
    from tests.factories.runs import make_printing_run

    call_command("migrate", verbosity=0)
    runs = []
    with transaction.atomic():
        for number, one in enumerate(machines.known):
            printer = make_occupied_printer(
                code=f"B{number:04}",
                connector="simulator",
                address=one["address"],
                access_key_sealed=sealing.seal(one["api_key"], secret=SECRET, at=0),
                connection=Connection.UNKNOWN,
            )
            path = f"farmos/{printer.current_run_id}/0123456789ab.gcode"
            runs.append(make_printing_run(id=printer.current_run_id, printer=printer, remote_path=path).pk)
    for number, run_id in enumerate(runs):
        machines.tell(number, "foreign-print", filename=f"farmos/{run_id}/0123456789ab.gcode", seconds=360_000)
    return runs


# -- processes that listen ---------------------------------------------------------------------------------------------------------------


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process of ours for the body's time."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "farmos.settings.dev"}
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def cpu_of(pid: int) -> float:
    """Return the CPU seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK_S


def memory_of(pid: int, what: str) -> float:
    """Return one of a process' figures of memory, such as VmRSS or VmHWM, in MB."""
    found = re.search(rf"{what}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return round(int(found[1]) / 1024, 1) if found else 0.0


def share(pid: int, seconds: float) -> tuple[float, float]:
    """Return how many percent of a core a process takes for ``seconds``, and its CPU seconds."""
    used, began = cpu_of(pid), time.monotonic()
    time.sleep(seconds)
    spent = cpu_of(pid) - used
    return round(100 * spent / (time.monotonic() - began), 1), round(spent, 2)


def detail() -> dict[str, float]:
    """Return what the connector says of itself."""
    from apps.journal.models import Heartbeat

    beat = Heartbeat.objects.filter(role="connectors").first()
    return dict(beat.detail) if beat is not None else {}


def until_online(count: int) -> float:
    """Wait until so many printers are online; return how long that took."""
    from apps.fleet.models import Printer

    began = time.monotonic()
    while Printer.objects.filter(connection="ONLINE").count() < count:
        if time.monotonic() > began + PATIENCE_S:
            raise TimeoutError(f"of {count} printers only {Printer.objects.filter(connection='ONLINE').count()} came online")
        time.sleep(0.1)
    return time.monotonic() - began
