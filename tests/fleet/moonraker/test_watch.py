"""Watching a machine through everything that happens to connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from apps.fleet.domain.observation import Observation
from apps.fleet.drivers import Pace
from apps.fleet.drivers.moonraker import Moonraker

from .files import File, gcode
from .rigs import FOR_HOURS, PATIENCE_S, Rig, state_is
from .test_contract_printing import PATH

pytestmark = pytest.mark.asyncio

PACE = Pace(poll_s=0.5, coarse_s=1.0, heartbeat_s=1.5, first_retry_s=0.05, longest_retry_s=0.2)
PATIENT = Pace(poll_s=600.0, coarse_s=600.0, heartbeat_s=PATIENCE_S, first_retry_s=0.05, longest_retry_s=0.2)
"""Only the websocket itself tells anything."""


class Diary:
    """What a watch told."""

    def __init__(self) -> None:
        self.told: list[Observation] = []
        self._news = asyncio.Event()

    async def note(self, seen: Observation) -> None:
        self.told.append(seen)
        self._news.set()

    async def until(self, is_so: Callable[[Observation], bool], *, after: int = 0) -> Observation:
        """Wait for an observation like that among those after the first ``after``."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    self._news.clear()
                    for seen in self.told[after:]:
                        if is_so(seen):
                            return seen
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"never told; last: {self.told[-1:]}") from None


@asynccontextmanager
async def watched(machine: Moonraker, pace: Pace = PACE) -> AsyncIterator[Diary]:
    """Watch for the body's time."""
    diary = Diary()
    task = asyncio.create_task(machine.watch(diary.note, pace=pace))
    try:
        yield diary
        assert not task.done(), task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class TestAWatch:
    async def test_tells_a_print_from_start_to_end_by_the_websocket_alone(self, machine: Moonraker, rig: Rig, file: File) -> None:
        await rig.hold()
        async with watched(machine, PATIENT) as diary:
            await diary.until(state_is("standby"))
            await machine.upload(PATH, file.local, file.sha256)
            await machine.start(PATH)
            await diary.until(state_is("printing"))
            await rig.let_run()
            ended = await diary.until(state_is("complete"))

        states = [seen.print_state for seen in diary.told]
        assert [state for at, state in enumerate(states) if state != states[at - 1]] == ["standby", "printing", "complete"]
        assert (ended.source, ended.filename, ended.progress) == ("ws", PATH, 1.0)

    async def test_is_silent_while_only_progress_moves(self, machine: Moonraker, long_file: File) -> None:
        async with watched(machine, PATIENT) as diary:
            await machine.upload(PATH, long_file.local, long_file.sha256)
            await machine.start(PATH)
            await diary.until(lambda seen: seen.print_state == "printing" and seen.is_active)
            told = len(diary.told)
            before = (await machine.observe()).print_s
            while (await machine.observe()).print_s < before + 60:
                await asyncio.sleep(0.02)

        assert len(diary.told) == told

    async def test_tells_progress_now_and_then(self, machine: Moonraker, long_file: File) -> None:
        async with watched(machine) as diary:
            await machine.upload(PATH, long_file.local, long_file.sha256)
            await machine.start(PATH)
            first = await diary.until(state_is("printing"))
            later = await diary.until(lambda seen: seen.print_s > first.print_s + 100)

        assert later.progress > first.progress

    async def test_tells_what_is_done_by_others(self, machine: Moonraker, rig: Rig, long_file: File) -> None:
        async with watched(machine, PATIENT) as diary:
            await rig.reach_in("foreign-print", **FOR_HOURS)
            foreign = await diary.until(state_is("printing"))
            await rig.reach_in("at-machine", script="PAUSE")
            await diary.until(state_is("paused"))
            await rig.reach_in("at-machine", script="CANCEL_PRINT")
            await diary.until(state_is("cancelled"))

        assert foreign.filename == "somebody/own.gcode"


