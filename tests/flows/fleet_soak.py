"""``python -m tests.flows.fleet_soak fleet [--minutes M | --steps N] [--seed S]``: a farm dispatches while everything goes wrong.

Called by ``./farm soak``, which gives it a throwaway directory. All processes of the farm are real, and any of them is killed at any moment; the
printers are simulated ones in a process of their own, whose log of what physically happened is the judge.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import random
import resource
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from tests.processes.running import Farm, is_alive

if TYPE_CHECKING:
    from apps.fleet.models import Printer
    from apps.runs.models import Run
    from farmos.demo.operators import Operators
    from tests.runs.floor import Floor

SPEED, PRINT_S = 300.0, 600
"""A file of ten minutes takes two seconds."""

SIMULATED, REAL = 30, 3
CHANCES = {"drop": 0.008, "lose_reply": 0.01, "delay": 0.03, "duplicate": 0.01, "restart_klippy": 0.0015, "restart_moonraker": 0.002}
PAUSE_S = (2.0, 9.0)
"""Between one kill and the next."""

SUPERVISOR_ONCE_IN = 40
PATIENCE_S = 300.0
"""An attempt that nothing moves for so long is lost."""

LOOK_S = 1.0


@dataclass
class Wanted:
    """How long to go on, and from which seed."""

    steps: int
    minutes: float
    seed: int
    moonraker: bool = False
    printers: int = SIMULATED


@dataclass
class Told:
    """What the record says of one attempt, and what it should have printed."""

    run_id: str
    sha256: str
    state: str
    was_doubtful: bool


def main(arguments: Sequence[str]) -> int:
    """Dispatch until the steps are done or the time is over; return 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="farm soak")
    parser.add_argument("name", choices=["fleet"])
    parser.add_argument("--steps", type=int, default=1000, help="dispatches")
    parser.add_argument("--minutes", type=float, default=0.0, help="begin nothing new after so long; 0: when the steps are done")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--moonraker", action="store_true", help="real Moonrakers before the simulated printers")
    parser.add_argument("--printers", type=int, default=0)
    given = parser.parse_args(arguments)
    printers = given.printers or (REAL if given.moonraker else SIMULATED)
    return soak(Wanted(given.steps, given.minutes, given.seed, given.moonraker, printers))


def soak(wanted: Wanted) -> int:
    """Run the farm, its printers and the kills; judge.

    Raises:
        SystemExit: the directory is not a throwaway one.
    """
    directory = Path(os.environ.get("FARMOS_SOAK_DIR") or "/nowhere")
    data = directory / "data"
    if Path(os.environ.get("FARMOS_DATA", "")) != data or data.exists():
        raise SystemExit("farm soak: it works only in a throwaway directory of its own; run it as ./farm soak")
    data.mkdir()
    soon = {"FARMOS_LONGEST_PAUSE_S": "0.5", "FARMOS_LONGEST_WAIT_S": "2"}
    farm = Farm(data, **{"DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"], **soon})
    print(f"seed {wanted.seed}, {wanted.steps} dispatches on {wanted.printers} printers", flush=True)
    try:
        farm.up()
        django.setup()
        from tests.runs.floor import simulated

        with simulated(directory / "printers", wanted.printers, speed=SPEED, least=1.0, restart=0.5, moonraker=wanted.moonraker) as floor:
            return Soak(wanted, farm, floor).run()
    finally:
        farm.destroy()


