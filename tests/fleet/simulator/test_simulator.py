"""The simulator as a whole: addresses that last, memory and beds that outlive it, several printers, many at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from apps.fleet.domain.observation import Observation
from apps.fleet.drivers.moonraker import Moonraker
from apps.fleet.simulator.job import Clock
from apps.fleet.simulator.physical import physical_account
from apps.fleet.simulator.process import StateInUse, claim
from apps.fleet.simulator.simulator import Simulator, Wish
from tests.fleet.moonraker.files import file_of, gcode
from tests.fleet.moonraker.rigs import CLOCK, PATIENCE_S, state_is, until

pytestmark = pytest.mark.asyncio

PATH = "farmos/r1/abc.gcode"


@asynccontextmanager
async def simulating(state: Path, printers: int = 1, clock: Clock = CLOCK, **more: Any) -> AsyncIterator[Simulator]:
    async with Simulator(Wish(printers, state, clock=clock, **more)) as simulator:
        yield simulator


def client(simulator: Simulator, number: int = 0) -> Moonraker:
    known = simulator.describe()["printers"][number]
    return Moonraker(known["address"], api_key=known["api_key"], timeout_s=PATIENCE_S)


def has_completed(prints: int, state: Path) -> Callable[[Observation], bool]:
    """Return a check of whether the last of so many prints is complete, and not the one before it."""
    return lambda seen: seen.print_state == "complete" and len(physical_account(state)["sim-01"]) == prints


class TestStartedAgain:
    async def test_with_the_same_state_it_is_where_it_was_after_a_power_cut(self, tmp_path: Path) -> None:
        file = file_of(tmp_path, gcode(estimate="20h 0m 0s"))
        async with simulating(tmp_path / "state", 2) as simulator:
            before = [(one["address"], one["api_key"]) for one in simulator.describe()["printers"]]
            async with client(simulator) as machine:
                await machine.upload(PATH, file.local, file.sha256)
                await machine.start(PATH)
                printing = await until(lambda: machine.observe(PATH), lambda seen: seen.print_s > 0 and seen.history is not None)

        async with simulating(tmp_path / "state", 2) as simulator, client(simulator) as machine:
            after = [(one["address"], one["api_key"]) for one in simulator.describe()["printers"]]
            seen = await machine.observe(PATH)
            stored = await machine.read_back(PATH)
            await machine.start(PATH)
            await until(machine.observe, state_is("printing"))

        assert after == before
        assert (seen.print_state, seen.filename) == ("standby", "")
        assert seen.klippy_pid != printing.klippy_pid
        assert seen.history is not None
        assert (seen.history.status, seen.history.ended_at) == ("interrupted", None)
        assert seen.metadata is not None
        assert seen.metadata.print_start_time is not None
        assert stored == file.sha256
        first, second = physical_account(tmp_path / "state")["sim-01"]
        assert (first.outcome, first.bed_was_occupied) == ("power_cut", False)
        assert second.bed_was_occupied

    async def test_with_more_printers_it_keeps_the_old_ones(self, tmp_path: Path) -> None:
        async with simulating(tmp_path, 1) as simulator:
            (first,) = simulator.describe()["printers"]
        async with simulating(tmp_path, 3) as simulator:
            found = simulator.describe()["printers"]

        assert found[0]["address"] == first["address"]
        assert len({one["address"] for one in found}) == 3

    async def test_twice_at_once_it_refuses(self, tmp_path: Path) -> None:
        held = claim(tmp_path)
        assert held > 0
        with pytest.raises(StateInUse):
            claim(tmp_path)


class TestAddresses:
    async def test_are_one_for_each_printer_on_one_port(self, tmp_path: Path) -> None:
        async with simulating(tmp_path, 3) as simulator:
            urls = [one["address"].rsplit(":", 1) for one in simulator.describe()["printers"]]

        assert len({host for host, _port in urls}) == 3
        assert len({port for _host, port in urls}) == 1

    async def test_can_be_ports_of_one_address(self, tmp_path: Path) -> None:
        async with simulating(tmp_path, 3, own_ports=True) as simulator:
            urls = [one["address"].rsplit(":", 1) for one in simulator.describe()["printers"]]

        assert {host for host, _port in urls} == {"http://127.0.0.1"}
        assert len({port for _host, port in urls}) == 3

    @pytest.mark.parametrize("printers", [0, -1, 2001])
    async def test_are_not_made_for_absurd_numbers(self, tmp_path: Path, printers: int) -> None:
        with pytest.raises(ValueError, match="printers"):
            Simulator(Wish(printers, tmp_path))


class TestManyPrinters:
    async def test_print_side_by_side_each_its_own(self, tmp_path: Path) -> None:
        files = [file_of(tmp_path, gcode(body=f"M117 plate {number}")) for number in range(12)]

        async def run(simulator: Simulator, number: int) -> None:
            async with client(simulator, number) as machine:
                await machine.upload(PATH, files[number].local, files[number].sha256)
                await machine.start(PATH)
                await until(machine.observe, state_is("complete"))

        async with simulating(tmp_path / "state", 12) as simulator:
            await asyncio.gather(*(run(simulator, number) for number in range(12)))

        account = physical_account(tmp_path / "state")
        assert [[one.sha256 for one in account[f"sim-{number + 1:02d}"]] for number in range(12)] == [[file.sha256] for file in files]
        assert {one.outcome for prints in account.values() for one in prints} == {"complete"}


class TestTheControl:
    async def test_says_what_it_does_not_know(self, tmp_path: Path) -> None:
        async with simulating(tmp_path) as simulator, aiohttp.ClientSession() as session:
            statuses = []
            for path, given in (
                ("printers/nobody/runout", {}),
                ("printers/sim-01/fly", {}),
                ("printers/sim-01/fault", {"kind": "nonsense"}),
                ("printers/sim-01/fault", {"flavour": 1}),
                ("printers/sim-01/at-machine", {"script": 'SDCARD_PRINT_FILE FILENAME="x"'}),
                ("faults", {"seed": 1, "chances": {"nonsense": 1}}),
            ):
                async with session.post(f"{simulator.control_url}/sim/{path}", json=given) as told:
                    statuses.append((told.status, bool((await told.json())["error"])))

        assert statuses == [(404, True), (404, True), (400, True), (400, True), (400, True), (400, True)]

    async def test_clears_beds_and_gives_the_account(self, tmp_path: Path) -> None:
        file = file_of(tmp_path, gcode())
        async with simulating(tmp_path / "state") as simulator, client(simulator) as machine, aiohttp.ClientSession() as session:
            for number in (1, 2):
                await machine.upload(PATH, file.local, file.sha256)
                await machine.start(PATH)
                await until(machine.observe, has_completed(number, tmp_path / "state"))
                async with session.post(f"{simulator.control_url}/sim/printers/sim-01/clear-bed") as told:
                    assert told.status == 200
            async with session.get(f"{simulator.control_url}/sim/account") as told:
                account = await told.json()
            async with session.get(f"{simulator.control_url}/sim/printers") as told:
                (printer,) = (await told.json())["printers"]

        assert [(one["outcome"], one["bed_was_occupied"], one["unfinished"]) for one in account["sim-01"]] == [("complete", False, [])] * 2
        assert (printer["state"], printer["bed_is_occupied"]) == ("complete", False)

    async def test_lets_a_spool_end_within_the_next_print_of_several_parts(self, tmp_path: Path) -> None:
        file = file_of(tmp_path, gcode())
        async with simulating(tmp_path / "state") as simulator, client(simulator) as machine, aiohttp.ClientSession() as session:
            for at in (0.9, None, 0.5):  # the last word counts
                async with session.post(f"{simulator.control_url}/sim/printers/sim-01/runout", json={"at": at}) as told:
                    assert told.status == 200
            await machine.upload(PATH, file.local, file.sha256)
            await machine.start(PATH)
            seen = await until(machine.observe, state_is("paused"))
            async with session.get(f"{simulator.control_url}/sim/printers") as told:
                (printer,) = (await told.json())["printers"]
            async with session.post(f"{simulator.control_url}/sim/printers/sim-01/load-filament") as told:
                assert told.status == 200
            await machine.resume()
            await until(machine.observe, state_is("complete"))

        (one,) = physical_account(tmp_path / "state")["sim-01"]
        assert 0.4 < seen.progress < 0.8
        assert not printer["has_filament"]
        assert (one.outcome, one.unfinished) == ("complete", [])
