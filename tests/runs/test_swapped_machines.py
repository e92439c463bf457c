"""A router gives addresses away anew: two machines answer at each other's. Nothing of ours may reach the wrong one, and nothing it says counts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.fleet import commands as fleet
from apps.fleet import queries
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, Occupancy, PrinterWait
from apps.journal import lanes
from apps.runs import commands
from apps.runs.connector.hand import Hand
from apps.runs.models import Run
from apps.runs.states import RunState
from tests import engines
from tests.fleet.others_programs import REAL, is_real
from tests.runs.connectors import connect, end
from tests.runs.floor import (
    Floor,
    clear_bed,
    fresh,
    gcode,
    give,
    hand_out_all,
    machine_is,
    make_work,
    now_context,
    simulated,
    until,
)
from tests.runs.relay import Relay, relays

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(scope="module", params=["simulator", REAL])
def floor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    real = is_real(request.param)
    with simulated(tmp_path_factory.mktemp("floor"), 2, speed=100.0, least=1.0, restart=0.5, moonraker=real) as running:
        yield running


@pytest.fixture
def places(floor: Floor) -> Iterator[list[Relay]]:
    """The addresses of both machines, as the router gave them away."""
    with relays([one["address"] for one in floor.machines]) as made:
        yield made
    for number in (0, 1):
        floor.tell(number, "restart-klippy")
        until(machine_is(floor, number, "standby"), "the printer to be as new")
        floor.tell(number, "clear-bed")


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(lanes, "LONGEST_WAIT_S", 0.3)


@pytest.fixture
def both(floor: Floor, places: list[Relay]) -> list[Printer]:
    """Two printers of one site, which machine each is noted, both with one key: none of the machines could tell them apart by that."""
    for number in (0, 1):
        floor.tell(number, "key", key="one key for all")
        floor.machines[number]["api_key"] = "one key for all"
    first = floor.printer(0, address=places[0].address)
    second = floor.printer(1, address=places[1].address, site=first.site, printer_class=first.printer_class)
    for printer in (first, second):
        with Hand(printer) as hand:
            machine = hand.look().machine.as_kept()
        fleet.observe_connection(now_context(), printer_id=printer.pk, reachable=True, klippy_state="ready", machine=machine)
    return [now(first), now(second)]


def swap(floor: Floor, places: list[Relay]) -> None:
    """Let both machines answer at each other's address."""
    for place, machine in zip(places, reversed(floor.machines), strict=True):
        place.lead_to(machine["address"])


def now(printer: Printer) -> Printer:
    return Printer.objects.get(pk=printer.pk)


def ours_on(floor: Floor, number: int) -> list[Path]:
    """Return the files of ours that a machine has."""
    return list((floor.state / "printers" / floor.machines[number]["name"] / "gcodes" / "farmos").rglob("*.gcode"))


def printing(printer: Printer, seconds: int = 3600) -> Run:
    run = make_work(printer, gcode(seconds), seconds=seconds)
    give(run, printer)
    hand_out_all()
    assert fresh(run).state == RunState.PRINTING
    return run


class TestAStart:
    def test_never_reaches_another_machine(self, floor: Floor, places: list[Relay], both: list[Printer]) -> None:
        run = make_work(both[0], gcode(60, mark="swapped"), seconds=60)
        give(run, both[0])
        swap(floor, places)
        before = [len(floor.prints(number)) for number in (0, 1)]

        hand_out_all()

        assert fresh(run).state == RunState.QUEUED
        assert [len(floor.prints(number)) for number in (0, 1)] == before, "nothing was started anywhere"
        assert not [path for path in ours_on(floor, 1) if str(run.pk) in str(path)], "nothing was sent either"
        assert now(both[0]).connection == Connection.MISCONFIGURED
        assert queries.waits(now(both[0]))[0] == PrinterWait.OTHER_MACHINE
        assert queries.printers_like(now(both[0]), now(both[0]).other_machine or both[0].identity) == [both[1]], "it is said whose it is"


