"""Dispatch to printers that are full, tell a wrong time, share a past with another printer, or take files from another farm as well."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.fleet.states import Occupancy
from apps.journal import lanes
from apps.journal.models import Delivery, Event
from apps.runs import commands
from apps.runs.connector import dispatching
from apps.runs.connector.hand import Hand
from apps.runs.connector.roster import Roster
from apps.runs.connector.sides import side_of_run
from apps.runs.models import Run
from apps.runs.states import RunState
from tests.runs.floor import ROOT, Floor, clear_bed, fresh, gcode, give, hand_out_all, machine_is, make_work, now_context, simulated, until

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = gcode(3600)
RIGHT = [hashlib.sha256(CONTENT).hexdigest()]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with simulated(tmp_path_factory.mktemp("floor"), 2, speed=10.0) as running:  # no print ends here, however long another farm takes
        yield running


@pytest.fixture
def printer(floor: Floor) -> Iterator[Printer]:
    yield floor.printer(0)
    for number in (0, 1):
        floor.tell(number, "calm")
        floor.tell(number, "storage", free=None)
        floor.tell(number, "set-back", hours=0)
        floor.tell(number, "restart-klippy")
        until(machine_is(floor, number, "standby"), "the printer to be as new")
        floor.tell(number, "clear-bed")


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "FIRST_WAIT_S", 0.02)
    monkeypatch.setattr(lanes, "LONGEST_WAIT_S", 0.3)
    monkeypatch.setattr(dispatching, "CONFIRM_S", 1.0)


@pytest.fixture
def run(printer: Printer) -> Run:
    made = make_work(printer, CONTENT, seconds=3600)
    give(made, printer)
    return made


def prints_of(floor: Floor, run: Run, number: int = 0) -> list[str]:
    return [one.sha256 for one in floor.prints(number) if str(run.pk) in one.path]


def stored_on(floor: Floor, number: int = 0) -> list[Path]:
    return [path for path in (floor.state / "printers" / floor.machines[number]["name"] / "gcodes").rglob("*") if path.is_file()]


def requeued() -> list[str]:
    return [json.loads(event.data)["code"] for event in Event.objects.filter(type="RunRequeued").order_by("id")]


class TestAFullStorage:
    def test_gives_the_attempt_back_with_the_reason_and_keeps_no_half_of_it(self, floor: Floor, run: Run) -> None:
        path = fresh(run).remote_path
        floor.tell(0, "storage", free=1000)

        hand_out_all()

        assert fresh(run).state == RunState.QUEUED
        assert requeued() == ["STORAGE_FULL"]
        assert prints_of(floor, run) == []
        assert not [one for one in stored_on(floor) if str(one).endswith(path)]

    def test_that_has_room_again_takes_the_same_attempt(self, floor: Floor, printer: Printer, run: Run) -> None:
        floor.tell(0, "storage", free=1000)
        hand_out_all()
        floor.tell(0, "storage", free=10_000_000)
        give(run, Printer.objects.get(pk=printer.pk))

        hand_out_all()

        assert prints_of(floor, run) == RIGHT
        assert fresh(run).state == RunState.PRINTING


class TestAWrongClock:
    @pytest.mark.parametrize("hours", [-7, 9, 480_000])
    def test_of_the_printer_judges_nothing(self, floor: Floor, run: Run, hours: float) -> None:
        """Hours ahead, hours behind, and back in 1972: the start is proven although its reply is lost, and it is not sent again."""
        floor.tell(0, "set-back", hours=hours)
        floor.tell(0, "fault", kind="lose_reply", method="printer.print.start")

        hand_out_all()

        assert prints_of(floor, run) == RIGHT
        now = fresh(run)
        assert (now.state, now.desynced) == (RunState.PRINTING, False)
        assert now.job_ref, "the job in the history, whose times are wrong, is found by its path"


class TestTwoFarms:
    def test_on_one_printer_never_start_over_each_others_print(
        self, floor: Floor, printer: Printer, run: Run, migrated: Path, tmp_path: Path
    ) -> None:
        with second_farm(floor, migrated, tmp_path) as other:
            other.send()
            hand_out_all()
            theirs = other.answer()

        started = [one.path for one in floor.prints(0) if one.path in (fresh(run).remote_path, theirs["path"]) or str(run.pk) in one.path]
        assert len(started) == 1, "exactly one of the two was started"
        ours_won = str(run.pk) in started[0]
        assert fresh(run).state == (RunState.PRINTING if ours_won else RunState.QUEUED)
        assert theirs["state"] == (RunState.QUEUED if ours_won else RunState.PRINTING)
        loser = theirs["occupancy"] if ours_won else Printer.objects.get(pk=printer.pk).occupancy
        assert loser == Occupancy.FOREIGN, "whoever lost sees the other's print as foreign"

    def test_leave_each_others_running_print_alone(self, floor: Floor, printer: Printer, run: Run, migrated: Path, tmp_path: Path) -> None:
        hand_out_all()
        with second_farm(floor, migrated, tmp_path) as other:
            other.send()
            theirs = other.answer()

        assert (theirs["state"], theirs["occupancy"]) == (RunState.QUEUED, Occupancy.FOREIGN)
        assert floor.says(0)["state"] == "printing"
        assert prints_of(floor, run) == RIGHT
        assert not [one for one in floor.prints(0) if one.path == theirs["path"]]


class Other:
    """The second farm, while it runs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def send(self) -> None:
        """Let it dispatch now."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, str]:
        """Wait until it is done."""
        assert self._process.stdout is not None
        found: dict[str, str] = json.loads(self._process.stdout.readline())
        return found


@contextmanager
def second_farm(floor: Floor, migrated: Path, folder: Path) -> Iterator[Other]:
    """Run another farm with a database and files of its own; give it once it is ready to dispatch."""
    database = folder / "second.sqlite3"
    shutil.copy(migrated, database)
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}", "FARMOS_DATA": str(folder / "second")}
    command = [sys.executable, "-m", "tests.runs.second_farm", floor.machines[0]["address"], floor.machines[0]["api_key"]]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield Other(process)
    finally:
        process.kill()
        process.communicate()


class TestAClonedCard:
    def test_gives_nobody_the_past_of_another_printer(self, floor: Floor, printer: Printer, run: Run) -> None:
        """Printer 1 remembers the print that printer 0 is at, with its job and its file's id. It is not adopted there."""
        hand_out_all()
        floor.tell(1, "clone", of=floor.machines[0]["name"])
        twin = floor.printer(1)

        with Hand(twin) as hand:
            seen = hand.look(fresh(run).remote_path)

        assert seen.history is not None, "its card does remember that path"
        assert side_of_run(run.pk, twin.pk) is None
        side = Roster().fresh_side(twin.pk, seen)
        assert side is not None
        assert side.run is None
        assert fresh(run).printer_id == printer.pk

    def test_prints_a_file_that_came_with_the_card_once(self, floor: Floor, printer: Printer, run: Run) -> None:
        """The attempt was sent to printer 0 and given back; its file came to printer 1 with the card."""
        path = fresh(run).remote_path
        floor.tell(0, "foreign-print", filename="somebody/before.gcode", seconds=36_000)
        hand_out_all()
        assert fresh(run).state == RunState.QUEUED
        stored = floor.state / "printers" / floor.machines[1]["name"] / "gcodes" / path
        stored.parent.mkdir(parents=True)
        stored.write_bytes(CONTENT)
        twin = floor.printer(1, site=printer.site, printer_class=printer.printer_class)
        give(run, twin)

        hand_out_all()

        assert prints_of(floor, run, 0) == []
        assert prints_of(floor, run, 1) == RIGHT
        assert fresh(run).state == RunState.PRINTING

    def test_that_shows_an_attempt_as_done_elsewhere_ends_nothing(self, floor: Floor, printer: Printer, run: Run) -> None:
        hand_out_all()
        floor.tell(1, "clone", of=floor.machines[0]["name"])
        twin = floor.printer(1, site=printer.site, printer_class=printer.printer_class)
        second = make_work(twin, gcode(3600, mark="second"), seconds=3600)
        give(second, twin)

        hand_out_all()

        assert [len(prints_of(floor, second, number)) for number in (0, 1)] == [0, 1]
        assert [fresh(one).state for one in (run, second)] == [RunState.PRINTING, RunState.PRINTING]


