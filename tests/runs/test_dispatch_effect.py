"""Giving an attempt to a printer, with a simulated printer in another process: it is started once, whatever happens on the way."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.fleet import commands as fleet
from apps.fleet.domain.observation import Observation
from apps.fleet.drivers import TimedOut
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, Occupancy, SessionOutcome
from apps.journal import leases
from apps.runs import commands
from apps.runs.connector import applying, dispatching
from apps.runs.connector.hand import Hand
from apps.runs.models import Run
from apps.runs.states import DispatchStep, RunState
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
    until,
)
from tests.runs.one_printer import KINDS, as_new_afterwards, one_machine, try_again_soon

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = gcode(600)


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def floor(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with one_machine(tmp_path_factory.mktemp("floor"), kind) as running:
        yield running


@pytest.fixture
def printer(floor: Floor) -> Iterator[Printer]:
    with as_new_afterwards(floor) as made:
        yield made


@pytest.fixture(autouse=True)
def _soon(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    try_again_soon(monkeypatch, kind)


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
        foreign = floor.tell(0, "foreign-print", seconds=36_000)
        until(machine_is(floor, 0, "printing"), "somebody's own print")

        hand_out_all()

        assert floor.says(0)["filename"] == foreign
        assert floor.says(0)["state"] == "printing"
        assert prints_of(floor, run) == []
        assert fresh(run).state == RunState.QUEUED
        assert Printer.objects.get(pk=printer.pk).occupancy == Occupancy.FOREIGN

    def test_with_what_nobody_watched_on_its_bed_never_gets_a_start(self, floor: Floor, printer: Printer, run: Run) -> None:
        fleet.note_unseen_print(
            now_context(), printer_id=printer.pk, ended_print="nothing yet", file_name="", outcome=SessionOutcome.UNKNOWN
        )
        foreign = floor.tell(0, "foreign-print", seconds=60)
        until(machine_is(floor, 0, "complete"), "the end of somebody's own print")

        hand_out_all()

        assert prints_of(floor, run) == []
        assert fresh(run).state == RunState.QUEUED
        found = Printer.objects.get(pk=printer.pk)
        assert (found.bed, found.bed_evidence["file"]) == (Bed.NOT_CLEAR, foreign)

    def test_whose_connector_notes_what_nobody_watched_a_moment_earlier_gets_none_either(
        self, floor: Floor, printer: Printer, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fleet.note_unseen_print(
            now_context(), printer_id=printer.pk, ended_print="nothing yet", file_name="", outcome=SessionOutcome.UNKNOWN
        )
        floor.tell(0, "foreign-print", seconds=60)
        until(machine_is(floor, 0, "complete"), "the end of somebody's own print")
        real = applying.apply

        def a_moment_later(side: Any, seen: Any, ruling: Any, _contexts: Any) -> bool:
            assert real(side, seen, ruling, lambda _step: now_context())
            return real(side, seen, ruling, lambda _step: now_context())

        monkeypatch.setattr(dispatching, "apply", a_moment_later)

        hand_out_all()

        assert prints_of(floor, run) == []
        assert fresh(run).state == RunState.QUEUED

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

        hand_out_all()

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

        hand_out_all()

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


class TestAPrinterThatStartedAMomentAgo:
    def test_gets_its_start_when_it_was_ready_for_three_seconds(self, floor: Floor, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        real_upload, real_look, real_start = Hand.upload, Hand.look, Hand.start
        seen: list[tuple[float, int | None]] = []
        started: list[float] = []

        def upload(hand: Hand, path: str, local: Path, sha256: str) -> None:
            real_upload(hand, path, local, sha256)
            floor.tell(0, "restart-klippy")

        def look(hand: Hand, path: str | None = None) -> Observation:
            found = real_look(hand, path)
            seen.append((time.monotonic(), found.klippy_pid if found.klippy_state == "ready" else None))
            return found

        def start(hand: Hand, path: str) -> None:
            started.append(time.monotonic())
            real_start(hand, path)

        for name, instead in (("upload", upload), ("look", look), ("start", start)):
            monkeypatch.setattr(Hand, name, instead)

        hand_out_all()

        assert prints_of(floor, run) == RIGHT
        process = fresh(run).machine_evidence["klippy_pid"]
        assert started[0] - min(at for at, pid in seen if pid == process) >= dispatching.READY_FOR_S
        assert seen[0][1] != process
