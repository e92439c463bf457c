"""Giving an attempt to a printer, with a simulated printer in another process: it is started once, whatever happens on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.fleet.drivers import TimedOut
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, Occupancy
from apps.journal import lanes, leases
from apps.runs import commands
from apps.runs.connector import dispatching
from apps.runs.connector.hand import Hand
from apps.runs.models import Run
from apps.runs.states import DispatchStep, RunState
from tests.fleet.others_programs import REAL, is_real
from tests.runs.floor import (
    Floor,
    fresh,
    gcode,
    give,
    hand_out,
    hand_out_all,
    machine_is,
    make_work,
    now_context,
    owed,
    simulated,
    until,
)

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = gcode(600)


@pytest.fixture(scope="module", params=["simulator", REAL])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def floor(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with simulated(tmp_path_factory.mktemp("floor"), 1, speed=60.0, moonraker=is_real(kind)) as running:
        yield running


@pytest.fixture
def printer(floor: Floor) -> Iterator[Printer]:
    yield floor.printer(0)
    floor.tell(0, "calm")
    floor.tell(0, "start-moonraker")
    floor.tell(0, "wake-moonraker")
    floor.tell(0, "restart-klippy")
    until(machine_is(floor, 0, "standby"), "the printer to be as new")
    floor.tell(0, "clear-bed")


@pytest.fixture(autouse=True)
def _soon(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "FIRST_WAIT_S", 0.02)
    monkeypatch.setattr(lanes, "LONGEST_WAIT_S", {"simulator": 0.3}.get(kind, 3.0))  # a real Moonraker takes seconds to start again
    monkeypatch.setattr(dispatching, "CONFIRM_S", 1.0)


@pytest.fixture
def run(printer: Printer) -> Run:
    made = make_work(printer, CONTENT, seconds=600)
    give(made, printer)
    return made


def prints_of(floor: Floor, run: Run) -> list[str]:
    """Return how often the attempt's file was started, as the hashes of what was started."""
    return [one.sha256 for one in floor.prints(0) if str(run.pk) in one.path]


RIGHT = [hashlib.sha256(CONTENT).hexdigest()]