class TestOurFilesOnAPrinter:
    def test_are_deleted_when_they_are_old_and_nobody_elses_ever(
        self, floor: Floor, printer: Printer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dispatching, "KEPT_FILES", 1)
        theirs = floor.state / "printers" / floor.machines[0]["name"] / "gcodes" / "somebody" / "own.gcode"
        theirs.parent.mkdir(parents=True, exist_ok=True)
        theirs.write_bytes(CONTENT)
        paths = []
        for number in range(4):
            run = make_work(printer, gcode(3600, mark=str(number)), seconds=3600)
            give(run, Printer.objects.get(pk=printer.pk))
            hand_out_all()
            paths.append(fresh(run).remote_path)
            if number == 3:
                break
            floor.tell(0, "at-machine", script="CANCEL_PRINT")
            until(machine_is(floor, 0, "cancelled"), "the stop")
            commands.fail_run(now_context(), run_id=run.pk, printer_id=printer.pk, reason=Reason.OPERATOR_ABORT, note="next", evidence={})
            clear_bed(floor, 0, printer.pk)

        left = [str(one) for one in stored_on(floor)]
        assert [any(one.endswith(path) for one in left) for path in paths] == [False, False, True, True]
        assert theirs.read_bytes() == CONTENT

    def test_that_were_given_back_do_not_stay(self, floor: Floor, run: Run) -> None:
        path = fresh(run).remote_path
        floor.tell(0, "foreign-print", seconds=36_000)
        until(machine_is(floor, 0, "printing"), "the foreign print")

        hand_out_all()

        assert requeued() == ["FOREIGN"]
        assert not [one for one in stored_on(floor) if str(one).endswith(path)]


class TestANameOfOtherCharacters:
    def test_that_is_no_utf_8_is_somebody_elses_print_like_any_other(self, floor: Floor, printer: Printer, run: Run) -> None:
        floor.tell(0, "foreign-print", filename="somebody/\udcffown.gcode", seconds=3600)
        until(machine_is(floor, 0, "printing"), "the foreign print")

        hand_out_all()

        assert fresh(run).state == RunState.QUEUED
        assert Printer.objects.get(pk=printer.pk).occupancy == Occupancy.FOREIGN
        assert prints_of(floor, run) == []


class TestAMachinesTraceback:
    def test_is_shown_to_nobody(self, floor: Floor, run: Run) -> None:
        floor.tell(0, "fault", kind="refuse", method="server.files.upload", times=99)

        hand_out_all()

        told = [*Event.objects.values_list("data", flat=True), *Delivery.objects.values_list("last_error", flat=True)]
        told += [json.dumps(fresh(run).evidence), json.dumps(fresh(run).machine_evidence)]
        assert fresh(run).state == RunState.QUEUED
        assert Delivery.objects.get(lane="dispatch").state == "dead"
        assert not [text for text in told if "Traceback" in text or "/opt/moonraker" in text or 'File "' in text]