@dataclass
class Soak:
    """One farm under fire."""

    wanted: Wanted
    farm: Farm
    floor: Floor
    chance: random.Random = field(init=False)
    printers: list[Printer] = field(init=False)
    operators: Operators = field(init=False)
    running: dict[int, tuple[Run, str, float]] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    begun: int = 0

    def __post_init__(self) -> None:
        from apps.journal.context import Actor
        from apps.policy import commands as policy
        from apps.policy.domain.default import default_body
        from farmos.demo.acting import Person
        from farmos.demo.operators import Operators
        from tests.factories.accounts import make_user

        self.chance = random.Random(self.wanted.seed)
        self.printers = [self.floor.printer(number, code=one["name"]) for number, one in enumerate(self.floor.machines)]
        person = Person(Actor.person(make_user().pk), self.printers[0].site_id)
        policy.activate_policy(person.does("policy"), site_id=person.site_id, body=default_body(), note="for the soak")
        self.operators = Operators(person, self.floor.state, f"http://{self.floor.control}")

    def run(self) -> int:
        """Dispatch, kill, look; return the exit status."""
        began, ending = time.monotonic(), threading.Event()
        self.floor.faults(self.wanted.seed, CHANCES, 0.5)
        killer = threading.Thread(target=self._kill, args=(ending,), daemon=True)
        killer.start()
        is_lost = False
        try:
            while not is_lost and (self.running or self._goes_on(began)):
                if self._goes_on(began):
                    self._begin()
                with contextlib.redirect_stdout(io.StringIO()):
                    self._people()
                self._note()
                is_lost = self._reports_lost()
                time.sleep(LOOK_S)
        finally:
            ending.set()
            killer.join()
        return self._judge(began) or int(is_lost)

    def _goes_on(self, began: float) -> bool:
        is_late = self.wanted.minutes and time.monotonic() - began > self.wanted.minutes * 60
        return self.begun < self.wanted.steps and not is_late

    def _begin(self) -> None:
        """Make a new plate for each printer that has nothing to do."""
        from tests.runs.floor import gcode, make_work

        for number, printer in enumerate(self.printers):
            if number in self.running or self.begun >= self.wanted.steps or not is_fit(printer):
                continue
            content = gcode(PRINT_S, mark=str(self.begun))
            run = make_work(printer, content, seconds=PRINT_S)
            self.running[number] = (run, hashlib.sha256(content).hexdigest(), time.monotonic())
            self.begun += 1
            if self.begun % 50 == 0:
                print(f"{self.begun} begun, {len(self.told)} over, {sum(self.kills.values())} kills", flush=True)

    def _people(self) -> None:
        """Whoever works beside the printers. A farm that is busy or just starting again is asked again in the next round."""
        from django.db import Error

        from apps.journal.refusals import Refusal

        with contextlib.suppress(Error, Refusal):
            self.operators.beside_the_printers()

    def _note(self) -> None:
        """Give what waits (also what came back) to its printer, and note which attempts are over."""
        from apps.journal.models import Event
        from apps.journal.refusals import Refusal
        from apps.runs import commands
        from apps.runs.states import RunState
        from tests.runs.floor import fresh, now_context

        for number, (run, sha256, _since) in list(self.running.items()):
            now, printer = fresh(run), self.printers[number]
            if now.state == RunState.QUEUED and is_fit(printer):
                with contextlib.suppress(Refusal):
                    commands.dispatch_run(now_context(), run_id=run.pk, printer_id=printer.pk, expected_version=now.version)
            if now.ended_at is not None:
                doubtful = Event.objects.filter(type="RunDesynced", subjects__contains=str(run.pk)).exists()
                self.told.append(Told(str(run.pk), sha256, str(now.state), doubtful))
                del self.running[number]

    def _reports_lost(self) -> bool:
        from tests.runs.floor import fresh

        for number, (run, _sha256, since) in self.running.items():
            if time.monotonic() - since > PATIENCE_S:
                now = fresh(run)
                said = self.floor.says(number)
                print(
                    f"LOST: {run.pk} is {now.state} {now.dispatch_step} desynced={now.desynced} {now.desync_evidence}; {said}", flush=True
                )
                print(self._owed(), flush=True)
                return True
        return False

    def _owed(self) -> str:
        from apps.journal.models import Delivery

        owed = Delivery.objects.exclude(state="done").values("lane", "state", "subscriber", "attempts", "last_error", "available_at")[:20]
        return json.dumps(list(owed), default=str, indent=1)

    # -- kills ------------------------------------------------------------------------------------------------------------------------------

    def _kill(self, ending: threading.Event) -> None:
        """Kill any process of the farm every now and then; a supervisor that was killed is started again."""
        while not ending.wait(self.chance.uniform(*PAUSE_S)):
            status: dict[str, Any] = self.farm.place.status()
            victims = {name: one["pid"] for name, one in status.get("roles", {}).items() if one.get("pid") and is_alive(one["pid"])}
            if self.chance.randrange(SUPERVISOR_ONCE_IN) == 0 and is_alive(status.get("pid", 0)):
                victims = {"supervisor": status["pid"]}
            if not victims:
                continue
            name, pid = self.chance.choice(sorted(victims.items()))
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.kills[name] += 1
            if name == "supervisor" and self.farm.process is not None:
                self.farm.process.wait()
                self.farm.start()

    # -- the judge --------------------------------------------------------------------------------------------------------------------------

    def _judge(self, began: float) -> int:
        """Hold the record against what physically happened; return 1 where they differ."""
        physical: dict[str, list[Any]] = {}
        for one in self.floor.all_prints():
            physical.setdefault(one.path.split("/")[1], []).append(one)
        broken = [f"{one}: {physical.get(one.run_id, [])}" for one in self.told if not is_true(one, physical.get(one.run_id, []))]
        states = Counter((one.state, "asked a person" if one.was_doubtful else "") for one in self.told)
        starts = Counter(len(physical.get(one.run_id, [])) for one in self.told)
        collisions = sum(one.bed_was_occupied for prints in physical.values() for one in prints)
        cpu = sum(
            resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        print(f"{len(self.told)} dispatches in {time.monotonic() - began:.0f} s; this process and its dead children: {cpu:.0f} s of CPU")
        print(f"killed: {dict(self.kills)}\nstarts of each: {dict(starts)}; on an occupied bed: {collisions}")
        print("ended as: " + ", ".join(f"{' '.join(filter(None, state))}: {times}" for state, times in sorted(states.items())))
        for line in broken:
            print(f"BROKEN {line}")
        return int(bool(broken or collisions or self.running))


def is_fit(printer: Printer) -> bool:
    """Does the farm see nothing that keeps a printer from the next print?"""
    from apps.fleet.models import Printer as Printers
    from apps.fleet.states import Bed, Connection, Health, Occupancy

    fit = {"occupancy": Occupancy.FREE, "bed": Bed.CLEAR, "health": Health.OK, "connection": Connection.ONLINE}
    return Printers.objects.filter(pk=printer.pk, **fit).exists()


def is_true(told: Told, prints: Sequence[Any]) -> bool:
    """Is what the record says what happened: started at most once, our bytes, and ended as it is said to have ended?"""
    if len(prints) > 1 or any(one.sha256 != told.sha256 for one in prints):
        return False
    outcome = prints[0].outcome if prints else "nothing"
    if told.state == "completed":
        return bool(outcome == "complete")
    return bool(outcome not in ("", "complete")) or told.was_doubtful


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
