"""The connector as the process it is, listening to simulated printers in another process: what machines do, the record says."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.catalog.states import Reason
from apps.fleet import commands as fleet
from apps.fleet.models import MachineSession, Printer
from apps.fleet.states import Bed, Connection, Health, Occupancy
from apps.journal import lanes
from apps.journal.models import Event
from apps.runs import commands
from apps.runs.models import Exclusion, Run
from apps.runs.states import RunState
from tests import engines
from tests.fleet.others_programs import REAL, is_real
from tests.runs.connectors import connect, end, minds_sigterm, stop
from tests.runs.floor import (
    PATIENCE_S,
    Floor,
    clear_bed,
    fresh,
    gcode,
    give,
    hand_out,
    hand_out_all,
    machine_is,
    make_work,
    now_context,
    simulated,
    until,
)
from tests.runs.one_printer import defined

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(scope="module", params=["simulator", REAL])
def floor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    real = is_real(request.param)
    with simulated(tmp_path_factory.mktemp("floor"), 2, speed=100.0, least=1.0, restart=0.5, moonraker=real) as running:
        yield running


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(lanes, "LONGEST_WAIT_S", 0.3)


@pytest.fixture(scope="module")
def connector(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[bytes]]:
    """A connector that runs while printers come and go with each test."""
    log = tmp_path_factory.mktemp("connector") / "log"
    process = connect({"DATABASE_URL": engines.database_url()}, log)
    yield process
    end(process, log)


@pytest.fixture
def printer(floor: Floor, connector: subprocess.Popen[bytes]) -> Iterator[Printer]:
    """A printer the connector listens to."""
    made = floor.printer(0, connection=Connection.UNKNOWN, last_seen_at=None)
    until(lambda: now(made).connection == Connection.ONLINE, "the connector to hear the printer")
    until(lambda: now(made).last_print, "the connector to see it at rest")
    yield made
    floor.tell(0, "start-moonraker")
    floor.tell(0, "wake-moonraker")
    floor.tell(0, "restart-klippy")
    until(machine_is(floor, 0, "standby"), "the printer to be as new")
    floor.tell(0, "clear-bed")
    floor.tell(0, "load-filament")
    floor.tell(0, "mend")


def now(printer: Printer) -> Printer:
    return Printer.objects.get(pk=printer.pk)


def printing(printer: Printer, seconds: int = 3600, **more: Any) -> Run:
    """Return an attempt that prints on it; a short one may be over when that is known."""
    run = make_work(printer, gcode(seconds, **more), seconds=seconds)
    give(run, printer)
    hand_out_all()
    assert fresh(run).state in (RunState.PRINTING, RunState.COMPLETED)
    return run


def held(floor: Floor, printer: Printer, seconds: int) -> Run:
    """Return an attempt that prints on it and gets no further until the printer is mended, however long anything else takes meanwhile."""
    floor.tell(0, "stick")
    run = printing(printer, seconds)
    assert fresh(run).state == RunState.PRINTING
    return run


def became(run: Run, *states: str) -> Run:
    """Wait until the attempt is in one of ``states`` and return it."""
    until(lambda: fresh(run).state in states, f"the attempt to be {states}, not {fresh(run).state}")
    return fresh(run)


def happened(run: Run) -> list[str]:
    """Return what was recorded about an attempt."""
    return [event.type.rpartition(".")[2] for event in Event.objects.order_by("id") if str(run.pk) in event.subjects]


class TestAPrint:
    def test_that_goes_to_its_end_is_completed(self, floor: Floor, printer: Printer) -> None:
        run = printing(printer, seconds=1200)

        done = became(run, RunState.COMPLETED)

        assert done.evidence["row"] in ("completed", "history_says_completed")
        assert now(printer).occupancy == Occupancy.FREE
        assert now(printer).bed == Bed.NOT_CLEAR
        assert "RunProgressed" in happened(run)
        assert [one.outcome for one in floor.prints(0) if str(run.pk) in one.path] == ["complete"]
        session = MachineSession.objects.get(run_id=run.pk)
        assert session.print_s is not None
        assert 1000 <= session.print_s <= 1300

    def test_paused_and_resumed_at_the_machine_is_followed(self, floor: Floor, printer: Printer) -> None:
        run = printing(printer)

        floor.tell(0, "at-machine", script="PAUSE")
        paused = became(run, RunState.PAUSED)
        floor.tell(0, "at-machine", script="RESUME")

        assert paused.reason == "UNKNOWN"
        assert paused.caused_by.startswith("device:")
        became(run, RunState.PRINTING)

    def test_stopped_at_the_machine_is_aborted(self, floor: Floor, printer: Printer) -> None:
        run = printing(printer)

        floor.tell(0, "at-machine", script="CANCEL_PRINT")

        assert became(run, RunState.ABORTED).evidence["row"] == "stopped_at_the_machine"
        assert now(printer).bed == Bed.NOT_CLEAR

    def test_with_a_part_left_out_at_the_machine_says_so(self, floor: Floor, printer: Printer) -> None:
        content = gcode(1200, objects=("SLOT-1", "SLOT-2", "SLOT-3"))
        run = make_work(printer, content, seconds=1200, pieces=3)
        floor.tell(0, "stick")
        give(run, printer)
        hand_out_all()
        floor.tell(0, "mend")
        until(lambda: len(defined(printer)) == 3, "the print to say what it consists of")
        floor.tell(0, "stick")

        floor.tell(0, "at-machine", script="EXCLUDE_OBJECT NAME=SLOT-2")
        until(lambda: fresh(run).left_out == 1, "the connector to notice what is left out")
        floor.tell(0, "at-machine", script="EXCLUDE_OBJECT NAME=SLOT-3")
        until(lambda: fresh(run).left_out == 2, "the connector to notice the other, too")
        floor.tell(0, "mend")

        out = {one.object_name: (one.state, one.asked_by) for one in Exclusion.objects.filter(run=run)}
        assert out == {"slot-2": ("excluded", ""), "slot-3": ("excluded", "")}
        assert became(run, RunState.COMPLETED).evidence["row"] in ("completed", "history_says_completed")
        assert happened(run).count("ItemExcluded") == 2

    def test_hit_by_a_thermal_shutdown_has_failed_and_the_printer_is_degraded(self, floor: Floor, printer: Printer) -> None:
        run = printing(printer)

        floor.tell(0, "shutdown")

        assert became(run, RunState.FAILED).reason == "THERMAL"
        until(lambda: now(printer).health == Health.DEGRADED, "the printer to be degraded, too")
        until(lambda: now(printer).connection == Connection.UNKNOWN, "the shutdown to show")

    def test_whose_board_goes_silent_has_failed_once_the_machine_says_so(self, floor: Floor, printer: Printer) -> None:
        run = printing(printer)

        floor.tell(0, "lose-board")

        assert became(run, RunState.FAILED).reason == "MCU_LOST"
        assert now(printer).bed == Bed.NOT_CLEAR

    def test_whose_start_the_history_missed_is_completed_by_what_the_machine_itself_says(
        self, floor: Floor, printer: Printer, request: pytest.FixtureRequest
    ) -> None:
        if is_real(request.node.callspec.params["floor"]):
            pytest.skip("what the real Moonraker misses cannot be chosen")
        floor.tell(0, "miss-start")

        run = printing(printer, seconds=300)

        assert became(run, RunState.COMPLETED).evidence["row"] == "completed"
        assert floor.newest_job(0) == ("", "completed")

    def test_lost_to_a_restart_has_failed(self, floor: Floor, printer: Printer) -> None:
        run = printing(printer)

        floor.tell(0, "restart-klippy")

        assert became(run, RunState.FAILED).reason == "POWER_LOSS"

    def test_reset_at_the_machine_is_aborted_by_what_the_history_says(self, floor: Floor, printer: Printer) -> None:
        run = printing(printer)

        floor.tell(0, "at-machine", script="SDCARD_RESET_FILE")

        assert became(run, RunState.ABORTED).evidence["history_status"] == "cancelled"

    def test_that_ends_while_nobody_listens_is_completed_afterwards(self, floor: Floor, printer: Printer) -> None:
        run = held(floor, printer, seconds=300)

        floor.tell(0, "kill-moonraker")
        floor.tell(0, "mend")
        until(machine_is(floor, 0, "complete"), "the print to end")
        until(lambda: now(printer).connection == Connection.OFFLINE, "the silence to be noticed")
        assert fresh(run).state == RunState.PRINTING
        floor.tell(0, "start-moonraker")

        became(run, RunState.COMPLETED)
        until(lambda: now(printer).connection == Connection.ONLINE, "the printer to be back")

    def test_that_runs_on_after_we_thought_it_over_is_told_to_a_person(self, floor: Floor, printer: Printer) -> None:
        run = printing(printer)

        commands.fail_run(now_context(), run_id=run.pk, printer_id=printer.pk, reason=Reason.SPAGHETTI, evidence={})

        until(lambda: fresh(run).desynced, "the doubt")
        until(lambda: now(printer).occupancy == Occupancy.FOREIGN, "the printer to be taken")
        assert fresh(run).state == RunState.FAILED
        floor.tell(0, "at-machine", script="CANCEL_PRINT")
        until(lambda: now(printer).occupancy == Occupancy.FREE, "the printer to be free")


class TestWishes:
    def test_to_pause_go_on_and_stop_are_done_and_put_down_to_who_asked(self, floor: Floor, printer: Printer) -> None:
        run = printing(printer)
        who = now_context()

        commands.pause_run(who, run_id=run.pk, expected_version=fresh(run).version, reason=Reason.SPAGHETTI)
        hand_out_all()
        paused = became(run, RunState.PAUSED)
        commands.resume_run(now_context(), run_id=run.pk, expected_version=fresh(run).version)
        hand_out_all()
        became(run, RunState.PRINTING)
        commands.abort_run(now_context(), run_id=run.pk, expected_version=fresh(run).version)
        hand_out_all()
        aborted = became(run, RunState.ABORTED)

        assert (paused.reason, paused.caused_by) == ("SPAGHETTI", who.actor.who)
        assert aborted.reason == "OPERATOR_ABORT"
        assert [one.outcome for one in floor.prints(0) if str(run.pk) in one.path] == ["cancelled"]

    def test_for_a_fresh_look_are_granted(self, floor: Floor, printer: Printer, connector: subprocess.Popen[bytes]) -> None:
        run = printing(printer)
        stop(connector)
        floor.tell(0, "at-machine", script="CANCEL_PRINT")

        commands.refresh_run(now_context(), run_id=run.pk)
        hand_out("reconcile")
        connector.send_signal(signal.SIGCONT)

        assert fresh(run).state == RunState.ABORTED


class TestSomethingForeign:
    def test_is_seen_kept_and_left_alone_until_it_ends(self, floor: Floor, printer: Printer) -> None:
        floor.tell(0, "stick")
        name = floor.tell(0, "foreign-print", seconds=600)

        until(lambda: now(printer).occupancy == Occupancy.FOREIGN, "the foreign print to be seen")
        floor.tell(0, "mend")
        until(lambda: now(printer).occupancy == Occupancy.FREE, "its end to be seen")

        session = MachineSession.objects.get(printer=printer)
        assert (session.file_name, session.is_foreign, session.outcome) == (name, True, "completed")
        assert now(printer).bed == Bed.NOT_CLEAR
        assert [one.outcome for one in floor.prints(0) if one.path == name][-1] == "complete"

    def test_that_nobody_watched_leaves_a_bed_that_is_not_clear(self, floor: Floor, printer: Printer) -> None:
        clear_bed(floor, 0, printer.pk)
        floor.tell(0, "kill-moonraker")
        until(lambda: now(printer).connection == Connection.OFFLINE, "the silence to be noticed")
        name = floor.tell(0, "foreign-print", seconds=60)
        until(lambda: [one.outcome for one in floor.prints(0) if one.path == name][-1:] == ["complete"], "its end")

        floor.tell(0, "start-moonraker")

        until(lambda: now(printer).bed == Bed.NOT_CLEAR, "the printer to tell of it")
        assert now(printer).bed_evidence["file"] == name
        session = MachineSession.objects.get(printer=printer)
        assert (session.file_name, session.is_foreign, session.outcome) == (name, True, "completed")

    def test_pause_pressed_on_the_idle_machine_blocks_it_until_it_is_taken_back(self, floor: Floor, printer: Printer) -> None:
        floor.tell(0, "at-machine", script="PAUSE")
        until(lambda: now(printer).occupancy == Occupancy.FOREIGN, "the printer to be blocked")

        floor.tell(0, "at-machine", script="CLEAR_PAUSE")

        until(lambda: now(printer).occupancy == Occupancy.FREE, "the printer to be free")


class TestAPrinter:
    def test_with_a_wrong_key_is_misconfigured_until_the_key_is_right(self, floor: Floor, printer: Printer) -> None:
        right = floor.machines[0]["api_key"]
        floor.tell(0, "key", key="another")
        floor.tell(0, "drop-connections")
        until(lambda: now(printer).connection == Connection.MISCONFIGURED, "the wrong key to show")

        floor.tell(0, "key", key=right)

        until(lambda: now(printer).connection == Connection.ONLINE, "the printer to be back")

    def test_that_hangs_is_offline_after_a_while_and_its_attempt_goes_on(self, floor: Floor, printer: Printer) -> None:
        run = printing(printer)
        floor.tell(0, "hang-moonraker")

        until(lambda: now(printer).connection == Connection.OFFLINE, "the silence to be noticed")
        assert fresh(run).state == RunState.PRINTING
        floor.tell(0, "wake-moonraker")

        until(lambda: now(printer).connection == Connection.ONLINE, "the printer to be back")
        assert fresh(run).state == RunState.PRINTING

    def test_is_followed_to_another_address(self, floor: Floor, printer: Printer) -> None:
        other = floor.machines[1]
        where = {"address": other["address"], "api_key": other["api_key"]}

        fleet.correct_access(now_context(), printer_id=printer.pk, expected_version=now(printer).version, **where)
        seen = until(lambda: now(printer).other_machine and now(printer), "the other machine to be seen")
        fleet.accept_machine(now_context(), printer_id=printer.pk, expected_version=seen.version, reason="It was replaced")
        floor.tell(1, "foreign-print", seconds=3600)

        until(lambda: now(printer).occupancy == Occupancy.FOREIGN, "the other machine to be listened to")
        floor.tell(1, "at-machine", script="CANCEL_PRINT")
        floor.tell(1, "clear-bed")

    def test_that_joins_later_is_heard_within_seconds(self, floor: Floor, printer: Printer) -> None:
        late = floor.printer(1, connection=Connection.UNKNOWN, last_seen_at=None)

        until(lambda: now(late).connection == Connection.ONLINE, "the new printer to be heard")


class TestTwoConnectors:
    def test_do_no_harm(self, floor: Floor, printer: Printer, test_database: dict[str, str], tmp_path: Path) -> None:
        second = connect(test_database, tmp_path / "second.log")
        until(lambda: minds_sigterm(second), "the second connector to be at work")
        run = printing(printer, seconds=300)

        became(run, RunState.COMPLETED)
        clear_bed(floor, 0, printer.pk)
        second.send_signal(signal.SIGTERM)

        assert second.wait(PATIENCE_S) == 0
        names = happened(run)
        assert [names.count(name) for name in ("RunStarted", "RunCompleted")] == [1, 1]
        assert names.count("RunReconciled") <= 2, "a connector may see the start before the worker says so"


class TestAKilledConnector:
    def test_is_replaced_by_one_that_catches_up(
        self, floor: Floor, printer: Printer, test_database: dict[str, str], tmp_path: Path
    ) -> None:
        other = connect(test_database, tmp_path / "other.log")
        run = printing(printer, seconds=300)
        other.kill()
        other.wait()

        became(run, RunState.COMPLETED)


class TestAnEmergencyStop:
    def test_ends_the_print_at_once_and_the_firmware_comes_back_when_asked(self, floor: Floor, printer: Printer) -> None:
        run = printing(printer)

        commands.emergency_stop(now_context(), printer_id=printer.pk)
        hand_out_all("reconcile")

        became(run, RunState.FAILED)
        ended = fresh(run)
        assert ended.reason == Reason.EMERGENCY_STOP
        assert now(printer).bed != Bed.CLEAR
        assert floor.prints(0)[-1].outcome == "shutdown"

        commands.restart_firmware(now_context(), printer_id=printer.pk)
        hand_out_all("reconcile")

        until(machine_is(floor, 0, "standby"), "the firmware to be back")
