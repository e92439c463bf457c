"""Looking at a machine that is watched anyway: over the connection that is open, and how fresh what it told is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from apps.fleet.drivers.moonraker import Moonraker

from .files import File
from .rigs import FOR_HOURS, PATIENCE_S, Rig, state_is, until
from .test_contract_lies import remembered_as
from .test_contract_printing import PATH
from .test_watch import PACE, PATIENT, watched

pytestmark = pytest.mark.asyncio


class TestALook:
    async def test_says_what_one_of_its_own_does_and_opens_no_connection(
        self, machine: Moonraker, rig: Rig, file: File, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def none_is_opened(*_asked: Any, **_more: Any) -> Any:
            raise AssertionError("it asked over HTTP although a connection is open")

        async with watched(machine, PATIENT) as diary, rig.moonraker() as other:
            await machine.upload(PATH, file.local, file.sha256)
            await machine.start(PATH)
            await diary.until(state_is("complete"))
            alone = await until(lambda: other.observe(PATH), remembered_as("completed"))
            monkeypatch.setattr(machine.transport, "call", none_is_opened)
            beside = await machine.observe(PATH)

        assert beside == replace(alone, observed_at=beside.observed_at, eventtime=beside.eventtime)
        assert (beside.history is not None, beside.metadata is not None, beside.machine.says_something) == (True, True, True)

    async def test_leaves_what_the_watch_knows_as_it_is(self, machine: Moonraker, rig: Rig) -> None:
        """What changed since is the watch's to tell, at once and in its order."""
        async with watched(machine, PATIENT) as diary:
            await diary.until(state_is("standby"))
            await rig.reach_in("foreign-print", **FOR_HOURS)
            await machine.observe()
            await diary.until(state_is("printing"))

    async def test_after_a_restart_of_klippy_speaks_of_the_process_that_runs_now(self, machine: Moonraker, rig: Rig) -> None:
        async with watched(machine, PATIENT) as diary:
            before = await diary.until(state_is("standby"))
            await rig.reach_in("restart-klippy")
            back = await diary.until(lambda seen: seen.klippy_state == "ready" and seen.klippy_pid != before.klippy_pid)
            seen = await machine.observe()

        assert (seen.klippy_state, seen.klippy_pid) == ("ready", back.klippy_pid)


class TestWhenItWasHeard:
    async def test_goes_on_while_it_only_says_that_it_lives(self, machine: Moonraker) -> None:
        async with watched(machine, PATIENT) as diary:
            await diary.until(state_is("standby"))
            told, before = len(diary.told), machine.heard_at or 0.0
            async with asyncio.timeout(PATIENCE_S):
                while (machine.heard_at or 0.0) <= before:
                    await asyncio.sleep(0.02)

        assert len(diary.told) == told

    async def test_stands_still_once_it_hangs(self, rig: Rig) -> None:
        async with rig.moonraker(timeout_s=0.5) as machine, watched(machine, PACE) as diary:
            await diary.until(state_is("standby"))
            await rig.reach_in("hang-moonraker")
            await diary.until(lambda seen: not seen.reachable)
            last = machine.heard_at
            told = len(diary.told)
            await diary.until(lambda seen: not seen.reachable, after=told)

            assert machine.heard_at == last
            await rig.reach_in("wake-moonraker")
