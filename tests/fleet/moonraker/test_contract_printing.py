"""Printing: from start to end, with pauses, cancels and objects left out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.fleet.domain.observation import Observation
from apps.fleet.drivers import Refused
from apps.fleet.drivers.moonraker import Moonraker

from .files import File, gcode
from .rigs import Rig, state_is, until

pytestmark = pytest.mark.asyncio

PATH = "farmos/r1/abc.gcode"
OTHER = "farmos/r2/abc.gcode"


async def begin(machine: Moonraker, file: File, path: str = PATH) -> None:
    """Upload and start, and wait until it heats up or prints."""
    await machine.upload(path, file.local, file.sha256)
    await machine.start(path)
    await until(machine.observe, lambda seen: seen.print_state == "printing" and seen.filename == path and seen.total_s > 0)


def ended(word: str) -> Callable[[Observation], bool]:
    """Both say so: they are asked one after the other, and the print may end in between."""
    return lambda seen: seen.print_state == word and seen.history is not None and seen.history.status == word


class TestAPrint:
    async def test_runs_to_its_end(self, machine: Moonraker, rig: Rig, file: File) -> None:
        await rig.hold()
        await begin(machine, file)
        running = await until(machine.observe, lambda seen: seen.layer is not None)
        await rig.let_run()
        ended = await until(machine.observe, state_is("complete"))

        assert running.is_active
        assert running.layers == 5
        assert (ended.progress, ended.is_active, ended.filename) == (1.0, False, PATH)
        assert ended.print_s == pytest.approx(600, rel=0.05)
        assert ended.filament_mm == pytest.approx(1234.5)
        (printed,) = rig.prints()
        assert (printed.sha256, printed.outcome, printed.bed_was_occupied) == (file.sha256, "complete", False)
        assert printed.printed == ["SLOT-1", "SLOT-2"]
        assert printed.unfinished == []

    async def test_refuses_another_start_while_it_runs(self, machine: Moonraker, rig: Rig, long_file: File) -> None:
        await begin(machine, long_file)
        with pytest.raises(Refused) as refused:
            await machine.start(PATH)

        assert (refused.value.code, refused.value.message) == (400, "SD busy")
        assert len(rig.prints()) == 1

    async def test_can_be_paused_and_resumed(self, machine: Moonraker, long_file: File) -> None:
        await begin(machine, long_file)
        await machine.pause()
        paused = await until(machine.observe, state_is("paused"))
        await machine.resume()
        resumed = await until(machine.observe, state_is("printing"))

        assert (paused.is_paused, paused.is_active, paused.filename) == (True, False, PATH)
        assert (resumed.is_paused, resumed.is_active) == (False, True)

    async def test_can_be_cancelled(self, machine: Moonraker, rig: Rig, long_file: File) -> None:
        await begin(machine, long_file)
        await machine.cancel()
        seen = await until(lambda: machine.observe(PATH), ended("cancelled"))

        assert (seen.print_state, seen.progress, seen.filename) == ("cancelled", 0.0, PATH)
        assert rig.prints()[0].outcome == "cancelled"

    async def test_can_be_cancelled_while_paused(self, machine: Moonraker, long_file: File) -> None:
        await begin(machine, long_file)
        await machine.pause()
        await until(machine.observe, state_is("paused"))
        await machine.cancel()
        seen = await until(machine.observe, state_is("cancelled"))

        assert not seen.is_paused

    async def test_pauses_where_the_file_says_so(self, machine: Moonraker, make_file: Callable[[bytes], File]) -> None:
        pausing = make_file(gcode(body="PAUSE"))
        await machine.upload(PATH, pausing.local, pausing.sha256)
        await machine.start(PATH)
        seen = await until(machine.observe, state_is("paused"))

        assert seen.is_paused

    async def test_ends_in_an_error_where_the_file_is_wrong(self, machine: Moonraker, make_file: Callable[[bytes], File]) -> None:
        wrong = make_file(gcode(body="G1 X5000 Y10 E1"))
        await machine.upload(PATH, wrong.local, wrong.sha256)
        await machine.start(PATH)
        seen = await until(lambda: machine.observe(PATH), ended("error"))

        assert seen.print_message.startswith("Move out of range")
        assert (seen.klippy_state, seen.filename) == ("ready", PATH)


class TestAnObjectLeftOut:
    async def test_is_not_printed_while_the_others_are(self, machine: Moonraker, rig: Rig, file: File) -> None:
        await rig.hold()
        await begin(machine, file)
        await machine.exclude_object("slot-2")
        await rig.let_run()
        seen = await until(machine.observe, state_is("complete"))

        assert seen.excluded_objects == ("SLOT-2",)
        (printed,) = rig.prints()
        assert (printed.printed, printed.excluded, printed.unfinished) == (["SLOT-1"], ["SLOT-2"], [])

    async def test_makes_the_print_shorter(self, machine: Moonraker, rig: Rig, file: File) -> None:
        await rig.hold()
        await begin(machine, file)
        await machine.exclude_object("slot-1")
        await rig.let_run()
        seen = await until(machine.observe, state_is("complete"))

        assert seen.print_s < 500

    @pytest.mark.parametrize("name", ["a b", "x\nM112", "", "slot;1", "a" * 101])
    async def test_cannot_smuggle_commands_in_its_name(self, machine: Moonraker, name: str) -> None:
        with pytest.raises(ValueError, match="name"):
            await machine.exclude_object(name)
