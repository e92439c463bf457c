"""A small farm floor: simulated printers in a process of their own, their records, and attempts to print on them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection

from apps.artifacts import commands as artifacts
from apps.artifacts.store import deposit
from apps.fleet.domain import sealing
from apps.fleet.models import Printer
from apps.fleet.simulator.physical import Print, physical_account
from apps.journal import clock, lanes
from apps.journal.context import Actor, Context
from apps.journal.models import Delivery
from apps.runs import commands
from apps.runs.models import Run
from tests.factories.artifacts import some_sha256
from tests.factories.fleet import make_capability, make_printer
from tests.factories.planning import make_approved_plate, make_output, make_plate_item

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120.0
"""Longer than anything takes on a machine that has other work too: only what never comes is waited for so long."""


def now_context(**overrides: Any) -> Context:
    """Return a person's context at this very moment."""
    return Context(**{"actor": Actor.person(uuid4()), "now": clock.now(), "key": uuid4().hex, "request_id": "tests", **overrides})


def until(condition: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
    """Wait until ``condition()`` is true and return it."""
    deadline = time.monotonic() + patience_s
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {patience_s:.0f} s for {what}"
        time.sleep(0.02)
    return found


@dataclass
class Floor:
    """Running simulated printers."""

    state: Path
    control: str
    machines: list[dict[str, Any]]
    process: subprocess.Popen[str]

    def tell(self, number: int, action: str, **given: Any) -> Any:
        """Reach into a simulated printer."""
        return self._post(f"/sim/printers/{self.machines[number]['name']}/{action}", given)

    def faults(self, seed: int, chances: dict[str, float], seconds: float) -> None:
        """Let things go wrong by chance everywhere."""
        self._post("/sim/faults", {"seed": seed, "chances": chances, "seconds": seconds})

    def says(self, number: int) -> dict[str, Any]:
        """Return what the simulator says a printer does."""
        with urllib.request.urlopen(f"http://{self.control}/sim/printers", timeout=PATIENCE_S) as answer:
            found: dict[str, Any] = json.load(answer)["printers"][number]
            return found

    def prints(self, number: int) -> list[Print]:
        """Return what a printer physically printed."""
        return physical_account(self.state).get(self.machines[number]["name"], [])

    def newest_job(self, number: int) -> tuple[str, str]:
        """Return what a printer's history says last: of which file, and what became of it."""
        known = self.machines[number]
        at, shown = f"{known['address']}/server/history/list?limit=1", {"X-Api-Key": known["api_key"]}
        asked = urllib.request.Request(at, headers=shown)  # noqa: S310 - our own loopback address
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:  # noqa: S310 - our own loopback address
            (job,) = json.load(answer)["result"]["jobs"]
        return job["filename"], job["status"]

    def all_prints(self) -> list[Print]:
        """Return what was physically printed anywhere."""
        return [one for prints in physical_account(self.state).values() for one in prints]

    def printer(self, number: int, **overrides: Any) -> Printer:
        """Return the record of a simulated printer: online, free, its bed clear."""
        known = self.machines[number]
        sealed = sealing.seal(known["api_key"], secret=settings.SECRET_KEY, at=0)
        values = {"address": known["address"], "access_key_sealed": sealed, "connector": "simulator", **overrides}
        printer = make_printer(**values)
        make_capability(printer=printer)
        return printer

    def _post(self, path: str, given: dict[str, Any]) -> Any:
        asked = urllib.request.Request(
            f"http://{self.control}{path}", json.dumps(given).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:  # noqa: S310 - our own loopback address
            return json.load(answer)["result"]


@contextmanager
def simulated(
    state: Path,
    printers: int,
    *,
    speed: float = 200.0,
    least: float = 0.5,
    restart: float = 0.5,
    tick: float = 0.05,
    moonraker: bool = False,
    own_hosts: bool = False,
) -> Iterator[Floor]:
    """Run simulated printers for the body's time; ``moonraker``: behind real ones; ``own_hosts``: each at a host of its own, not at a port."""
    command = [sys.executable, "manage.py", "simulate_printers", "--json", "--tick", str(tick)]
    command += ["--printers", str(printers), "--state", str(state), "--speed", str(speed), "--least", str(least), "--restart", str(restart)]
    command += ["--moonraker"] if moonraker else []
    command += [] if own_hosts else ["--own-ports"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    assert process.stdout is not None
    try:
        described = json.loads(process.stdout.readline())
        yield Floor(state, described["control"].removeprefix("http://"), described["printers"], process)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


def gcode(seconds: int = 60, *, mark: str = "", body: str = "", objects: tuple[str, ...] = ("SLOT-1",)) -> bytes:
    """Return a file like our slicer's that prints ``objects`` for ``seconds``; ``mark`` makes it another file."""
    lines = [f"; generated by PrusaSlicer 2.5.0 {mark}"]
    lines += [f"EXCLUDE_OBJECT_DEFINE NAME={name} CENTER=10,10 POLYGON=[[0,0],[20,0],[20,20]]" for name in objects]
    lines += ["G28"]
    for layer in range(1, 21):
        lines += [f"SET_PRINT_STATS_INFO TOTAL_LAYER=20 CURRENT_LAYER={layer}"]
        for name in objects:
            lines += [f"EXCLUDE_OBJECT_START NAME={name}", *(f"G1 X{x} Y{layer} E.5" for x in range(20)), f"EXCLUDE_OBJECT_END NAME={name}"]
        lines += body.splitlines() if layer == 2 else []
    lines += ["M104 S0", f"; estimated printing time (normal mode) = {seconds}s"]
    return ("\n".join(lines) + "\n").encode()


def make_work(printer: Printer, content: bytes, *, seconds: int = 60, pieces: int = 1) -> Run:
    """Return a queued attempt at a plate with ``pieces``, whose file is ``content``."""
    stored = deposit(io.BytesIO(content), mime="text/x-gcode")
    artifact_id = artifacts.store_artifact(now_context(), stored=stored)
    output = make_output(
        artifact_id=artifact_id,
        printer_class=printer.printer_class,
        slice_key=some_sha256(),
        estimated_minutes=-(-seconds // 60),
        facts={"objects": [f"slot-{slot}" for slot in range(1, pieces + 1)]},
    )
    plate = make_approved_plate(site=printer.site, printer_class=printer.printer_class, slice_key=output.slice_key, layout=output.layout)
    for slot in range(1, pieces + 1):
        make_plate_item(plate=plate, slot=slot)
    commands.queue_run(now_context(), plate_id=plate.pk)
    return Run.objects.get(plate=plate)


def give(run: Run, printer: Printer) -> None:
    """Give a queued attempt to a printer: upload and start are owed from here on."""
    version = Run.objects.get(pk=run.pk).version
    given = commands.dispatch_run(now_context(), run_id=run.pk, printer_id=printer.pk, expected_version=version)
    assert given == run.pk, given


def fresh(run: Run) -> Run:
    """Return the attempt as it is now."""
    return Run.objects.get(pk=run.pk)


def hand_out(lane: str = "dispatch") -> int:
    """Do what is due in a lane now; return how much that was."""
    done = 0
    while lanes.hand_out_next(lane):
        done += 1
    return done


def owed(lane: str = "dispatch") -> list[Delivery]:
    """Return what a lane has not done yet."""
    return list(Delivery.objects.filter(lane=lane, state__in=["pending", "leased"]))


def hand_out_all(lane: str = "dispatch", patience_s: float = PATIENCE_S) -> None:
    """Do all that a lane owes, also what is put off, waiting as long as it takes."""
    until(lambda: hand_out(lane) >= 0 and not owed(lane), f"the {lane} lane to be done", patience_s)


def forget_leases() -> None:
    """Let the time pass after which a dead worker's work is taken up by another."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_delivery SET lease_until = available_at WHERE state = 'leased'")


def worker(lane: str, kill_at: str = "", marks: Path | None = None, database: dict[str, str] | None = None) -> int:
    """Let another process do what a lane owes; return how it ended. ``kill_at``: where the power fails it."""
    cut = {"FARMOS_KILL_AT": kill_at, **({"FARMOS_KILL_MARKS": str(marks)} if marks else {})}
    environment = {**os.environ, **(database or {}), **cut}
    done = subprocess.run(
        [sys.executable, "-m", "tests.runs.one_worker", lane], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert done.returncode in (0, -9), done.stderr
    return done.returncode


def machine_is(floor: Floor, number: int, *states: str) -> Callable[[], bool]:
    """Return a check of what a simulated printer does."""

    def check() -> bool:
        with contextlib.suppress(OSError):
            return floor.says(number)["state"] in states
        return False

    return check


def clear_bed(floor: Floor, number: int, printer_id: UUID) -> None:
    """Take the print off, in the world and in the record."""
    floor.tell(number, "clear-bed")
    commands.clear_bed(now_context(), printer_id=printer_id)
