"""What Moonraker and Klipper tell that is not so, each as measured on the real ones: connectors must see through it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from apps.fleet.domain.observation import Observation
from apps.fleet.drivers import Refused, TimedOut
from apps.fleet.drivers.moonraker import Moonraker

from .files import File, gcode
from .rigs import FOR_HOURS, Rig, state_is, until
from .test_contract_printing import OTHER, PATH, begin

pytestmark = pytest.mark.asyncio


def remembered_as(status: str) -> Callable[[Observation], bool]:
    """Return a check of how the history has it that a print ended, which it is told a moment later than whoever asks Klippy."""
    return lambda seen: seen.history is not None and seen.history.status == status


class TestStart:
    async def test_replaces_a_paused_print_and_stays_marked_as_paused(self, machine: Moonraker, rig: Rig, long_file: File) -> None:
        await begin(machine, long_file)
        await machine.pause()
        await until(machine.observe, state_is("paused"))
        await begin(machine, long_file, OTHER)
        seen = await until(lambda: machine.observe(PATH), remembered_as("cancelled"))

        assert (seen.print_state, seen.is_active, seen.is_paused) == ("printing", True, True)
        first, second = rig.prints()
        assert first.outcome == "replaced"
        assert second.bed_was_occupied, "the second began on top of the first"

    async def test_after_that_cannot_be_paused_although_pause_says_ok(self, machine: Moonraker, long_file: File) -> None:
        await machine.pause()
        await begin(machine, long_file)
        await machine.pause()
        await machine.barrier()
        seen = await machine.observe()

        assert (seen.print_state, seen.is_paused) == ("printing", True)

    async def test_prints_again_what_is_complete(self, machine: Moonraker, rig: Rig, file: File) -> None:
        await machine.upload(PATH, file.local, file.sha256)
        await machine.start(PATH)
        stale = await until(machine.observe, state_is("complete"))
        await rig.hold()
        await machine.start(PATH)
        await until(machine.observe, state_is("printing"))

        assert stale.filename == PATH
        assert [one.bed_was_occupied for one in rig.prints()] == [False, True]

    async def test_takes_the_name_in_any_case(self, machine: Moonraker, rig: Rig, long_file: File) -> None:
        await machine.upload(PATH, long_file.local, long_file.sha256)
        await machine.transport.call("printer.print.start", {"filename": PATH.upper().replace(".GCODE", ".gcode")})
        seen = await until(machine.observe, state_is("printing"))

        assert seen.filename != PATH
        assert seen.filename.lower() == PATH
        assert rig.prints()[0].sha256 == long_file.sha256

    async def test_that_timed_out_happens_later(self, rig: Rig, machine: Moonraker, long_file: File) -> None:
        await machine.upload(PATH, long_file.local, long_file.sha256)
        await rig.reach_in("fault", kind="delay", method="printer.print.start", seconds=600.0)
        with pytest.raises(TimedOut):
            await machine.transport.call("printer.print.start", {"filename": PATH}, timeout_s=0.5)
        before = await machine.observe(PATH)
        await rig.reach_in("calm")
        after = await until(lambda: machine.observe(PATH), state_is("printing"))

        assert (before.print_state, before.history) == ("standby", None)
        assert after.filename == PATH
        assert len(rig.prints()) == 1

    async def test_whose_answer_is_lost_happened(self, rig: Rig, machine: Moonraker, long_file: File) -> None:
        await machine.upload(PATH, long_file.local, long_file.sha256)
        await rig.reach_in("fault", kind="lose_reply", method="printer.print.start")
        with pytest.raises(Exception, match="connection failed"):
            await machine.start(PATH)
        seen = await until(lambda: machine.observe(PATH), lambda seen: seen.history is not None and seen.print_state == "printing")

        assert seen.filename == PATH


class TestCommands:
    @pytest.mark.parametrize("verb", ["pause", "resume", "cancel"])
    async def test_are_answered_ok_when_there_is_nothing_to_do(self, machine: Moonraker, verb: str) -> None:
        await getattr(machine, verb)()

        assert (await machine.observe()).print_state == "standby"

    async def test_wait_while_the_printer_heats_up(self, machine: Moonraker, rig: Rig, make_file: Callable[[bytes], File]) -> None:
        await rig.hold()
        await begin(machine, make_file(gcode(heats=True, estimate="20h 0m 0s")))
        heating = await machine.observe()
        with pytest.raises(TimedOut):
            await machine.transport.call("printer.print.pause", timeout_s=0.5)
        await rig.let_run()
        await machine.barrier()
        seen = await until(machine.observe, state_is("paused"))

        assert (heating.layer, round(heating.print_s)) == (None, 0)
        assert seen.is_paused

    async def test_do_not_hold_an_emergency_stop_back(self, machine: Moonraker, rig: Rig, make_file: Callable[[bytes], File]) -> None:
        await rig.hold()
        await begin(machine, make_file(gcode(heats=True, estimate="20h 0m 0s")))
        waiting = asyncio.create_task(machine.pause())
        await asyncio.sleep(0.05)
        await machine.emergency_stop()
        seen = await machine.observe()
        (told,) = await asyncio.gather(waiting, return_exceptions=True)

        assert seen.klippy_state == "shutdown"
        assert isinstance(told, Refused)


class TestAShutdown:
    async def test_by_emergency_stop_leaves_print_stats_at_printing(self, machine: Moonraker, rig: Rig, long_file: File) -> None:
        await begin(machine, long_file)
        await machine.emergency_stop()
        seen = await machine.observe()
        later = await until(machine.observe, lambda now: now.total_s > seen.total_s)

        assert (seen.klippy_state, seen.message) == ("shutdown", "Shutdown due to webhooks request")
        assert (later.print_state, later.is_active) == ("printing", True)
        assert rig.prints()[0].outcome == "shutdown"

    async def test_by_a_fault_looks_like_a_pause(self, machine: Moonraker, rig: Rig, long_file: File) -> None:
        await begin(machine, long_file)
        await rig.reach_in("shutdown", message="MCU 'mcu' shutdown: ADC out of range")
        seen = await machine.observe()

        assert (seen.print_state, seen.is_paused, seen.klippy_state) == ("paused", False, "shutdown")
        assert "ADC out of range" in seen.message

    async def test_by_a_lost_board_is_told_seconds_later(self, machine: Moonraker, rig: Rig, long_file: File) -> None:
        await begin(machine, long_file)
        await rig.reach_in("lose-board")
        before = await machine.observe()
        told = await until(machine.observe, lambda seen: seen.klippy_state != "ready")
        after = await until(machine.observe, lambda seen: seen.print_state != "printing")

        assert (before.klippy_state, before.print_state, before.is_active) == ("ready", "printing", True)
        assert (told.klippy_state, told.message) == ("shutdown", "Lost communication with MCU 'mcu'")
        assert (after.print_state, after.is_paused) == ("paused", False)
        assert rig.prints()[0].outcome == "shutdown"

    async def test_needs_a_firmware_restart(self, machine: Moonraker, long_file: File) -> None:
        await begin(machine, long_file)
        await machine.emergency_stop()
        with pytest.raises(Refused):
            await machine.start(PATH)
        await machine.transport.call("printer.restart")
        still = await until(machine.observe, lambda seen: seen.klippy_state == "error")
        await machine.restart_firmware()
        seen = await until(machine.observe, lambda seen: seen.klippy_state == "ready")

        assert still.klippy_state == "error"
        assert seen.print_state == "standby"


class TestARestartOfKlippy:
    async def test_forgets_the_print(self, machine: Moonraker, rig: Rig, long_file: File) -> None:
        await begin(machine, long_file)
        before = await machine.observe()
        await rig.reach_in("restart-klippy")
        seen = await until(lambda: machine.observe(PATH), remembered_as("klippy_disconnect"))

        assert (seen.print_state, seen.filename, seen.is_active) == ("standby", "", False)
        assert seen.klippy_pid != before.klippy_pid
        assert rig.prints()[0].outcome == "restart"

    async def test_answers_503_while_it_lasts(self, machine: Moonraker, rig: Rig) -> None:
        await rig.reach_in("clock", restart_s=600.0)
        restarting = asyncio.create_task(rig.reach_in("restart-klippy"))
        seen = await until(machine.observe, lambda seen: seen.klippy_state == "disconnected")
        restarting.cancel()
        await asyncio.gather(restarting, return_exceptions=True)

        assert seen.reachable
        assert (seen.print_state, seen.klippy_pid) == ("", None)


class TestARestartOfMoonraker:
    @pytest.mark.parametrize(("gracefully", "status"), [(True, "server_exit"), (False, "interrupted")])
    async def test_loses_the_end_of_the_print_in_history_only(
        self, machine: Moonraker, rig: Rig, file: File, gracefully: bool, status: str
    ) -> None:
        await rig.hold()
        await begin(machine, file)
        await until(lambda: machine.observe(PATH), remembered_as("in_progress"))
        await rig.reach_in("kill-moonraker", gracefully=gracefully)
        gone = await machine.observe()
        await rig.let_run()
        await rig.until_ended()
        await rig.reach_in("start-moonraker")
        seen = await until(lambda: machine.observe(PATH), state_is("complete"))

        assert not gone.reachable
        assert remembered_as(status)(seen), seen.history
        assert rig.prints()[0].outcome == "complete"


class TestComplete:
    async def test_is_said_of_an_empty_file(self, machine: Moonraker, make_file: Callable[[bytes], File]) -> None:
        empty = make_file(b"")
        await machine.upload(PATH, empty.local, empty.sha256)
        await machine.start(PATH)
        seen = await until(machine.observe, state_is("complete"))

        assert (seen.progress, seen.print_s) == (0.0, 0.0)

    async def test_is_said_of_a_truncated_file(self, machine: Moonraker, rig: Rig, make_file: Callable[[bytes], File]) -> None:
        whole = gcode(estimate="")
        cut = make_file(whole[: whole.index(b"CURRENT_LAYER=4")])
        await machine.upload(PATH, cut.local, cut.sha256)
        await machine.start(PATH)
        seen = await until(machine.observe, state_is("complete"))

        assert (seen.layer, seen.layers) == (3, 5)
        assert rig.prints()[0].sha256 == cut.sha256

    async def test_is_not_said_of_garbage_which_looks_paused(self, machine: Moonraker, make_file: Callable[[bytes], File]) -> None:
        garbage = make_file(b"G28\n\xff\xfe\0\n" * 50)
        await machine.upload(PATH, garbage.local, garbage.sha256)
        await machine.start(PATH)
        seen = await until(machine.observe, state_is("paused"))

        assert (seen.is_paused, seen.is_active, seen.klippy_state) == (False, False, "ready")


class TestSomebodyAtTheMachine:
    async def test_prints_a_file_of_their_own(self, machine: Moonraker, rig: Rig) -> None:
        await rig.reach_in("foreign-print", filename="Somebody/Own.gcode", **FOR_HOURS)
        seen = await until(lambda: machine.observe(PATH), state_is("printing"))

        assert seen.filename == "Somebody/Own.gcode"
        assert (seen.history, seen.metadata) == (None, None)

    async def test_resets_the_file(self, machine: Moonraker, rig: Rig, long_file: File) -> None:
        await begin(machine, long_file)
        await rig.reach_in("at-machine", script="SDCARD_RESET_FILE")
        seen = await until(lambda: machine.observe(PATH), state_is("standby"))

        assert seen.filename == ""

    async def test_sees_the_filament_end(self, machine: Moonraker, rig: Rig, long_file: File) -> None:
        await begin(machine, long_file)
        await rig.reach_in("runout")
        seen = await until(machine.observe, state_is("paused"))
        await rig.reach_in("load-filament")

        assert seen.filament_missing
        assert not (await machine.observe()).filament_missing