class TestControl:
    def test_never_reaches_another_machine(self, floor: Floor, places: list[Relay], both: list[Printer]) -> None:
        """Pause, stop, emergency stop and a restart of the firmware are for the one machine; somebody prints on the other."""
        run = printing(both[0])
        floor.tell(1, "foreign-print", seconds=36_000)
        swap(floor, places)

        commands.pause_run(now_context(), run_id=run.pk, expected_version=fresh(run).version)
        commands.emergency_stop(now_context(), printer_id=both[0].pk)
        commands.restart_firmware(now_context(), printer_id=both[1].pk)
        for _time in range(8):
            while lanes.hand_out_next("reconcile"):
                pass
            time.sleep(0.1)

        assert [floor.says(number)["state"] for number in (0, 1)] == ["printing", "printing"]
        assert fresh(run).state == RunState.PRINTING


class TestAnEmergencyStop:
    def test_is_sent_also_when_it_is_not_said_which_machine_it_is(self, floor: Floor, both: list[Printer]) -> None:
        floor.tell(0, "fault", kind="refuse", method="machine.system_info", times=9)
        floor.tell(0, "fault", kind="refuse", method="server.database.get_item", times=9)

        commands.emergency_stop(now_context(), printer_id=both[0].pk)
        hand_out_all("reconcile")

        floor.tell(0, "calm")
        with Hand(both[0]) as hand:
            assert hand.look().klippy_state == "shutdown"


class TestFollowing:
    @pytest.fixture(autouse=True)
    def _connector(self, django_db_setup: None, tmp_path: Path) -> Iterator[None]:
        log = tmp_path / "log"
        process = connect({"DATABASE_URL": engines.database_url()}, log, offline_after_s=3)
        yield
        end(process, log)

    def test_takes_no_word_of_another_machine_for_ours_until_addresses_are_swapped(
        self, floor: Floor, places: list[Relay], both: list[Printer]
    ) -> None:
        until(lambda: all(now(one).last_print for one in both), "both to be followed")
        run = printing(both[0], seconds=2400)
        before = floor.says(1)["state"]

        swap(floor, places)

        until(lambda: all(now(one).other_machine for one in both), "both to be found elsewhere")
        time.sleep(3.0)
        assert before != "printing"
        assert (fresh(run).state, fresh(run).desynced) == (RunState.PRINTING, False), "what the wrong machine says ends nothing"
        assert (now(both[0]).occupancy, now(both[0]).current_run_id) == (Occupancy.OURS, run.pk)
        assert (now(both[1]).occupancy, now(both[1]).bed) == (Occupancy.FREE, Bed.CLEAR), "our print is no foreign one there"

        fleet.swap_addresses(now_context(), printer_id=both[0].pk, expected_version=now(both[0]).version, other_id=both[1].pk)

        until(lambda: all(now(one).connection == Connection.ONLINE for one in both), "both to be heard where they are")
        until(lambda: fresh(run).state == RunState.COMPLETED, "the print to end as ours")
        clear_bed(floor, 0, both[0].pk)

    def test_goes_on_by_itself_when_they_are_back(self, floor: Floor, places: list[Relay], both: list[Printer]) -> None:
        until(lambda: all(now(one).last_print for one in both), "both to be followed")
        swap(floor, places)
        until(lambda: all(now(one).other_machine for one in both), "both to be found elsewhere")

        for place, machine in zip(places, floor.machines, strict=True):
            place.lead_to(machine["address"])

        until(lambda: all(now(one).connection == Connection.ONLINE for one in both), "both to be back")
        assert not any(now(one).machine_note for one in both)

    def test_asks_a_person_about_a_new_board(self, floor: Floor, both: list[Printer], request: pytest.FixtureRequest) -> None:
        if is_real(request.node.callspec.params["floor"]):
            pytest.skip("the board of a real Moonraker is this computer")
        until(lambda: now(both[0]).last_print, "it to be followed")
        floor.tell(0, "new-board")
        floor.tell(0, "drop-connections")
        until(lambda: now(both[0]).other_machine, "the new board to be seen")

        seen = now(both[0])
        fleet.accept_machine(now_context(), printer_id=seen.pk, expected_version=seen.version, reason="New computer")

        until(lambda: now(both[0]).connection == Connection.ONLINE, "it to be heard again")