class TestADispatch:
    def test_brings_the_file_there_and_starts_it_once(self, floor: Floor, printer: Printer, run: Run) -> None:
        hand_out_all()

        assert prints_of(floor, run) == RIGHT
        now = fresh(run)
        assert now.state == RunState.PRINTING
        assert now.job_ref
        assert now.machine_evidence["klippy_pid"]
        assert Printer.objects.get(pk=printer.pk).bed == Bed.NOT_CLEAR

    def test_done_twice_starts_nothing_more(self, floor: Floor, run: Run) -> None:
        (delivery,) = owed()
        hand_out_all()
        delivery.refresh_from_db()

        commands_again(delivery.pk)
        hand_out_all()

        assert prints_of(floor, run) == RIGHT

    def test_whose_reply_to_the_start_is_lost_is_found_out(self, floor: Floor, run: Run) -> None:
        floor.tell(0, "fault", kind="lose_reply", method="printer.print.start")

        hand_out_all()

        assert prints_of(floor, run) == RIGHT
        assert fresh(run).state == RunState.PRINTING

    def test_whose_start_never_arrives_sends_it_again(self, floor: Floor, run: Run) -> None:
        floor.tell(0, "fault", kind="drop", method="printer.print.start")

        hand_out_all()

        assert prints_of(floor, run) == RIGHT
        assert fresh(run).state == RunState.PRINTING

    def test_whose_file_arrives_wrong_sends_it_again(self, floor: Floor, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        real = Hand.upload
        sent: list[str] = []

        def spoil_the_first(hand: Hand, path: str, local: Path, sha256: str) -> None:
            real(hand, path, local, sha256)
            sent.append(path)
            if len(sent) == 1:
                stored = next(floor.state.rglob(path))
                stored.write_bytes(stored.read_bytes().replace(b"X1 ", b"X2 "))

        monkeypatch.setattr(Hand, "upload", spoil_the_first)

        hand_out_all()

        assert len(sent) == 2
        assert prints_of(floor, run) == RIGHT


def commands_again(delivery_id: int) -> None:
    """Let an effect that was done be owed again, as after a worker's death between doing and saying so."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_delivery SET state = 'pending', ended_at = NULL WHERE id = %s", [delivery_id])


class TestAPrinterThatIsBusy:
    def test_with_something_foreign_is_left_alone_and_the_attempt_waits_again(self, floor: Floor, printer: Printer, run: Run) -> None:
        foreign = floor.tell(0, "foreign-print")
        until(machine_is(floor, 0, "printing"), "somebody's own print")

        hand_out_all()

        assert floor.says(0)["filename"] == foreign
        assert floor.says(0)["state"] == "printing"
        assert prints_of(floor, run) == []
        assert fresh(run).state == RunState.QUEUED
        assert Printer.objects.get(pk=printer.pk).occupancy == Occupancy.FOREIGN

    def test_with_something_paused_never_gets_a_start(self, floor: Floor, printer: Printer, run: Run) -> None:
        foreign = floor.tell(0, "foreign-print")
        floor.tell(0, "at-machine", script="PAUSE")
        until(machine_is(floor, 0, "paused"), "the pause")

        hand_out_all()

        assert (floor.says(0)["filename"], floor.says(0)["state"]) == (foreign, "paused")
        assert prints_of(floor, run) == []
        assert fresh(run).state == RunState.QUEUED

    def test_by_a_pause_pressed_on_the_idle_machine_never_gets_a_start(self, floor: Floor, run: Run) -> None:
        floor.tell(0, "at-machine", script="PAUSE")

        hand_out_all()

        assert prints_of(floor, run) == []
        assert fresh(run).state == RunState.QUEUED

    def test_with_our_file_started_by_hand_is_adopted(self, floor: Floor, run: Run) -> None:
        stored = floor.state / "printers" / floor.machines[0]["name"] / "gcodes" / run_path(run)
        stored.parent.mkdir(parents=True)
        stored.write_bytes(CONTENT)
        floor.tell(0, "at-machine", script=f'SDCARD_PRINT_FILE FILENAME="{run_path(run)}"')

        hand_out_all()

        assert prints_of(floor, run) == RIGHT
        assert fresh(run).state == RunState.PRINTING


def run_path(run: Run) -> str:
    return fresh(run).remote_path


class TestAPrinterThatIsShutDown:
    def test_gives_the_attempt_back(self, floor: Floor, printer: Printer, run: Run) -> None:
        floor.tell(0, "shutdown")

        hand_out_all()

        assert fresh(run).state == RunState.QUEUED
        assert Printer.objects.get(pk=printer.pk).connection == Connection.UNKNOWN
        assert prints_of(floor, run) == []


class TestAWrongKey:
    def test_makes_the_printer_misconfigured_and_gives_the_attempt_back(self, floor: Floor, printer: Printer, run: Run) -> None:
        right = floor.machines[0]["api_key"]
        floor.tell(0, "key", key="another")

        hand_out_all()
        floor.tell(0, "key", key=right)

        assert fresh(run).state == RunState.QUEUED
        assert Printer.objects.get(pk=printer.pk).connection == Connection.MISCONFIGURED
        assert prints_of(floor, run) == []


class TestOurOwnSide:
    def test_whose_bed_is_no_longer_clear_stops_before_the_start(self, floor: Floor, printer: Printer, run: Run) -> None:
        from apps.fleet import commands as fleet

        fleet.see_foreign_print(now_context(), printer_id=printer.pk, started_at=now_context().now, file_name="x")

        hand_out_all()

        assert prints_of(floor, run) == []
        assert fresh(run).state == RunState.QUEUED

    def test_who_wants_it_stopped_has_it_end_before_the_start(self, floor: Floor, run: Run) -> None:
        commands.abort_run(now_context(), run_id=run.pk, expected_version=fresh(run).version)

        hand_out_all()

        assert prints_of(floor, run) == []
        assert fresh(run).state == RunState.ABORTED

    def test_that_lost_its_lease_sends_no_start(self, floor: Floor, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(leases, "renew", lambda *_a, **_k: False)

        hand_out()

        assert prints_of(floor, run) == []
        assert fresh(run).dispatch_step in (DispatchStep.REQUESTED, DispatchStep.UPLOADING)


class TestAPrinterThatVanishes:
    @pytest.mark.parametrize(
        "method",
        ["server.info", "printer.objects.query", "server.files.upload", "server.files.metadata", "printer.print.start", "printer.info"],
    )
    def test_at_any_step_and_comes_back_is_started_once(self, floor: Floor, run: Run, method: str) -> None:
        floor.tell(0, "fault", kind="restart_moonraker", method=method)

        hand_out_all()

        assert prints_of(floor, run) == RIGHT
        assert fresh(run).state == RunState.PRINTING

    def test_for_good_gives_the_attempt_back_and_a_person_sees_it(self, floor: Floor, run: Run) -> None:
        floor.tell(0, "kill-moonraker")

        hand_out_all(patience_s=60)

        assert fresh(run).state == RunState.QUEUED
        assert prints_of(floor, run) == []
        from apps.journal.models import Delivery

        assert Delivery.objects.get(lane="dispatch").state == "dead"

    def test_for_good_after_the_start_was_sent_leaves_it_to_a_person(self, floor: Floor, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        real = Hand.start

        def start_and_vanish(hand: Hand, path: str) -> None:
            real(hand, path)
            floor.tell(0, "kill-moonraker")

        monkeypatch.setattr(Hand, "start", start_and_vanish)

        hand_out_all(patience_s=90)

        now = fresh(run)
        assert now.state == RunState.UPLOADING
        assert now.desynced
        assert now.desync_evidence is not None
        assert now.desync_evidence["code"] == "start_unproven"
        assert prints_of(floor, run) == RIGHT

    def test_and_restarts_after_the_start_was_sent_is_not_started_again(
        self, floor: Floor, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def vanish(hand: Hand, path: str) -> None:
            floor.tell(0, "restart-klippy")
            raise TimedOut("no answer")

        monkeypatch.setattr(Hand, "start", vanish)

        hand_out_all()

        now = fresh(run)
        assert now.desynced
        assert now.desync_evidence is not None
        assert now.desync_evidence["code"] == "restarted_during_start"
        assert prints_of(floor, run) == []
