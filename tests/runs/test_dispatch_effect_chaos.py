"""Hundreds of dispatches through everything that goes wrong between us and machines: 0 started twice, 0 lost, 0 with wrong contents.

The judge is the simulator's own account of what physically happened. The same seed gives the same faults to the same requests.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.db import connection

from apps.catalog.states import Reason
from apps.fleet import commands as fleet
from apps.fleet.models import Printer
from apps.journal import lanes
from apps.journal.models import Delivery
from apps.runs import commands
from apps.runs.connector import dispatching
from apps.runs.models import Run
from apps.runs.states import RunState
from tests.fleet.others_programs import REAL, is_real
from tests.runs.floor import Floor, clear_bed, fresh, gcode, give, make_work, now_context, owed, simulated, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SEED = 20260302
SIZES = {"simulator": (20, 10), "real Moonraker": (4, 6)}
"""Printers, and files for each: a real Moonraker takes a second of the processor to start again."""
WORKERS = 6
CHANCES = {"drop": 0.01, "lose_reply": 0.012, "delay": 0.03, "duplicate": 0.01, "restart_klippy": 0.003, "restart_moonraker": 0.003}


@pytest.fixture(scope="module", params=["simulator", REAL])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def floor(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with simulated(tmp_path_factory.mktemp("chaos"), SIZES[kind][0], speed=1.0, restart=0.3, moonraker=is_real(kind)) as running:
        yield running


@dataclass
class Workers:
    """Threads that hand out the dispatch lane until told to stop."""

    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> None:
        self.threads = [threading.Thread(target=self.work, name=f"worker-{number}") for number in range(WORKERS)]
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_exc: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def work(self) -> None:
        try:
            while not self.stop.is_set():
                if not lanes.hand_out_next("dispatch"):
                    time.sleep(0.02)
        finally:
            connection.close()


@dataclass(frozen=True)
class Told:
    """What the record said of one attempt when its round was over."""

    run_id: str
    sha256: str
    state: str
    desynced: bool


class TestManyDispatches:
    def test_start_each_file_once_whatever_goes_wrong(self, kind: str, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lanes, "FIRST_WAIT_S", 0.05)
        monkeypatch.setattr(lanes, "LONGEST_WAIT_S", 0.5)
        monkeypatch.setattr(dispatching, "CONFIRM_S", 1.0)
        monkeypatch.setattr(dispatching, "READY_FOR_S", 1.0)
        size, rounds = SIZES[kind]
        printers = [floor.printer(number) for number in range(size)]
        told: list[Told] = []
        floor.faults(SEED, CHANCES, 0.5)

        with Workers():
            for number_of_round in range(rounds):
                begun = [begin(printer, f"{number_of_round}-{number}") for number, printer in enumerate(printers)]
                until(lambda: not owed(), "everything owed to be done")
                told += [Told(str(run.pk), sha256, fresh(run).state, fresh(run).desynced) for run, sha256 in begun]
                for number, (run, _sha256) in enumerate(begun):
                    end(floor, number, printers[number], run)

        assert len(told) == size * rounds
        judge(floor, told)


def begin(printer: Printer, mark: str) -> tuple[Run, str]:
    """Give a new file to a printer."""
    content = gcode(3600, mark=mark)
    run = make_work(printer, content, seconds=3600)
    give(run, printer)
    return run, hashlib.sha256(content).hexdigest()


def end(floor: Floor, number: int, printer: Printer, run: Run) -> None:
    """Let everybody leave the printer, so that it can take the next file."""
    floor.tell(number, "start-moonraker")
    floor.tell(number, "restart-klippy")
    now = fresh(run)
    if now.state in (RunState.PRINTING, RunState.UPLOADING):
        commands.fail_run(now_context(), run_id=run.pk, printer_id=printer.pk, reason=Reason.DESYNC, note="the round is over", evidence={})
    elif now.state == RunState.QUEUED:
        commands.abort_run(now_context(), run_id=run.pk, expected_version=now.version)
    fleet.observe_connection(now_context(), printer_id=printer.pk, reachable=True, klippy_state="ready")
    clear_bed(floor, number, printer.pk)


def judge(floor: Floor, told: list[Told]) -> None:
    """Hold the record against what physically happened."""
    physical: dict[str, list[str]] = {}
    for one in floor.all_prints():
        physical.setdefault(one.path.split("/")[1], []).append(one.sha256)
    starts = Counter(len(physical.get(one.run_id, [])) for one in told)
    states = Counter((one.state, one.desynced) for one in told)
    print(f"starts: {dict(starts)}; told: {dict(states)}; given up: {Delivery.objects.filter(state='dead').count()}")

    assert max(starts) <= 1, "started twice"
    assert not [one for one in told if set(physical.get(one.run_id, [])) - {one.sha256}], "wrong contents"
    assert not [one for one in told if not is_true(one, len(physical.get(one.run_id, [])))], "lost"
    assert starts[1] >= 0.9 * len(told)


def is_true(told: Told, times: int) -> bool:
    """Did the record tell the truth: printing when it was started, waiting when it was not, doubtful where a person must look?"""
    return {RunState.PRINTING: times == 1, RunState.QUEUED: times == 0, RunState.UPLOADING: told.desynced}.get(RunState(told.state), False)