class TestAfter:
    async def test_a_restart_of_klippy_it_subscribes_again(self, machine: Moonraker, rig: Rig, file: File) -> None:
        await rig.reach_in("clock", restart_s=4.0)  # else it is away for too short a time to be asked anything
        async with watched(machine, PATIENT) as diary:
            before = await diary.until(state_is("standby"))
            await rig.reach_in("restart-klippy")
            gone = await diary.until(lambda seen: seen.klippy_state == "disconnected")
            back = await diary.until(lambda seen: seen.klippy_state == "ready" and seen.klippy_pid != before.klippy_pid)
            await machine.upload(PATH, file.local, file.sha256)
            await machine.start(PATH)
            await diary.until(state_is("complete"))

        assert gone.reachable
        assert back.print_state == "standby"

    async def test_a_shutdown_it_tells_the_message(self, machine: Moonraker, rig: Rig) -> None:
        async with watched(machine, PATIENT) as diary:
            await diary.until(state_is("standby"))
            await rig.reach_in("shutdown", message="Lost communication with MCU 'mcu'")
            seen = await diary.until(lambda seen: seen.klippy_state == "shutdown" and bool(seen.message))

        assert seen.message == "Lost communication with MCU 'mcu'"

    async def test_a_dropped_connection_it_comes_back(self, machine: Moonraker, rig: Rig, long_file: File) -> None:
        async with watched(machine, PATIENT) as diary:
            await diary.until(state_is("standby"))
            assert await rig.reach_in("drop-connections") == 1
            await rig.reach_in("foreign-print", **FOR_HOURS)
            await diary.until(state_is("printing"))

    async def test_the_end_of_moonraker_it_says_unreachable_and_then_what_happened_meanwhile(
        self, machine: Moonraker, rig: Rig, file: File
    ) -> None:
        await rig.hold()
        async with watched(machine) as diary:
            await machine.upload(PATH, file.local, file.sha256)
            await machine.start(PATH)
            await diary.until(state_is("printing"))
            await rig.reach_in("kill-moonraker")
            await diary.until(lambda seen: not seen.reachable)
            told = len(diary.told)
            await rig.let_run()
            await rig.until_ended()
            await rig.reach_in("start-moonraker")
            await diary.until(state_is("complete"), after=told)

    @pytest.mark.parametrize("pace", [PACE, replace(PATIENT, heartbeat_s=2.5)], ids=["by a poll", "by the missing heartbeat"])
    async def test_moonraker_hangs_with_open_connections_it_notices(self, rig: Rig, pace: Pace) -> None:
        async with rig.moonraker(timeout_s=0.5) as impatient, watched(impatient, pace) as diary:
            await diary.until(state_is("standby"))
            await rig.reach_in("hang-moonraker")
            await diary.until(lambda seen: not seen.reachable)
            told = len(diary.told)
            await rig.reach_in("wake-moonraker")
            await diary.until(state_is("standby"), after=told)

    async def test_the_key_changed_it_says_so_and_goes_on(self, machine: Moonraker, rig: Rig) -> None:
        async with watched(machine) as diary:
            await diary.until(state_is("standby"))
            await rig.reach_in("key", key="another")
            await rig.reach_in("drop-connections")
            await diary.until(lambda seen: not seen.access_ok)
            told = len(diary.told)
            await rig.reach_in("key", key=rig.api_key)
            await diary.until(lambda seen: seen.access_ok, after=told)

    @pytest.mark.parametrize("kind", ["duplicate", "delay", "drop", "lose_reply", "refuse"])
    async def test_answers_that_come_twice_late_or_never_it_still_tells_the_truth(self, rig: Rig, kind: str, file: File) -> None:
        async with rig.moonraker(timeout_s=0.3) as impatient:
            for method in ("server.info", "printer.objects.subscribe", "printer.info", "printer.objects.query"):
                await rig.reach_in("fault", kind=kind, method=method, times=2, seconds=0.6)
            async with watched(impatient) as diary:
                await diary.until(state_is("standby"))
                await rig.reach_in("foreign-print", **FOR_HOURS)
                await diary.until(state_is("printing"))

    async def test_random_trouble_it_tells_the_end_of_the_print(self, rig: Rig, make_file: Callable[[bytes], File]) -> None:
        file = make_file(gcode())
        async with rig.moonraker() as calm:
            await calm.upload(PATH, file.local, file.sha256)
        chances = {"drop": 0.1, "lose_reply": 0.1, "delay": 0.1, "duplicate": 0.1, "restart_moonraker": 0.02}
        async with rig.moonraker(timeout_s=0.5) as machine, watched(machine) as diary:
            await diary.until(state_is("standby"))
            await rig.reach_in("chance", seed=7, chances=chances, seconds=0.8)
            await rig.reach_in("at-machine", script=f'SDCARD_PRINT_FILE FILENAME="{PATH}"')
            await diary.until(state_is("complete"))


class TestAnErrorOfTheListener:
    async def test_ends_the_watch(self, machine: Moonraker) -> None:
        async def fail(_seen: Observation) -> None:
            raise LookupError("mine")

        with pytest.raises(LookupError):
            await asyncio.wait_for(machine.watch(fail, pace=PACE), PATIENCE_S)
